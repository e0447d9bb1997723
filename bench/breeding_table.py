#!/usr/bin/env python3
"""`osetra breed ...` on every set of ../shared/data/genetics: what is expected, what it gets.
   bench/breeding_table.py OSETRA [--sets FOLDER] [--write docs/validation.md]"""
import argparse, csv, itertools, json, math, os, subprocess, sys, tempfile

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument('osetra')
arguments.add_argument('--sets', default=os.path.join(os.environ.get('OSETRA_SHARED', os.path.join(os.path.dirname(__file__), '..', '..', 'shared', 'data')), 'genetics'))
arguments.add_argument('--write', help='puts the table between its marks in this file')
told = arguments.parse_args()
work = tempfile.mkdtemp(prefix='breeding_table_')
rows, wrong = [], 0


def at(name): return os.path.join(told.sets, name)
def made(name, text):
    path = os.path.join(work, name)
    with open(path, 'w') as f: f.write(text)
    return path
def table(path, delimiter=','):
    with open(path, newline='') as f: return list(csv.DictReader(f, delimiter=delimiter))
def expected(name):
    with open(at(name + '/expected.json')) as f: return json.load(f)
def breed(*words):
    done = subprocess.run([told.osetra, 'breed', *map(str, words)], capture_output=True, text=True)
    if done.returncode: raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done
def ebv(*words):
    out = os.path.join(work, 'ebv.csv')
    breed('ebv', *words, '--out', out)
    return table(out)
def variance(*words): return json.loads(breed('variance', *words, '--no-tests', '--json').stdout)
def of(report, what='variance'): return [s[what] for s in report['shares']]
def farthest(a, b): return max(abs(float(x) - float(y)) for x, y in zip(a, b, strict=True))
def numbers(values, digits=5): return ', '.join(f'{v:.{digits}g}' for v in values)


def case(what, reference):
    """A row of the table: the function gives what is expected, what came, and whether that will do."""
    def run(function):
        global wrong
        try:
            want, got, good = function()
        except Exception as broke:
            want, got, good = '', f'failed: {broke}', False
        wrong += not good
        rows.append((what, reference, want, got if good else f'**{got}**'))
        print(('  ' if good else '! ') + f'{what}: expected {want}, got {got}', flush=True)
    return run


def shares(name, trait, words, names, digits=4, within=1e-3):
    fit = expected(name)[trait]
    want = [fit['est'][n] for n in names]
    report = variance(*words)
    got, errors = of(report), of(report, 'variance_error')
    close = farthest([g / w for g, w in zip(got, want)], [1] * len(want)) < within
    return (numbers(want, digits) + '; errors ' + numbers([fit['se'][n] for n in names], 3), numbers(got, digits) + '; errors ' + numbers(errors, 3), close and farthest([e / fit['se'][n] for e, n in zip(errors, names)], [1] * len(names)) < 0.02)


@case('Mrode 3.1: eight breeding values and their errors', 'printed solutions')
def _():
    e = expected('mrode')['ex3_1']
    got = ebv('--pedigree', at('mrode/ex3_1_pedigree.csv'), '--records', at('mrode/ex3_1_data.csv'), '--model', 'wwg ~ sex + animal', '--variance', 'animal=20', '--variance', 'residual=40')
    values, errors = farthest([r['ebv_wwg'] for r in got], e['ebv']), farthest([r['standard_error_wwg'] for r in got], e['sep'])
    return 'all digits (5e-9; errors in single precision, 1e-7)', f'within {values:.0e}, {errors:.0e}', values < 6e-9 and errors < 1e-7

