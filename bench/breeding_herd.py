#!/usr/bin/env python3
"""How long the breeding pages wait for all animals of a company of 200,000 tagged fish: at first, again, after a fact that leaves the animals as they are, and after one that does not.
   bench/breeding_herd.py OSETRA [--fish 200000]"""
import argparse, http.cookiejar, json, os, random, shutil, socket, sqlite3, subprocess, sys, tempfile, time, urllib.error, urllib.request, uuid

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument('osetra')
arguments.add_argument('--fish', type=int, default=200_000)
told = arguments.parse_args()
work = tempfile.mkdtemp(prefix='breeding_herd_')
base_file = os.path.join(work, 'farm.db')


def grow():
    """The demo company of 6,000 fish, its fish told over and over under new tags, each with its family by DNA as a laboratory tells: 200 in a fact."""
    subprocess.run([told.osetra, '--db', base_file, 'demo', '--no-serve', '--quiet', '--fish', '6000', '--farms', '4', '--pools', '40', '--years', '8', '--flights', '0'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = sqlite3.connect(base_file)
    columns = [r[1] for r in base.execute('pragma table_info(fish)')]
    rows = base.execute('select * from fish').fetchall()
    top, fish = max(r[columns.index('fish')] for r in rows), []
    while len(rows) + len(fish) < told.fish:
        row, top = list(rows[len(fish) % len(rows)]), top + 1
        row[columns.index('fish')] = top
        fish.append(row)
    base.executemany(f"insert into fish values ({','.join('?' * len(columns))})", fish)
    names = [r[1] for r in base.execute('pragma table_info(breed_fact)')]
    like = list(base.execute("select * from breed_fact where kind = 'parentage' limit 1").fetchone())
    families = [json.loads(b)['family'] for b, in base.execute("select body from breed_fact where kind = 'family'")]
    random.seed(1)
    for k, at in enumerate(range(0, len(fish), 200)):
        like[names.index('root')] = random.randbytes(16)
        like[names.index('body')] = json.dumps({'family': families[k % len(families)], 'fish': [f"{f[columns.index('fish')]:015d}" for f in fish[at:at + 200]], 'method': 'dna'}, separators=(',', ':'))
        base.execute(f"insert into breed_fact values ({','.join('?' * len(names))})", like)
    base.commit()


def uuid7():
    chance = uuid.uuid4().int
    return str(uuid.UUID(int=int(time.time() * 1000) << 80 | 7 << 76 | (chance >> 62 & 0xfff) << 64 | 2 << 62 | chance & (1 << 62) - 1))


grow()
with socket.socket() as s:
    s.bind(('127.0.0.1', 0))
    port = s.getsockname()[1]
server = subprocess.Popen([told.osetra, '--db', base_file, 'up', '--port', str(port), '--media', os.path.join(work, 'media')], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def ask(path, body=None):
    request = urllib.request.Request(f'http://127.0.0.1:{port}/api/v1{path}', data=None if body is None else json.dumps(body).encode(), headers={'X-Osetra': '1', 'Content-Type': 'application/json'})
    with opener.open(request) as answer: return json.loads(answer.read())
def processor():
    with open(f'/proc/{server.pid}/stat') as f: words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')
def tell(kind, body):
    done = ask('/facts', {'facts': [{'id': uuid7(), 'kind': kind, 'happened_at': '2026-01-20T00:00:00Z', 'body': body}]})['results'][0]
    if done['outcome'] != 'accepted': sys.exit(f'{kind}: {done}')
def timed(what, before=lambda: None):
    before()
    cpu, wall = processor(), time.monotonic()
    ask('/breeding/species')
    print(f'{what:<38} {time.monotonic() - wall:7.3f} s  {processor() - cpu:6.2f} s of processor', flush=True)


try:
    for _ in range(100):
        try:
            ask('/health')
            break
        except (urllib.error.URLError, ConnectionError): time.sleep(0.1)
    ask('/session', {'name': 'qian.ying', 'password': 'sturgeon-demo'})
    pool = ask('/pools')['pools'][0]['pool']
    timed(f'{told.fish} fish, first asked')
    timed('again')
    for _ in range(3): timed('after a water reading', lambda: tell('water', {'pool': pool, 'temperature_mc': 15000}))
    for _ in range(3): timed('after an animal in the studbook', lambda: tell('broodfish', {'animal': f'bench-{uuid.uuid4().hex[:8]}', 'species': 'SCH', 'sex': 'female'}))
finally:
    server.terminate()
    server.wait()
    shutil.rmtree(work)
