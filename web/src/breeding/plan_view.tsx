// A mating plan in figures, and its pairs with the reason for each.
import { t } from '../i18n'
import { narrow } from '../prefs'
import { useCell } from '../store'
import { Fact, Facts, PoolLink, useNames } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { Plan, PlannedPair } from './shapes'
import { expected, line_word, why_cross } from './cross_words'
import { AnimalLink, b, percent, trait_difference, trait_unit, trait_word, wish_word } from './words'

export function PlanFacts({ plan }: { plan: Plan }) {
  const names = useNames()
  return (
    <Facts>
      {plan.cross && <Fact label={b('chosen_cross')} wide><b>{line_word(plan.cross.dam, names.species)} × {line_word(plan.cross.sire, names.species)}</b>, {percent(plan.cross.females, 0)} {b('females').toLowerCase()}<div className="muted small">{why_cross(plan.cross, names.species)} {b('expected', { traits: expected(plan.cross) })}</div></Fact>}
      <Fact label={t('breeding.matings')}><span className="num">{plan.pairs.length}</span></Fact>
      <Fact label={t('breeding.gain')}><span className="num">{show_number(plan.gain, 2)}</span> <span className="error">{t('breeding.of_most', { most: show_number(plan.gain_at_no_cap, 2) })}</span></Fact>
      <Fact label={t('breeding.coancestry')}><span className="num">{percent(plan.coancestry, 1)}</span></Fact>
      <Fact label={t('breeding.mean_f')}><span className="num">{percent(plan.mean_f)}</span> <span className="error">{t('breeding.at_random', { f: percent(plan.mean_f_at_random) })}</span></Fact>
      {plan.traits.map((trait, i) => <Fact key={trait} label={trait_word(trait)}><span className="num">{trait_difference(trait, plan.offspring[i])}</span> <span className="unit">{trait_unit(trait)}</span>{plan.chances?.[trait] != null && <div className="muted small num">{percent(plan.chances[trait], 0)} {wish_word(trait)}</div>}</Fact>)}
    </Facts>
  )
}

/// Why this pair, in a sentence.
export function reason(p: PlannedPair, plan: Plan): string {
  const parts = [t('breeding.why_places', { dam: p.dam_place, dams: plan.females, sire: p.sire_place, sires: plan.males })]
  parts.push(p.less_related === 0 ? t('breeding.why_least_related', { f: percent(p.f), mean: percent(p.f_mean) }) : t('breeding.why_needed', { count: p.less_related }))
  if (p.same_site) parts.push(t('breeding.why_same_site'))
  else if (p.sire_site) parts.push(t('breeding.why_milt_from', { site: p.sire_site }))
  return parts.join(' ')
}

export function PairTable({ plan, act }: { plan: Plan; act?: (p: PlannedPair) => React.ReactNode }) {
  const is_narrow = useCell(narrow)
  const where = (pool: string, site: string) => (pool ? <PoolLink pool={pool} /> : <span className="muted">{site}</span>)
  const columns: Column<PlannedPair>[] = [
    { key: 'dam', title: t('breeding.dam'), phone: true, sort: p => p.dam, cell: p => <span className="stacked"><AnimalLink animal={p.dam} /><span className="small">{where(p.dam_pool, p.dam_site)} <span className="muted">{p.dam_stage}</span></span></span> },
    { key: 'sire', title: t('breeding.sire'), phone: true, sort: p => p.sire, cell: p => <span className="stacked"><AnimalLink animal={p.sire} /><span className="small">{where(p.sire_pool, p.sire_site)}</span></span> },
    { key: 'f', title: t('breeding.f'), right: true, sort: p => p.f, cell: p => <span className="num">{percent(p.f)}</span> },
    { key: 'index', title: t('breeding.index'), right: true, sort: p => p.index, cell: p => <span className="num">{show_number(p.index, 2)}</span> },
    { key: 'why', title: t('breeding.why'), cell: p => <span className="why_pair small">{reason(p, plan)}</span> },
    ...(act ? [{ key: 'act', title: '', phone: true, cell: act }] : []),
  ]
  if (is_narrow) return (
    <ul className="plain_list pair_list" aria-label={t('breeding.pairs')}>
      {plan.pairs.map(p => (
        <li key={`${p.dam} ${p.sire}`}>
          <div className="pair_head"><span><AnimalLink animal={p.dam} /> × <AnimalLink animal={p.sire} /></span>{act?.(p)}</div>
          <div className="small">{where(p.dam_pool, p.dam_site)} {p.dam_stage} · {where(p.sire_pool, p.sire_site)} · {t('breeding.f')} {percent(p.f)}</div>
          <div className="small muted">{reason(p, plan)}</div>
        </li>
      ))}
    </ul>
  )
  return <Table rows={plan.pairs} columns={columns} row_key={p => `${p.dam} ${p.sire}`} label={t('breeding.pairs')} name="pairs" />
}