@case('Mrode 3.4: groups of unknown parents', 'printed contrasts')
def _():
    e = expected('mrode')['ex3_4_genetic_groups']['g1_fixed_to_zero']
    pedigree = made('groups.csv', 'id,sire,dam,gs,gd\n' + ''.join(f"{r['id']},{r['sire']},{r['dam']},g1,g2\n" for r in table(at('mrode/ex3_1_pedigree.csv'))))
    got = {r['id']: float(r['ebv_wwg']) for r in ebv('--pedigree', pedigree, '--groups', 'gs', 'gd', '--records', at('mrode/ex3_1_data.csv'), '--model', 'wwg ~ sex + animal', '--variance', 'animal=20', '--variance', 'residual=40')}
    off = farthest([got[str(i)] - got['1'] for i in range(2, 9)] + [got['g2'] - got['g1']], [u - e['u'][0] for u in e['u'][1:]] + [e['g'][1]])
    return '1e-7', f'within {off:.0e}', off < 1e-7

def tutorial(*more):
    return variance('--pedigree', at('blupf90_sim/simped.csv'), '--records', at('blupf90_sim/simdata.csv'), '--model', 't1 ~ farm + sex + year + animal', '--weights', 'weight', '--missing', '', '--missing', '0', *more)

@case('BLUPF90 tutorial, one trait, weights, inbreeding ignored', 'AIREMLF90')
def _():
    e, fit = expected('blupf90_sim')['single_trait_t1'], tutorial('--ignore-inbreeding')
    got, errors = of(fit), of(fit, 'variance_error')
    good = abs(got[0] - e['va']) < 0.01 and abs(got[1] - e['ve']) < 0.01 and abs(errors[0] - e['se_va']) < 0.02 and abs(errors[1] - e['se_ve']) < 0.02
    return f"{e['va']}, {e['ve']}; errors {e['se_va']:.3f}, {e['se_ve']:.3f}", f'{got[0]:.3f}, {got[1]:.3f}; errors {errors[0]:.3f}, {errors[1]:.3f}', good

@case('the same: difference of -2 log L between (100, 100) and the height', 'AIREMLF90')
def _():
    e = expected('blupf90_sim')['single_trait_t1']
    words = ['--pedigree', at('blupf90_sim/simped.csv'), '--records', at('blupf90_sim/simdata.csv'), '--model', 't1 ~ farm + sex + year + animal', '--weights', 'weight', '--ignore-inbreeding', '--json']
    likelihood = [json.loads(breed('ebv', *words, '--variance', f'animal={a}', '--variance', f'residual={r}').stdout)['minus_2_log_likelihood'] for a, r in ((100, 100), (e['va'], e['ve']))]
    want, got = e['m2logL_start_100_100'] - e['m2logL'], likelihood[0] - likelihood[1]
    return f'{want:.3f}', f'{got:.3f}', abs(want - got) < 0.001

@case('the same with inbreeding, as ours by default', 'sparse Cholesky in R')
def _():
    e, got = expected('blupf90_sim')['single_trait_t1']['with_inbreeding_our_reference'], of(tutorial())
    return f"{e['va']}, {e['ve']}", f'{got[0]:.3f}, {got[1]:.3f}', farthest(got, [e['va'], e['ve']]) < 0.01

@case('four traits with repeated records: 30 (co)variances', 'AIREMLF90')
def _():
    e = expected('blupf90_sim')['four_trait_repeatability_REML']
    out = os.path.join(work, 'four.csv')
    breed('variance', '--pedigree', at('blupf90_sim/simped.csv'), '--records', at('blupf90_sim/simdata_rep.csv'), '--model', 't1, t2, t3, t4 ~ farm + sex + year + animal + permanent', '--ignore-inbreeding', '--out', out)
    traits = ['t1', 't2', 't3', 't4']
    off = max(abs(float(r['covariance']) / e[{'animal': 'G_animal', 'permanent': 'G_pe', 'residual': 'R'}[r['source']]][traits.index(r['trait'])][traits.index(r['other'])] - 1) for r in table(out))
    return 'within 0.5 %', f'within {100 * off:.3f} %', off < 0.005

blue = ['--pedigree', at('bluetit_decomposition/pedigree.csv'), '--records', at('bluetit_decomposition/phenotypes.csv')]
case('blue tits, tarsus: genes, rearing nest, rest', 'gremlin')(lambda: shares('bluetit_decomposition', 'tarsus', [*blue, '--model', 'tarsus ~ sex + animal + random(fosternest)'], ['G.id', 'G.fosternest', 'ResVar1']))
case('blue tits, back colour', 'gremlin')(lambda: shares('bluetit_decomposition', 'back', [*blue, '--model', 'back ~ sex + animal + random(fosternest)'], ['G.id', 'G.fosternest', 'ResVar1']))

