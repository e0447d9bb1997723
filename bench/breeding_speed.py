#!/usr/bin/env python3
"""The speed table of breeding, beside free programs of others in the same run: processor seconds (user and system), one thread.
   bench/breeding_speed.py FOLDER_OF_PROGRAMS OSETRA [--quick] [--no-peers] [--write docs/benchmarks.md]
Peers are R packages (pedigreemm, nadiv, gremlin, AGHmatrix, optiSel with optiSolve), found where R finds packages (R_LIBS). One that is not there is named and left out; a size that
one does not manage in the time told, or in the memory, is written as such and a smaller one tried."""
import argparse, json, os, shutil, subprocess, tempfile, threading, time

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument('programs')
arguments.add_argument('osetra')
arguments.add_argument('--sets', default=os.path.join(os.environ.get('OSETRA_SHARED', os.path.join(os.path.dirname(__file__), '..', '..', 'shared', 'data')), 'genetics'))
arguments.add_argument('--quick', action='store_true', help='a tenth of every size; nothing is written')
arguments.add_argument('--no-peers', action='store_true')
arguments.add_argument('--patience', type=int, default=120, help='processor seconds that a peer gets for a task, reading its files included')
arguments.add_argument('--memory', type=float, default=12, help='GB that a peer may take')
arguments.add_argument('--write', help='puts the table between its marks in this file')
told = arguments.parse_args()
os.environ['OPENBLAS_NUM_THREADS'] = os.environ['OMP_NUM_THREADS'] = '1'
here = os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp(prefix='breeding_speed_')
by = 10 if told.quick else 1


def run(words, patience=None, memory=None):
    """Output, processor seconds, most memory in MB, and why it ended early if it did."""
    if patience: words = ['bash', '-c', f'ulimit -t {patience}; ulimit -v {int(memory * 1e6)}; exec "$@"', 'run', *words]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    texts = {}
    reading = [threading.Thread(target=lambda n=n, s=s: texts.update({n: s.read()})) for n, s in (('out', process.stdout), ('err', process.stderr))]
    for r in reading: r.start()
    for r in reading: r.join()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    why = '' if process.returncode == 0 else f'no result in {patience} s' if patience and used.ru_utime + used.ru_stime >= 0.9 * patience else (texts['err'].strip().splitlines() or [f'ended with {process.returncode}'])[-1]
    return texts['out'], used.ru_utime + used.ru_stime, used.ru_maxrss // 1000, why


def bench(program, *words):
    words = [os.path.join(told.programs, program), *map(str, words)]
    out, _, mb, why = run(words)
    if why: raise SystemExit(f'{" ".join(words)}: {why}')
    laps = {'mb': mb}
    for line in map(json.loads, out.splitlines()):
        if 'measure' in line: laps[line['measure']] = line['processor_s']
        else: laps.update(line)
    print(' '.join(map(str, words[1:])), {k: v for k, v in laps.items()}, flush=True)
    return laps


made = {}
def files(kind, size):
    """A folder with the pedigree and the records that ours works on, too."""
    if (kind, size) not in made:
        made[kind, size] = os.path.join(folder, f'{kind}{size}')
        os.mkdir(made[kind, size])
        bench('breeding_bench', kind, size, '--write', made[kind, size])
    return made[kind, size]


def short(n): return f'{n // 1_000_000} M' if n >= 1_000_000 and n % 1_000_000 == 0 else f'{n / 1_000_000:g} M' if n >= 1_000_000 else f'{n // 1_000:,} k' if n % 1_000 == 0 else f'{n:,}'


here_packages, skipped = set(), []
if told.no_peers: skipped.append('peers: not asked for')
elif not shutil.which('Rscript'): skipped.append('every peer: Rscript is not here')
else: here_packages = set(run(['Rscript', os.path.join(here, 'breeding_peers.R'), 'packages'])[0].split())


