import { seg, type CohortCard } from '../api'
import { useState_ } from '../data'
import { show_day } from '../dates'
import { t } from '../i18n'
import { mass_taste } from '../prefs'
import { go, Link } from '../router'
import { useCell } from '../store'
import { Answer, as_estimate, Fact, Facts, Figure, Heads, heads_words, Mass, mass_words, Num, PageHead, PoolLink, Section, useNames } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { ConservationTable } from '../ui/conservation'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'

export default function Cohort({ id = '' }: { id?: string }) {
  const got = useState_<CohortCard>(`/cohorts/${seg(id)}`)
  return <Answer got={got} rows={8}>{c => <Card cohort={c} />}</Answer>
}

function Card({ cohort }: { cohort: CohortCard }) {
  const names = useNames()
  const taste = useCell(mass_taste)
  const per = taste === 'jin' ? 500_000 : 1_000_000
  const subject = `cohort:${cohort.cohort}`
  type Row = CohortCard['pools'][number]
  const columns: Column<Row>[] = [
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool, cell: r => <PoolLink pool={r.pool} /> },
    { key: 'site', title: t('field.site'), sort: r => r.site, cell: r => r.site },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => as_estimate(r.heads).value, cell: r => <Heads of={r.heads} /> },
    { key: 'mean', title: t('figure.mean'), right: true, phone: true, sort: r => (r.mean_mg == null ? null : as_estimate(r.mean_mg).value), cell: r => <Mass of={r.mean_mg} /> },
  ]
  return (
    <>
      <PageHead title={cohort.name && cohort.name !== cohort.cohort ? `${cohort.cohort} · ${cohort.name}` : cohort.cohort}
        sentence={t('cohort.sentence', {
          species: names.species(cohort.species), year: cohort.year_class, heads: heads_words(cohort.heads), pools: cohort.pools.length,
          mean: mass_words(cohort.mean_mg),
        })}>
        <p className="sub muted">{[cohort.hatched_on && t('cohort.hatched', { day: show_day(cohort.hatched_on) }), cohort.origin].filter(Boolean).join(' · ')}</p>
      </PageHead>
      <Facts>
        <Fact label={t('figure.heads')}><Figure figure="heads" subject={subject} label={t('figure.heads')}><Heads of={cohort.heads} /></Figure></Fact>
        <Fact label={t('figure.biomass')}><Figure figure="biomass" subject={subject} label={t('figure.biomass')}><Mass of={cohort.biomass_mg} /></Figure></Fact>
        <Fact label={t('figure.mean')}><Figure figure="mean" subject={subject} label={t('figure.mean')}><Mass of={cohort.mean_mg} /></Figure></Fact>
        <Fact label={t('today.tagged')}><Link to={`/fish?cohort=${seg(cohort.cohort)}`}><Num of={cohort.tagged} /></Link></Fact>
      </Facts>
      <Section title={t('cohort.curve')}>
        <Chart height={280} label={t('cohort.curve_words', { from: show_day(cohort.curve[0]?.day), to: show_day(cohort.curve.at(-1)?.day), weighings: cohort.weighings.length })} option={p => ({
          ...base(p),
          grid: { left: 8, right: 8, top: 46, bottom: 4, containLabel: true },
          tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? show_number(v, v < 100 ? 2 : 0) : '') },
          xAxis: time_axis(p),
          yAxis: [value_axis(p, taste === 'jin' ? '斤' : 'kg'), value_axis(p, t('figure.heads'), { splitLine: { show: false }, min: 0, nameTextStyle: { color: p.muted, fontSize: 11, align: 'right' } })],
          series: [
            { name: t('figure.heads'), type: 'line', yAxisIndex: 1, step: 'end', symbol: 'none', lineStyle: { width: 1.2, color: p.muted }, itemStyle: { color: p.muted }, areaStyle: { color: p.muted, opacity: 0.1 }, data: cohort.curve.map(c => [c.day, c.heads]) },
            { name: t('figure.mean'), type: 'line', symbol: 'none', lineStyle: { width: 2.2, color: p.accent }, itemStyle: { color: p.accent }, data: cohort.curve.map(c => [c.day, c.mean_mg == null ? null : c.mean_mg / per]) },
            { name: t('fish.weighed'), type: 'scatter', symbolSize: 6, itemStyle: { color: p.surface, borderColor: p.warn, borderWidth: 1.6 }, data: cohort.weighings.map(w => [w.at, w.mean_mg / per]) },
          ],
        })} />
      </Section>
      <div className="two">
        <Section title={t('nav.pools')} className="two_wide"><Table rows={cohort.pools} columns={columns} row_key={r => r.pool} label={t('nav.pools')} open={r => go(`/pools/${seg(r.pool)}`)} /></Section>
        <Section title={t('pool.book')} acts={<Link to={`/journal?subject=${subject}`}>{t('pool.all_facts')}</Link>}><ConservationTable of={cohort.conservation} /></Section>
      </div>
    </>
  )
}
