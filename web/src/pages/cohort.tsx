import { seg, type CohortCard } from '../api'
import { useState_ } from '../data'
import { show_day } from '../dates'
import { own_script, t } from '../i18n'
import { mass_taste } from '../prefs'
import { go, Link } from '../router'
import { useCell } from '../store'
import { Answer, Fact, Facts, Figure, Heads, heads_words, Mass, mass_words, Num, PageHead, PoolLink, Section, useNames } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { ConservationTable } from '../ui/conservation'
import { Table, type Column } from '../ui/table'
import { mass_unit, show_number } from '../units'

export default function Cohort({ id = '' }: { id?: string }) {
  const got = useState_<CohortCard>(`/cohorts/${seg(id)}`)
  return <Answer got={got} rows={8} title={id}>{c => <Card cohort={c} />}</Answer>
}

function Card({ cohort }: { cohort: CohortCard }) {
  const names = useNames()
  const taste = useCell(mass_taste)
  const { per, label: unit } = mass_unit(Math.max(...cohort.growth.map(g => g.mean_mg.value), ...cohort.weighings.map(w => w.mean_mg), 1), taste)
  const subject = `cohort:${cohort.cohort}`
  type Row = CohortCard['pool_rows'][number]
  const columns: Column<Row>[] = [
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool, cell: r => <PoolLink pool={r.pool} /> },
    { key: 'site', title: t('field.site'), sort: r => r.site, cell: r => r.site },
    { key: 'heads', title: t('figure.book_heads'), right: true, phone: true, sort: r => r.heads, cell: r => <Figure figure="heads" subject={`pool:${r.pool}`}><Num of={r.heads} /></Figure> },
    { key: 'tagged', title: t('today.tagged'), right: true, sort: r => r.tagged, cell: r => <Num of={r.tagged} /> },
    { key: 'mean', title: t('figure.mean'), right: true, phone: true, sort: r => r.mean_mg?.value, cell: r => <Mass of={r.mean_mg} /> },
  ]
  return (
    <>
      <PageHead title={cohort.name && cohort.name !== cohort.cohort ? `${cohort.cohort} · ${cohort.name}` : cohort.cohort}
        sentence={t('cohort.sentence', {
          species: names.species(cohort.species), year: cohort.year_class, heads: heads_words(cohort.heads), count: cohort.pools,
          mean: mass_words(cohort.mean_mg),
        })}>
        <p className="sub muted">{[cohort.hatched_on && t('cohort.hatched', { day: show_day(cohort.hatched_on) }), cohort.origin && own_script(cohort.origin)].filter(Boolean).join(' · ')}</p>
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
          legend: { ...(base(p).legend as object), data: [t('figure.heads'), t('cohort.mean'), t('cohort.weighed')] },
          grid: { left: 8, right: 8, top: 46, bottom: 4, containLabel: true },
          tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? show_number(v, v < 100 ? 2 : 0) : '') },
          xAxis: time_axis(p),
          yAxis: [value_axis(p, unit, { min: 0 }), value_axis(p, t('figure.heads'), { splitLine: { show: false }, min: 0, nameTextStyle: { color: p.muted, fontSize: 11, align: 'right' } })],
          series: [
            { name: t('figure.heads'), type: 'line', yAxisIndex: 1, step: 'end', symbol: 'none', lineStyle: { width: 1.2, color: p.muted }, itemStyle: { color: p.muted }, areaStyle: { color: p.muted, opacity: 0.1 }, data: cohort.curve.map(c => [c.day, c.heads]) },
            { name: 'low', type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false }, silent: true, data: cohort.growth.map(g => [g.day, g.mean_mg.low / per]) },
            { name: 'interval', type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, areaStyle: { color: p.accent, opacity: 0.16 }, tooltip: { show: false }, silent: true, data: cohort.growth.map(g => [g.day, (g.mean_mg.high - g.mean_mg.low) / per]) },
            { name: t('cohort.mean'), type: 'line', symbol: 'none', lineStyle: { width: 2.2, color: p.accent }, itemStyle: { color: p.accent }, data: cohort.growth.map(g => [g.day, g.mean_mg.value / per]) },
            { name: t('cohort.weighed'), type: 'scatter', symbolSize: 6, itemStyle: { color: p.surface, borderColor: p.warn, borderWidth: 1.6 }, data: cohort.weighings.map(w => [w.at, w.mean_mg / per]) },
          ],
        })} />
      </Section>
      <div className="two">
        <Section title={t('nav.pools')} className="two_wide"><Table rows={cohort.pool_rows} columns={columns} row_key={r => r.pool} label={t('nav.pools')} open={r => go(`/pools/${seg(r.pool)}`)} /></Section>
        <Section title={t('pool.book')} acts={<Link to={`/journal?subject=${subject}`}>{t('pool.all_facts')}</Link>}><ConservationTable of={cohort.conservation} /></Section>
      </div>
    </>
  )
}