def peer(needs, task, size, words, tells='', label=None):
    """One sentence of what a peer takes. `size`: for the reader."""
    missing = [p for p in needs if p not in here_packages]
    if missing:
        if here_packages:
            line = f'{task}: {", ".join(missing)} is not installed'
            if line not in skipped: skipped.append(line)
        return ''
    out, _, mb, why = run(['Rscript', os.path.join(here, 'breeding_peers.R'), task, *map(str, words)], told.patience // (4 if told.quick else 1), told.memory)
    answer = next((json.loads(l) for l in out.splitlines() if l.startswith('{"peer"')), None)
    name = label or needs[-1]
    if answer and not why: text = f"{answer['peer']}{tells}, {size}: {answer['processor_s']:.2f} s, {mb} MB" + (f" ({answer['said']})" if answer['said'] else '')
    else:
        if 'allocate' in why or 'memory' in why: why = f'{why.strip()} ({told.memory:g} GB allowed)'
        text = f'{name}{tells}, {size}: {why or "no answer"}'
    print('  ', text, flush=True)
    return text


rows, began = [], time.time()
def row(what, asked, spent, mb, *peers, said=''):
    got = f'{spent:.2f} s' + (f' ({said})' if said else '')
    rows.append(f"| {what} | {asked} | {got} | {f'{mb} MB' if mb else ''} | {'; '.join(p for p in peers if p) or '-'} |")
    print(rows[-1], flush=True)


def spent(laps, *parts): return sum(laps[p] for p in parts)


KINSHIP = ('inbreeding', 'inverse of the relationship matrix')
SOLVE = ('equations', 'breeding values and reliabilities of all')
REML = 'REML with standard errors'
M, k = 1_000_000 // by, 1_000 // by
def pedigree(kind, size): return os.path.join(files(kind, size), 'pedigree.csv')
def forget(kind, size):
    if (kind, size) in made: shutil.rmtree(made.pop((kind, size)))


def f_of(kind, size):
    return peer(['pedigreemm'], 'inbreeding', short(size), [pedigree(kind, size)], ', F alone')
def ainv_of(kind, size): return peer(['nadiv'], 'ainv', short(size), [pedigree(kind, size)])
def reml_of(kind, size, rounds=30, tells=''): return peer(['nadiv', 'gremlin'], 'reml', short(size), [files(kind, size), rounds], tells)


def estimates(laps): return f"{laps['rounds']} rounds; {laps['animal']:.4f} {laps['pool']:.4f} {laps['residual']:.4f}"


def contributions(size, asked, *peers):
    """`osetra breed select` with reading and writing."""
    with open(os.path.join(told.sets, f'ocs_opsel/sorted{size:06d}.csv')) as f: lines = [[x.strip() for x in l.split(',')] for l in f][1:]
    with open(folder + '/p.csv', 'w') as p, open(folder + '/c.csv', 'w') as c:
        p.write('id,sire,dam\n')
        c.write('id,ebv,most\n')
        for l in lines:
            p.write(','.join('' if x == '0' else x for x in l[:3]) + '\n')
            c.write(f'{l[0]},{l[3]},{float(l[4]) / 2800}\n')
    _, seconds, mb, why = run([told.osetra, 'breed', 'select', '--pedigree', folder + '/p.csv', '--candidates', folder + '/c.csv', '--max-coancestry', str(1 / 28), '--cure', 'sex_conflict', '--out', folder + '/o.csv'])
    if why: raise SystemExit('breed select: ' + why)
    ebv = {l[0]: float(l[3]) for l in lines}
    with open(folder + '/o.csv') as f:
        head = f.readline().strip().split(',')
        gain = sum(ebv[l[head.index('id')]] * float(l[head.index('share')]) for l in (x.strip().split(',') for x in f))
    row(f'optimum contributions of {size:,} candidates, the whole command', asked, seconds, mb, *peers, said=f"g'x {gain:.4f}")


fish10 = bench('breeding_bench', 'fish', 10 * M)
row(f'inbreeding and inverse of relationships, {short(10 * M)} fish', '1.5 s', spent(fish10, *KINSHIP), fish10['mb'], f_of('fish', 10 * M), ainv_of('fish', M))
forget('fish', 10 * M)
dairy1 = bench('breeding_bench', 'dairy', M)
row(f'the same, {short(M)} dairy-like', '1 s', spent(dairy1, *KINSHIP), dairy1['mb'], f_of('dairy', M), ainv_of('dairy', 100 * k), ainv_of('dairy', 10 * k))
dairy10 = bench('breeding_bench', 'dairy', 10 * M, '--kinship')
row(f'the same, {short(10 * M)} dairy-like', '20 s', spent(dairy10, *KINSHIP), dairy10['mb'], f_of('dairy', 10 * M))
forget('dairy', 10 * M)
fish1, fish100, dairy100 = bench('breeding_bench', 'fish', M, '--reml'), bench('breeding_bench', 'fish', 100 * k, '--reml'), bench('breeding_bench', 'dairy', 100 * k, '--reml')
row(f'breeding values and exact reliabilities of all, with making the equations, {short(M)} fish', '3 s', spent(fish1, *SOLVE), fish1['mb'],
    reml_of('fish', max(10 * k, 6_000), 1, ', one round'))
row(f'the same, {short(10 * M)} fish', '12 s', spent(fish10, *SOLVE), fish10['mb'])
row(f'the same, {short(M)} dairy-like', '15 s', spent(dairy1, *SOLVE), dairy1['mb'], reml_of('dairy', 10 * k, 1, ', one round'))
three = bench('breeding_bench', 'fish', M, '--three-traits')
row(f"three traits of {short(M)} fish by conjugate gradients to 1e-8", '30 s, 1500 MB', spent(three, 'equations', 'three traits by conjugate gradients'), three['mb'], said=f"{three['rounds']} rounds")
row(f'REML of three components with errors, {short(100 * k)} fish', '1 s', fish100[REML], fish100['mb'], reml_of('fish', 100 * k), said=estimates(fish100))
row(f'the same, {short(M)} fish', '15 s', fish1[REML], fish1['mb'], reml_of('fish', M), said=estimates(fish1))
row(f'the same, {short(100 * k)} dairy-like', '8 s', dairy100[REML], dairy100['mb'], reml_of('dairy', 100 * k), reml_of('dairy', 10 * k), said=estimates(dairy100))
if os.path.isdir(told.sets):
    contributions(2_045, '1 s', '' if told.quick else peer(['nadiv', 'optiSolve'], 'contributions', '2,045', [os.path.join(told.sets, 'ocs_opsel/sorted002045.csv')]))
    contributions(10_100, '3 s')
else: skipped.append(f'contributions: {told.sets} is not here')
mates = bench('breeding_bench', 'mates', k)
small = files('mates', 80)
row(f'mates, {500 // by} sires and {1000 // by:,} dams, proven', '5 s', mates['mates'], mates['mb'], peer(['optiSel'], 'mates', '40 x 80', [os.path.join(small, 'kinship.csv')]), said=f"total {mates['total']:.7g}")
genome = bench('genome_bench', 'g', 10 * k, 50_000)
row(f'genomic matrix of {10 * k:,} fish at 50,000 SNP, streamed from .bed', '90 s, 2000 MB', genome['genomic matrix'], genome['mb'], peer(['AGHmatrix'], 'genomic', '2,000 fish, 10,000 SNP', [2_000, 10_000]))
sets = bench('genome_bench', 'ploidy', 100 * k)
row(f'inverse of relationships of {short(100 * k)} fish with four sets', '1 s', sets['polyploid inverse'], sets['mb'], peer(['AGHmatrix'], 'polyploid', short(6_000), [pedigree('fish', 6_000)]))
shutil.rmtree(folder)

load = os.getloadavg()
note = f"One run of {(time.time() - began) / 60:.0f} minutes; load of the last quarter of an hour when it ended: {load[2]:.1f} on {os.cpu_count()} cores."
if skipped: note += ' Left out: ' + '; '.join(skipped) + '.'
text = '| What | Asked for | Measured | Most memory | Peers in the same run |\n|---|---|---|---|---|\n' + '\n'.join(rows) + '\n\n' + note + '\n'
print(text)
if told.write and not told.quick:
    begin, end = '<!-- breeding speed: ./osetra-dev bench breeding -->\n', '<!-- end of breeding speed -->\n'
    with open(told.write) as f: page = f.read()
    page = page[:page.index(begin) + len(begin)] + '\n' + text + '\n' + page[page.index(end):]
    with open(told.write, 'w') as f: f.write(page)
