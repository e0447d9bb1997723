import { seg, type StocktakePlan } from '../api'
import { useGet } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { mass_taste } from '../prefs'
import { go, Link, useQuery } from '../router'
import { useCell } from '../store'
import { Answer, Fact, Facts, Heads, heads_words, Mass, PageHead, PoolLink, Section } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { Filters, Pick } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { mass_unit, show_number } from '../units'

type Row = StocktakePlan['rows'][number]

const hours = (h: number) => (h < 1 ? `${Math.max(1, Math.round(h * 60))} min` : `${show_number(h, 1)} h`)

export default function StocktakePlanPage() {
  const this_year = new Date().getFullYear()
  const [year] = useQuery('year', String(this_year))
  const [by] = useQuery('by', 'heads')
  const got = useGet<StocktakePlan>(`/stocktake-plan?year=${seg(year)}&by=${seg(by)}`)
  const taste = useCell(mass_taste)
  const plan = got.data
  const first = plan?.rows.find(r => r.saved_per_hour > 0)
  const columns: Column<Row>[] = [
    { key: 'place', title: '#', right: true, width: 40, sort: r => r.place, cell: r => <span className="num muted">{r.place}</span> },
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool, cell: r => <><PoolLink pool={r.pool} /> <span className="muted small">{r.site}</span></> },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => r.heads.value, cell: r => <Heads of={r.heads} /> },
    { key: 'counted', title: t('plan.last_counted'), sort: r => r.counted_at ?? '', cell: r => r.counted_at ? <span className={r.counted ? undefined : 'muted'}>{show_instant(r.counted_at)} · {word('count_method', r.method ?? '')}</span> : <span className="warn">{t('plan.never')}</span> },
    { key: 'after', title: t('plan.after'), right: true, sort: r => r.sd_after, cell: r => <span className="num">± {show_number(Math.ceil(1.96 * r.sd_after))}</span> },
    { key: 'hours', title: t('plan.takes'), right: true, phone: true, sort: r => r.hours, cell: r => <span className="num">{hours(r.hours)}</span> },
    { key: 'so_far', title: t('plan.so_far'), right: true, sort: r => r.hours_so_far, cell: r => <span className="num">{hours(r.hours_so_far)}</span> },
    { key: 'total', title: t('plan.total_after'), right: true, sort: r => r.total_sd_after, cell: r => <span className="num">± {by === 'heads' ? show_number(Math.ceil(1.96 * r.total_sd_after)) : `${show_number((1.96 * r.total_sd_after * 1e6) / mass_unit(plan?.biomass_mg?.value ?? 0, taste).per, 1)} ${mass_unit(plan?.biomass_mg?.value ?? 0, taste).label}`}</span> },
  ]
  return (
    <>
      <PageHead title={t('nav.stocktake_plan')} sentence={!plan ? ' ' : !plan.pools ? t('plan.no_pools') : t('plan.sentence', { counted: plan.counted, pools: plan.pools, year: plan.year, heads: heads_words(plan.heads) })}>
        {first && <p className="sub">{t('plan.next', { pool: first.pool, before: show_number(Math.ceil(1.96 * first.sd)), after: show_number(Math.ceil(1.96 * first.sd_after)), takes: hours(first.hours) })} <Link to={`/flights?pool=${seg(first.pool)}`}>{t('plan.fly')}</Link></p>}
      </PageHead>
      <Filters>
        <Pick name="year" label={String(this_year)} options={[1, 2, 3].map(n => ({ value: String(this_year - n), label: String(this_year - n) }))} />
        <Pick name="by" label={t('plan.by_heads')} options={[{ value: 'biomass', label: t('plan.by_biomass') }]} />
      </Filters>
      <Answer got={got}>{p => (
        <>
          <Facts>
            <Fact label={t('figure.heads')}><Heads of={p.heads} /></Fact>
            {p.biomass_mg && <Fact label={t('figure.biomass')}><Mass of={p.biomass_mg} /></Fact>}
            <Fact label={t('plan.counted')}><span className="num">{p.counted} / {p.pools}</span></Fact>
            <Fact label={t('plan.all_takes')}><span className="num">{hours(p.rows.at(-1)?.hours_so_far ?? 0)}</span></Fact>
          </Facts>
          {p.rows.length > 1 && <Section title={t('plan.curve')}><Curve plan={p} /></Section>}
          <Section title={t('plan.order')}><Table rows={p.rows} columns={columns} row_key={r => r.pool} label={t('plan.order')} open={r => go(`/flights?pool=${seg(r.pool)}`)} /></Section>
          <p className="muted small">{t('plan.costs', {
            share: show_number(p.costs.share_sd * 196, 1), from: p.costs.share_sd_flights ? t('plan.from_flights', { count: p.costs.share_sd_flights }) : t('plan.from_rule'),
            site: p.costs.site_minutes, pool: p.costs.pool_minutes, sweep: p.costs.sweep_m2_per_minute, passes: p.costs.passes,
          })}</p>
        </>
      )}</Answer>
    </>
  )
}

/// How sure the company's total gets with the hours flown.
function Curve({ plan }: { plan: StocktakePlan }) {
  const kg = plan.by === 'biomass'
  const start = kg ? Math.max((plan.biomass_mg?.high ?? 0) - (plan.biomass_mg?.value ?? 0), 0) / 1e6 : plan.heads.high - plan.heads.value
  const points: [number, number][] = [...(kg ? [] : [[0, start] as [number, number]]), ...plan.rows.map(r => [r.hours_so_far, 1.96 * r.total_sd_after] as [number, number])]
  return (
    <Chart height={220} label={t('plan.curve')} option={p => ({
      ...base(p), legend: { show: false },
      xAxis: { type: 'value', name: t('plan.hours_axis'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: p.muted, fontSize: 11 }, axisLabel: { color: p.muted, fontSize: 11 }, splitLine: { show: false } },
      yAxis: value_axis(p, kg ? '± kg' : `± ${t('unit.heads')}`, { min: 0 }),
      grid: { left: 8, right: 16, top: 28, bottom: 28, containLabel: true },
      series: [{ type: 'line', data: points, showSymbol: false, lineStyle: { color: p.accent, width: 2 }, areaStyle: { color: p.accent, opacity: 0.08 } }],
    })} />
  )
}