@case('milk: animal, permanent, herd, rest (of the variance of the milk)', 'gremlin')
def _():
    e = expected('milk_repeat')
    want = [e['gremlin']['est'][n] for n in ('G.idf', 'G.pe', 'G.herd', 'ResVar1')]
    got = [v / e['sd_milk'] ** 2 for v in of(variance('--pedigree', at('milk_repeat/pedigree.csv'), '--records', at('milk_repeat/milk.csv'), '--model', 'milk ~ lact + log(dim) + animal + permanent + random(herd)'))]
    return numbers(want), numbers(got), farthest([g / w for g, w in zip(got, want)], [1] * 4) < 2e-3

@case('chinook: dam, dam by sire, tray, rest; sire at the boundary', 'lme4')
def _():
    e = expected('chinook_factorial')['varcomp']
    lines = table(at('chinook_factorial/length.csv'))
    records = made('chinook.csv', 'sire,dam,pair,tray,length\n' + ''.join(f"{r['sire']},{r['dam']},{r['sire']}x{r['dam']},{r['tray']},{r['length']}\n" for r in lines))
    fit = variance('--records', records, '--model', 'length ~ 1 + random(sire) + random(dam) + random(pair) + random(tray)')
    got = {s['source']: s['variance'] for s in fit['shares']}
    want, have = [e['dam'], e['dam:sire'], e['tray'], e['Residual'], 0], [got['dam'], got['pair'], got['tray'], got['residual'], got['sire']]
    return numbers(want), numbers(have), farthest(want, have) < 1e-4

@case('eucalyptus: animal, block, rest', 'gremlin')
def _():
    e = expected('globulus')['gremlin']['fit']
    want = [e['est'][n] for n in ('G.id', 'G.bl', 'ResVar1')]
    fit = variance('--pedigree', at('globulus/pedigree.csv'), '--records', at('globulus/globulus.csv'), '--record-id', 'self', '--model', 'phe_X ~ gg + animal + random(bl)')
    return numbers(want), numbers(of(fit)), farthest([g / w for g, w in zip(of(fit), want)], [1] * 3) < 1e-3

@case('eucalyptus, blocks alone', 'AIREMLF90')
def _():
    e = expected('globulus')['AIREMLF90']['blocks']
    got = of(variance('--records', at('globulus/globulus.csv'), '--model', 'phe_X ~ 1 + random(bl)'))
    return f"{e['v_bl']}, {e['ve']}", f'{got[0]:.4f}, {got[1]:.3f}', farthest(got, [e['v_bl'], e['ve']]) < 1e-3

salmon = ['--records', at('salmon_agd/phenotypes.csv'), '--variance', 'animal=0.25', '--variance', 'residual=0.6', '--model', 'mean_gill_score ~ 1 + animal']
def salmon_values(words, file, value):
    want, got = table(at('salmon_agd/' + file)), {r['id']: r for r in ebv(*salmon, *words)}
    values = farthest([got[r['id']]['ebv_mean_gill_score'] for r in want], [r[value] for r in want])
    errors = farthest([float(got[r['id']]['standard_error_mean_gill_score']) ** 2 for r in want], [r['pev'] for r in want])
    return '1e-6', f'within {values:.0e}, {errors:.0e}', values < 1e-6 and errors < 1e-6
case('salmon, gill disease: 1,561 breeding values and error variances', 'gremlin, dense algebra in R')(lambda: salmon_values(['--pedigree', at('salmon_agd/pedigree.csv')], 'expected_blup_gill_va0.25_ve0.60.csv', 'ebv'))
case('salmon by genotypes alone (1,481 fish, 17,156 variants)', 'dense algebra in R')(lambda: salmon_values(['--genotypes', at('salmon_agd/geno.bed')], 'expected_gblup_gill_va0.25_ve0.60.csv', 'gebv'))

