#!/usr/bin/env python3
"""`osetra taste analyse` on every set of ../shared/data/domain/sensory: what R gives, what it gives.
   bench/taste_table.py OSETRA [--sets FOLDER] [--write docs/validation.md]
Expected figures were found once on R 4.2.2 with the call that stands beside them; R is not needed here."""
import argparse, json, os, subprocess, sys

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument('osetra')
arguments.add_argument('--sets', default=os.path.join(os.environ.get('OSETRA_SHARED', os.path.join(os.path.dirname(__file__), '..', '..', 'shared', 'data')), 'domain', 'sensory'))
arguments.add_argument('--write', help='puts the table between its marks in this file')
told = arguments.parse_args()
rows, wrong = [], 0

def at(name): return os.path.join(told.sets, name)
def taste(*words):
    done = subprocess.run([told.osetra, 'taste', 'analyse', *map(str, words), '--json'], capture_output=True, text=True)
    if done.returncode: raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)
def case(what, reference, want, got, digits=5, within=2e-3):
    """Every number within a part of itself, or of one."""
    global wrong
    good = len(want) == len(got) and all(abs(w - g) <= within * max(1, abs(w)) for w, g in zip(want, got))
    wrong += not good
    show = lambda v: ', '.join(f'{x:.{digits}g}' for x in v)
    rows.append((what, reference, show(want), show(got) if good else f'**{show(got)}**'))
    print(('  ' if good else '! ') + f'{what}: expected {show(want)}, got {show(got)}', flush=True)
def worths(r): return [p['worth'] for p in r['worths']['products']]
def attribute(r, name): return next(a for a in r['attributes'] if a['attribute'] == name)

ask = lambda n, right: taste('--test', 'triangle', '--right', right, '--of', n)['discrimination']
case('triangle, critical counts at 5 %: 12, 18, 24, 30, 36, 42, 48, 60 tasters', 'ISO 4120', [8, 10, 13, 15, 18, 20, 22, 27], [ask(n, n)['critical'] for n in (12, 18, 24, 30, 36, 42, 48, 60)], within=0)
case('the same at 1 %', 'ISO 4120', [9, 12, 15, 17, 20, 22, 25, 30], [taste('--test', 'triangle', '--right', n, '--of', n, '--alpha', 0.01)['discrimination']['critical'] for n in (12, 18, 24, 30, 36, 42, 48, 60)], within=0)
case('triangle, power for 30 %: 18, 30, 42, 48 tasters', 'stats::pbinom', [.52, .71, .82, .88], [ask(n, 0)['power'] for n in (18, 30, 42, 48)], 2, 5e-3)
for test, right, of, want in (('triangle', 15, 30, [1.4662628, 0, 2.4317295]), ('duo_trio', 20, 30, [1.5188528, 0, 2.5587745]), ('3afc', 20, 30, [1.11589834, 0.46518357, 1.78507103])):
    d = taste('--test', test, '--right', right, '--of', of)['discrimination']['d_prime']
    case(f"d' of {right} of {of}, {test}, with its interval", 'stats::uniroot, integrate; binom.test', want, [d['value'], d['low'], d['high']], within=1e-4)
r = taste(at('pudding_paired.csv'))
case('pudding: six worths and ties, Davidson', 'stats::optim of the likelihood', [-.17656, .043681, -.023583, -.0014159, -.042696, .20057, .74682], worths(r) + [r['worths']['tie']])
case('pudding: against all alike', 'stats::optim', [4.08043], [r['worths']['chi_square']])
r = taste(at('pudding_paired.csv'), '--ties', 'rao_kupper')
case('pudding: Rao and Kupper', 'stats::optim', [-.13944, .034281, -.019388, .00044124, -.034468, .15857, 1.74846], worths(r) + [r['worths']['tie']])
r = taste(at('chocolates_consumers.csv'), '--wide', 'tasters')
a = attribute(r, 'liking')
case('chocolates liked by 222: taster, error; F, its degrees, p', 'lmerTest 3.1.3 lmer(y ~ product + (1 \\| taster))', [.98903, 2.0864, 1.9566, 1105, .082539], [a['taster_sd'], a['error_sd'], a['product']['f'], a['product']['degrees_below'], a['product']['p']])
r = taste(at('ham.csv'), '--attribute', 'Informed.liking', '--fixed', 'Information')
a = attribute(r, 'Informed.liking')
case('ham: consumer, consumer by product, error; F of product and of information', 'lmerTest 3.1.3 lmer(Informed.liking ~ Product + Information + (1 \\| Consumer) + (1 \\| Consumer:Product))', [.6112, 1.77592, 1.29775, 3.82915, 3.87143], [a['taster_sd'], a['interaction_sd'], a['error_sd'], a['product']['f'], a['factors'][0]['f']])
case("ham: Tukey's p of six pairs", 'emmeans 1.8.4.1 pairs()', [.1154, .8027, .9822, .0101, .0467, .9516], [d['p_adjusted'] for d in a['differences']], 4, 2e-4)
r = taste(at('chocolates_panel.csv'))
for name, want in (('CocoaA', [.96145, 0, 1.68857, 14.5578, 314]), ('Bitterness', [.90611, .57582, 1.81864, 49.8764, 140]), ('Sweetness', [1.00598, 0, 1.84973, 38.2517, 314]), ('Sticky', [1.51172, .51808, 1.95863, 4.70343, 140])):
    a = attribute(r, name)
    case(f'chocolates, panel of 29, {name}: panelist, panelist by product, error; F, its degrees', 'lmerTest 3.1.3 lmer(y ~ Product + (1 \\| Panelist) + (1 \\| Panelist:Product))', want, [a['taster_sd'], a['interaction_sd'], a['error_sd'], a['product']['f'], a['product']['degrees_below']])
r = taste(at('wine_bitterness.csv'), '--product', 'temp', '--fixed', 'contact', '--attribute', 'rating', '--ordinal')
a = attribute(r, 'rating')
case('wine, bitterness in five categories: temperature, contact, judges, log likelihood', 'ordinal 2022.11.16 clmm(nAGQ = 15)', [3.06189, 1.83343, 1.13478, -81.5325], [a['logits'][1]['value'], a['factor_logits'][0]['value'], a['taster_sd'], a['log_likelihood']])
case('the same: four thresholds', 'ordinal 2022.11.16', [-1.62349, 1.5128, 4.22705, 6.08615], a['thresholds'])

text = '\n| Set | Reference | Expected | Got |\n|---|---|---|---|\n' + ''.join('| ' + ' | '.join(r) + ' |\n' for r in rows) + '\n'
if told.write:
    begin, end = '<!-- taste table: ./osetra-dev bench taste -->\n', '<!-- end of the taste table -->'
    with open(told.write) as f: page = f.read()
    head, rest = page.split(begin)
    with open(told.write, 'w') as f: f.write(head + begin + text + end + rest.split(end, 1)[1])
else:
    print(text)
sys.exit(1 if wrong else 0)
