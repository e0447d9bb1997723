#!/usr/bin/env python3
"""The speed table of breeding: processor seconds of one thread.
   bench/breeding_speed.py FOLDER_OF_PROGRAMS OSETRA [--write docs/benchmarks.md]"""
import argparse, json, os, resource, subprocess, tempfile

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument('programs')
arguments.add_argument('osetra')
arguments.add_argument('--sets', default=os.path.join(os.environ.get('OSETRA_SHARED', os.path.join(os.path.dirname(__file__), '..', '..', 'shared', 'data')), 'genetics'))
arguments.add_argument('--write', help='puts the table between its marks in this file')
told = arguments.parse_args()
os.environ['OPENBLAS_NUM_THREADS'] = '1'


def bench(*words):
    lines = subprocess.run([os.path.join(told.programs, 'breeding_bench'), *map(str, words)], capture_output=True, text=True, check=True).stdout.splitlines()
    laps = {}
    for line in map(json.loads, lines):
        if 'measure' in line: laps[line['measure']] = (line['processor_s'], line['resident_mb'])
        else: laps.update(line)
    print(' '.join(map(str, words)), laps, flush=True)
    return laps


def row(what, asked, laps, *parts):
    mb = max(laps[p][1] for p in parts)
    return f'| {what} | {asked} | {sum(laps[p][0] for p in parts):.2f} s | {mb} MB |'


KINSHIP = ('inbreeding', 'inverse of the relationship matrix')
SOLVE = ('equations', 'breeding values and reliabilities of all')
REML = ('REML with standard errors',)
rows = []
fish100, dairy100 = bench('fish', 100_000, '--reml'), bench('dairy', 100_000, '--reml')
fish1, dairy1 = bench('fish', 1_000_000, '--reml'), bench('dairy', 1_000_000)
fish10, dairy10 = bench('fish', 10_000_000), bench('dairy', 10_000_000, '--kinship')
three, mates = bench('fish', 1_000_000, '--three-traits'), bench('mates', 1_000)
rows += [row('inbreeding and inverse of relationships, 10 M fish', '1.5 s', fish10, *KINSHIP), row('the same, 1 M dairy-like', '1 s', dairy1, *KINSHIP), row('the same, 10 M dairy-like', '20 s', dairy10, *KINSHIP)]
rows += [row('breeding values and exact reliabilities of all, with making the equations, 1 M fish', '3 s', fish1, *SOLVE), row('the same, 10 M fish', '12 s', fish10, *SOLVE), row('the same, 1 M dairy-like', '15 s', dairy1, *SOLVE)]
rows += [row(f"three traits of 1 M fish by conjugate gradients, {three['rounds']} rounds", '30 s, 1500 MB', three, 'equations', 'three traits by conjugate gradients')]
rows += [row(f"REML of three components with errors, 100 k fish, {fish100['rounds']} rounds", '1 s', fish100, *REML), row(f"the same, 1 M fish, {fish1['rounds']} rounds", '15 s', fish1, *REML), row(f"the same, 100 k dairy-like, {dairy100['rounds']} rounds", '8 s', dairy100, *REML)]
rows += [row('mates, 500 sires and 1,000 dams, proven', '5 s', mates, 'mates')]


def contributions(size):
    """`osetra breed select` with reading and writing."""
    with open(os.path.join(told.sets, f'ocs_opsel/sorted{size:06d}.csv')) as f: lines = [[x.strip() for x in l.split(',')] for l in f][1:]
    folder = tempfile.mkdtemp(prefix='breeding_speed_')
    with open(folder + '/p.csv', 'w') as p, open(folder + '/c.csv', 'w') as c:
        p.write('id,sire,dam\n')
        c.write('id,ebv,most\n')
        for l in lines:
            p.write(','.join('' if x == '0' else x for x in l[:3]) + '\n')
            c.write(f'{l[0]},{l[3]},{float(l[4]) / 2800}\n')
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([told.osetra, 'breed', 'select', '--pedigree', folder + '/p.csv', '--candidates', folder + '/c.csv', '--max-coancestry', str(1 / 28), '--cure', 'sex_conflict', '--out', folder + '/o.csv'], check=True, capture_output=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


if os.path.isdir(told.sets):
    for size, asked in ((2_045, 1), (10_100, 3)): rows.append(f'| optimum contributions of {size:,} candidates, the whole command | {asked} s | {contributions(size):.2f} s | |')
text = '| What | Asked for | Measured | Memory |\n|---|---|---|---|\n' + '\n'.join(rows) + '\n'
print(text)
if told.write:
    begin, end = '<!-- breeding speed: ./osetra-dev bench breeding -->\n', '<!-- end of breeding speed -->\n'
    with open(told.write) as f: page = f.read()
    page = page[:page.index(begin) + len(begin)] + '\n' + text + '\n' + page[page.index(end):]
    with open(told.write, 'w') as f: f.write(page)