@case('salmon, 700 genotyped, in a single step', 'dense algebra in R')
def _():
    keep = made('keep.csv', 'id\n' + ''.join(r['id'] + '\n' for r in table(at('salmon_agd/expected_ssgblup_gill_va0.25_ve0.60.csv')) if r['genotyped'] in ('1', 'TRUE', 'True')))
    return salmon_values(['--pedigree', at('salmon_agd/pedigree.csv'), '--genotypes', at('salmon_agd/geno.bed'), '--keep', keep], 'expected_ssgblup_gill_va0.25_ve0.60.csv', 'ebv')

@case('salmon, gill disease: genes and rest by the pedigree', 'gremlin')
def _():
    e = expected('salmon_agd')['pedigree_REML']['mean_gill_score']['est']
    got = of(variance('--pedigree', at('salmon_agd/pedigree.csv'), '--records', at('salmon_agd/phenotypes.csv'), '--model', 'mean_gill_score ~ 1 + animal'))
    return numbers(e.values()), numbers(got), farthest([g / w for g, w in zip(got, e.values())], [1, 1]) < 1e-3

@case('potatoes of four chromosome sets: 1,538 relationships with themselves', 'AGHmatrix')
def _():
    want = {r['id']: r for r in table(at('potato_tetraploid/expected_A_diag.csv'))}
    off = []
    for reduction, column in ((0, 'diagA4_w0'), (0.1, 'diagA4_w0.1')):
        out = os.path.join(work, 'f.csv')
        breed('inbreeding', '--pedigree', at('potato_tetraploid/pedigree.csv'), '--ploidy', 4, '--double-reduction', reduction, '--cure', 'sire_is_dam', '--cure', 'sex_conflict', '--out', out)
        # a relationship with oneself is 1 + (sets - 1) F
        off.append(farthest([1 + 3 * float(r['f']) for r in table(out)], [want[r['id']][column] for r in table(out)]))
    return '1e-8', 'within ' + ', '.join(f'{x:.0e}' for x in off), max(off) < 1e-8

@case('the same: 40 x 40 relationships, by the inverse of the inverse', 'AGHmatrix')
def _():
    want = {r['id']: r for r in table(at('potato_tetraploid/expected_A4_w0_sample40.csv'))}
    out = os.path.join(work, 'ainv.csv')
    breed('ainv', '--pedigree', at('potato_tetraploid/pedigree.csv'), '--ploidy', 4, '--cure', 'sire_is_dam', '--cure', 'sex_conflict', '--out', out)
    rows_of = {}   # of each animal: those before it
    order = []
    with open(out, newline='') as f:
        for r in csv.reader(f):
            if r[0] == 'id': continue
            if r[0] not in rows_of: rows_of[r[0]] = {}; order.append(r[0])
            rows_of[r[0]][r[1]] = float(r[2])
    place = {name: i for i, name in enumerate(order)}
    # A^-1 = U D U', eliminated from the youngest: nothing fills in, since mates stand together already
    matrix = {a: dict(r) for a, r in rows_of.items()}
    factor = []
    for a in reversed(order):
        row = matrix[a]
        pivot = row.pop(a)
        factor.append((a, pivot, row))
        for i, x in row.items():
            for j, y in row.items():
                if place[j] <= place[i]: matrix[i][j] = matrix[i].get(j, 0.0) - x * y / pivot
    off = 0
    for name in want:
        x = {name: 1.0}   # the column of A: A^-1 x = e
        right = {name: 1.0}
        for a, pivot, row in factor:
            if a in right:
                for i, v in row.items(): right[i] = right.get(i, 0.0) - v / pivot * right[a]
        x = {}
        for a, pivot, row in reversed(factor):
            value = (right.get(a, 0.0) - sum(v * x[i] for i, v in row.items())) / pivot
            x[a] = value
        off = max(off, max(abs(x[other] - float(want[other][name])) for other in want))
    return '1e-8 (printed to eight digits)', f'within {off:.0e}', off < 1.1e-8

