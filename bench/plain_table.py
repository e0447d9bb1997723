#!/usr/bin/env python3
"""The peer that everyone writes first: events as JSON in one SQLite table with three live indexes, nothing checked, nothing hashed.

    bench/plain_table.py DATABASE DOCUMENT [--events N] [--every N]

DOCUMENT is one of repository_bench's. Each event of it is put in again and again with a name, a time and a thing of its own; making those
is not counted, putting them in is. One JSON line for each --every events."""
import argparse
import json
import random
import sqlite3
import time

words = argparse.ArgumentParser()
words.add_argument("database")
words.add_argument("document")
words.add_argument("--events", type=int, default=1_200_000)
words.add_argument("--every", type=int, default=200_000)
asked = words.parse_args()

with open(asked.document, encoding="utf-8") as file:
    events = json.load(file)["epcisBody"]["eventList"]
bodies = [json.dumps(e, separators=(",", ":")) for e in events]
db = sqlite3.connect(asked.database, isolation_level=None)
db.executescript("""
PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-24000; PRAGMA wal_autocheckpoint=4000;
CREATE TABLE event (no INTEGER PRIMARY KEY, event_id TEXT, event_time TEXT, biz_step TEXT, epc TEXT, body TEXT);
CREATE UNIQUE INDEX by_id ON event (event_id);
CREATE INDEX by_step ON event (biz_step, event_time);
CREATE INDEX by_epc ON event (epc);
""")
chance = random.Random(7)
done = marked = 0
spent = used = 0.0
while done < asked.events:
    rows = []
    for i, e in enumerate(events):
        name = f"urn:uuid:{chance.getrandbits(128):032x}"   # random, as names of events are
        rows.append((name, f"{e['eventTime'][:-4]}{chance.randrange(1000):03d}Z", e["bizStep"], f"urn:epc:id:sgtin:9521234.003333.{done + i:010d}", bodies[i]))
    begin, before = time.perf_counter(), time.process_time()
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO event (event_id, event_time, biz_step, epc, body) VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    spent += time.perf_counter() - begin
    used += time.process_time() - before
    done += len(rows)
    marked += len(rows)
    if marked >= asked.every or done >= asked.events:
        print(json.dumps({"measure": "plain table", "events": done, "rate": round(marked / spent), "rate_by_processor_time": round(marked / used)}), flush=True)
        marked, spent, used = 0, 0.0, 0.0
