#!/usr/bin/env bash
# From a scan at a station to its answer, on a company with ten years of tins: 64 clients as fast as they can, as 40 stations.
#     bench/scan_speed.sh [TINS [FISH [SECONDS]]]       24,000,000 tins of ten years (24 GB of disk, half an hour to make) and 6,000 fish on the line unless told otherwise
# Tins of ten years are copies of a tin's rows with names, lots and times of their own, put in by SQL: the tables and indexes that a scan reads and writes have their sizes;
# the journal's chain does not verify. The fish, their harvest and their steps are told as ever.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
osetra=${OSETRA:-build/release/osetra} load=${LOAD_BENCH:-$(dirname "$osetra")/bench/load_bench} tins=${1:-24000000} fish=${2:-6000} seconds=${3:-60}
command -v sqlite3 >/dev/null || { echo "bench/scan_speed.sh needs sqlite3: apt-get install sqlite3" >&2; exit 1; }
work=$PWD/build/scan_speed
mkdir -p "$work"
db=$work/tins.db server=
trap '[ -z "$server" ] || kill "$server"; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT

[ -f "$db" ] || "$osetra" --db "$db" demo --no-serve --quiet --fish $((fish * 2)) --farms 3 --pools 60 --years 10 --flights 0 >/dev/null
have=$(sqlite3 "$db" "SELECT count(*) FROM plant_fact WHERE kind = 'tin'")
echo "making $((tins > have ? tins - have : 0)) tins more"
for ((from = have; from < tins; from += 2000000)); do
    to=$((from + 2000000 < tins ? from + 2000000 : tins))
    sqlite3 -bail "$db" >/dev/null <<SQL
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1000000;
BEGIN;
CREATE TEMP TABLE made AS
    WITH RECURSIVE n(i) AS (VALUES($from) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $to),
    one AS (SELECT f.enterprise, f.body, f.author, c.seq, (unixepoch() - 315360000) * 1000000 AS begin FROM plant_fact p JOIN fact f ON f.enterprise = p.enterprise AND f.id = p.root JOIN chain c ON c.enterprise = f.enterprise WHERE p.kind = 'tin' LIMIT 1)
    SELECT one.enterprise, one.seq + 1 + n.i - $from AS seq, CAST(printf('T%015d', n.i) AS BLOB) AS id, one.begin + n.i * 13000000 AS at,
           'X' || n.i AS tin, 'XL-' || (n.i / 24) AS lot, json_set(one.body, '$.tin', 'X' || n.i, '$.lot', 'XL-' || (n.i / 24)) AS body, one.author FROM n, one;
INSERT INTO fact (enterprise, seq, id, kind, act, corrects, happened_at, recorded_at, author, reason, body, hash) SELECT enterprise, seq, id, 'tin', 0, NULL, at, at, author, '', body, zeroblob(32) FROM made;
INSERT INTO plant_fact (enterprise, root, kind, name, happened_at, body) SELECT enterprise, id, 'tin', tin, at, body FROM made;
INSERT INTO plant_part (enterprise, root, part, kind) SELECT enterprise, id, 'lot:' || lot, 'tin' FROM made;
INSERT INTO mention (enterprise, subject, happened_at, seq, kind) SELECT enterprise, 'tin:' || tin, at, seq, 'tin' FROM made;
INSERT INTO mention (enterprise, subject, happened_at, seq, kind) SELECT enterprise, 'lot:' || lot, at, seq, 'tin' FROM made;
UPDATE chain SET seq = (SELECT max(seq) FROM made);
COMMIT;
SQL
done
echo "$(sqlite3 "$db" "SELECT count(*) FROM plant_fact WHERE kind = 'tin'") tins, $(sqlite3 "$db" 'SELECT seq FROM chain') facts, $(du -m "$db" | cut -f1) MB"

key=$("$osetra" --db "$db" user key --name "bench-$RANDOM$RANDOM" --role owner | head -1)
"$osetra" --db "$db" up --port 8198 --quiet --media "$work/media" >/dev/null 2>"$work/server.log" &
server=$!
until curl -fs -o /dev/null http://localhost:8198/api/v1/health; do sleep 0.05; done
ask() { curl -fsS -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "http://localhost:8198/api/v1$1" "${@:2}"; }
sqlite3 "$db" "SELECT printf('%015d', tag) FROM fish WHERE sex = 'female' AND state = 0 LIMIT $fish" >"$work/alive"
split -l 500 "$work/alive" "$work/part."
for part in "$work"/part.*; do
    { printf '{"facts":['; sed 's/.*/{"kind":"harvest","reason":"measured here","body":{"fish":["&"],"purpose":"roe","total_mg":30000000}}/' "$part" | paste -sd,; printf ']}'; } >"$part.json"
    ask /facts -d @"$part.json" | grep -o '"outcome":"[a-z]*"'
done | sort | uniq -c
rm "$work"/part.*
split -n l/3 "$work/alive" "$work/third."
for third in "$work"/third.*; do "$load" 8198 "$key" scan "$third" 64 "$seconds"; done
echo "the line as a wall board asks for it: $(ask /plant/line -o /dev/null -w '%{time_total} s')"