@case('calving ease in three categories: four sires', 'BFGS (Gianola and Foulley 1983)')
def _():
    e = expected('threshold_gf83')
    lines = table(at('threshold_gf83/data.csv'))
    sires = sorted({r['sire'] for r in lines})
    pedigree = made('sires.csv', 'id,sire,dam\n' + ''.join(f's{s},,\n' for s in sires))
    records = made('calves.csv', 'id,herd,sex,category\n' + ''.join(f"s{r['sire']},{r['herd']},{r['sex']},{r['category']}\n" for r in lines))
    got = ebv('--pedigree', pedigree, '--records', records, '--model', 'ordinal(category) ~ herd + sex + animal', '--variance', f'animal={1 / 19}')
    values = [float(next(v for k, v in r.items() if k.startswith('ebv'))) for r in got]
    return numbers(e['sire'], 7), numbers(values, 7), farthest(values, e['sire']) < 1e-5

def drawn(seed):
    """Uniform and normal numbers, the same everywhere."""
    state = [seed]
    def uniform():
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((state[0] >> 11) + 0.5) / 2**53
    return uniform, lambda: math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform())

def liabilities(sires, each, deviation, cuts, seed):
    _, normal = drawn(seed)
    lines = ['sire,y']
    for s in range(sires):
        value = deviation * normal()
        for _ in range(each):
            liability = value + normal()
            lines.append(f's{s},{sum(liability > c for c in cuts)}')
    return made(f'liability{seed}.csv', '\n'.join(lines) + '\n')

# R 4.2.2: glmer(y ~ 1 + (1 | sire), family = binomial("probit")) gives 0.2246244; clmm(y ~ 1 + (1 | sire), link = "probit") of ordinal gives 0.3642902; both by the likelihood, ours by its restricted kin, some 60 / 59 above
@case('60 sires of 80 offspring, dead or alive: variance of the sires (put in: 0.25)', 'lme4, Laplace')
def _():
    got = of(variance('--records', liabilities(60, 80, 0.5, [0.5], 17), '--model', 'ordinal(y) ~ random(sire)'))[0]
    return '0.2246 (within 3 %)', f'{got:.4f}', abs(got / 0.2246244 - 1) < 0.03
@case('60 sires of 80 offspring in four categories: variance of the sires (put in: 0.36)', 'ordinal (R), Laplace')
def _():
    got = of(variance('--records', liabilities(60, 80, 0.6, [-1, 0, 1.2], 18), '--model', 'ordinal(y) ~ random(sire)'))[0]
    return '0.3643 (within 3 %)', f'{got:.4f}', abs(got / 0.3642902 - 1) < 0.03
@case('the same beside pens that do nothing: both variances', 'the row above; nought')
def _():
    path = liabilities(60, 80, 0.6, [-1, 0, 1.2], 18)
    with open(path) as f: lines = f.read().split()
    records = made('pens.csv', 'sire,pen,y\n' + ''.join(f'{l.split(",")[0]},p{7 * i % 31},{l.split(",")[1]}\n' for i, l in enumerate(lines[1:])))
    alone, got = of(variance('--records', path, '--model', 'ordinal(y) ~ random(sire)'))[0], of(variance('--records', records, '--model', 'ordinal(y) ~ random(sire) + random(pen)'))
    return f'{alone:.4f}, 0', f'{got[0]:.4f}, {got[1]:.4f}', abs(got[0] / alone - 1) < 0.01 and got[1] < 0.01

@case('400 made-up sets: how often 95 % intervals of genes, pool and rest hold what was put in', 'what was put in')
def _():
    uniform, normal = drawn(20261126)
    truth, held = (0.40, 0.15, 0.45), [0, 0, 0]
    for _ in range(400):
        value = [normal() * math.sqrt(truth[0]) for _ in range(72)]
        pool = [normal() * math.sqrt(truth[1]) for _ in range(30)]
        pedigree, records = ['id,sire,dam'], ['id,pool,y']
        for dam, k, o in itertools.product(range(48), range(2), range(10)):
            sire, where = (dam + 7 * k) % 24, int(30 * uniform())
            own = (value[sire] + value[24 + dam]) / 2 + normal() * math.sqrt(truth[0] / 2)
            pedigree.append(f'{dam}_{k}_{o},s{sire},d{dam}')
            records.append(f'{dam}_{k}_{o},{where},{own + pool[where] + normal() * math.sqrt(truth[2])}')
        report = variance('--pedigree', made('p.csv', '\n'.join(pedigree) + '\n'), '--records', made('r.csv', '\n'.join(records) + '\n'), '--model', 'y ~ 1 + animal + random(pool)')
        for i, s in enumerate(report['shares']): held[i] += s['low'] <= truth[i] <= s['high']
    return '92 to 98 %', ', '.join(f'{h / 4:g}' for h in held) + ' %', all(368 <= h <= 392 for h in held)

@case('two traits, one of them of every other fish: covariances held where no record tells, error of each correlation', 'what was put in, within 2.5 errors')
def _():
    uniform, normal = drawn(5)
    pedigree, records = ['id,sire,dam'], ['id,group,a,b']
    for f in range(120):
        family = (normal(), normal())
        for k in range(8):
            own = [family[0] * 0.5 + normal() * 0.5, 0]
            own[1] = -0.6 * own[0] + 0.8 * (family[1] * 0.5 + normal() * 0.5)
            pedigree.append(f'x{f}_{k},s{f},d{f}')
            records.append(f'x{f}_{k},pen,{own[0] + 0.8 * normal()},')
            if k % 2: records.append(f'x{f}_{k},plant,,{own[1] + 0.8 * normal()}')
    out = os.path.join(work, 'two.csv')
    breed('variance', '--pedigree', made('p.csv', '\n'.join(pedigree) + '\n'), '--records', made('r.csv', '\n'.join(records) + '\n'), '--model', 'a, b ~ group + animal', '--out', out)
    rows_of = {(r['source'], r['trait'], r['other']): r for r in table(out)}
    genetic, rest = rows_of['animal', 'b', 'a'], rows_of['residual', 'b', 'a']
    r, e = float(genetic['correlation']), float(genetic['correlation_error'])
    return 'genetic -0.6; residual held at 0', f'{r:.2f}, error {e:.2f}; {rest["standard_error"]} at {float(rest["covariance"]):g}', abs(r + 0.6) < 2.5 * e and e < 0.2 and rest['standard_error'] == 'held' and float(rest['covariance']) == 0

def crosses(*words):
    traits = made('traits.csv', 'trait,worth,shown_by,mean_DAU,mean_SCH\nroe,100,females,14,12\nweight,20,both,30,18\n')
    heterosis = made('heterosis.csv', 'trait,one,other,amount\nroe,DAU,SCH,1.5\nweight,DAU,SCH,4\n')
    lines = made('lines.csv', 'line,species,dams,sires\nD,DAU,ZW,ZZ\nS,SCH,ZW,ZZ\nN,SCH,no,ZW\nW,SCH,WW,no\n')
    out = json.loads(breed('cross', '--traits', traits, '--heterosis', heterosis, '--lines', lines, '--fish', 1000, '--most', 100000, '--json', *words).stdout)
    return {(x['dam'], x['sire']): x for x in out}

@case('kaluga and Amur sturgeon crossed: roe, weight, heterosis and what a lot is worth of all nine crosses', 'by hand (Dickerson 1973)')
def _():
    got, off = crosses(), 0.0
    kaluga = {'D': 1.0, 'S': 0.0, 'N': 0.0, 'W': 0.0}
    sexes = {('ZW', 'ZZ'): 0.5, ('ZW', 'ZW'): 0.75, ('WW', 'ZZ'): 1.0, ('WW', 'ZW'): 1.0}
    pairs = [(d, s) for d in 'DSW' for s in 'DSN']
    for d, s in pairs:
        a, b = kaluga[d], kaluga[s]
        share, meets = (a + b) / 2, a * (1 - b) + b * (1 - a)
        roe, weight = 14 * share + 12 * (1 - share) + 1.5 * meets, 30 * share + 18 * (1 - share) + 4 * meets
        females = sexes['WW' if d == 'W' else 'ZW', 'ZW' if s == 'N' else 'ZZ']
        x = got[d, s]
        means = {t['trait']: t['mean'] for t in x['traits']}
        off = max(off, abs(means['roe'] - roe), abs(means['weight'] - weight), abs(x['heterosis'] - meets), abs(x['females'] - females), abs(x['lot_value'] / 1000 - (100 * roe * females + 20 * weight)))
    return f'{len(pairs)} crosses, exact', f'{len(got)} crosses, within {off:.0e}', len(got) == len(pairs) and off < 1e-9

@case('crossed again: back-cross and second cross keep half of the heterosis; WW mothers have daughters only', 'by hand (Dickerson 1973)')
def _():
    got = crosses('--generations', 2)
    first = 'D x S'
    back = next(x for (d, s), x in got.items() if first in d and s == 'D')
    second = next(x for (d, s), x in got.items() if first in d and first in s)
    all_female = min(x['females'] for (d, s), x in got.items() if d == 'W')
    found = [back['heterosis'], back['recombination'], second['heterosis'], second['recombination'], all_female]
    want = [0.5, 0.25, 0.5, 0.5, 1.0]
    return numbers(want), numbers(found), farthest(found, want) < 1e-9

def opsel(size):
    with open(at(f'ocs_opsel/sorted{size:06d}.csv')) as f: lines = [[x.strip() for x in l.split(',')] for l in f][1:]
    pedigree = made('opsel.csv', 'id,sire,dam\n' + ''.join(','.join('' if x == '0' else x for x in l[:3]) + '\n' for l in lines if l[0]))
    return pedigree, lines
def contributions(size, cap, *more, most=lambda l: float(l[4]) / 2800):
    pedigree, lines = opsel(size)
    candidates = made('candidates.csv', 'id,ebv,most\n' + ''.join(f'{l[0]},{l[3]},{most(l)}\n' for l in lines if l[0]))
    return json.loads(breed('select', '--pedigree', pedigree, '--candidates', candidates, '--max-coancestry', cap / 2, '--cure', 'sex_conflict', '--json', *more).stdout)

@case("OpSel, 2,045 candidates, x'Ax at most 1/14", 'OpSel.jl')
def _():
    got = contributions(2045, 1 / 14)
    return '439.116 (at least 439.115)', f"{got['gain']:.4f}", got['gain'] >= 439.115 and 2 * got['mean_coancestry'] <= 1 / 14 * (1 + 1e-6)
@case('OpSel, 10,100 candidates', 'ours earlier, by gradients')
def _():
    got = contributions(10100, 1 / 14)
    return '47.76329', f"{got['gain']:.5f}", got['gain'] >= 47.76329 * (1 - 1e-6)
@case('OpSel, 200 candidates, 50 that give the same', 'steepest ascent of OpSel; bound 26.1555')
def _():
    got = contributions(200, 0.03343, '--equal', 50, most=lambda l: 1)
    return 'at least 25.0904', f"{got['gain']:.4f}", got['gain'] >= 25.0904

text = f'{len(rows) - wrong} of {len(rows)} as expected.\n\n| Set | Reference | Expected | Got |\n|---|---|---|---|\n' + ''.join(f'| {" | ".join(r)} |\n' for r in rows)
if told.write:
    begin, end = '<!-- breeding table: ./osetra-dev bench breeding table -->\n', '<!-- end of breeding table -->\n'
    with open(told.write) as f: page = f.read()
    if begin not in page: sys.exit(f'{told.write} has no marks for the table')
    page = page[:page.index(begin) + len(begin)] + '\n' + text + '\n' + page[page.index(end):]
    with open(told.write, 'w') as f: f.write(page)
print(f'{len(rows) - wrong} of {len(rows)} as expected')
sys.exit(wrong > 0)
