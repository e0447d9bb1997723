import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import type { Stock as StockAnswer, StockRow } from '../api'
import { useSites, useState_ } from '../data'
import { show_day, show_instant, farm_day } from '../dates'
import { t, type Key } from '../i18n'
import { mass_taste } from '../prefs'
import { Link, useQuery } from '../router'
import { useCell } from '../store'
import { Answer, Fact, Facts, Figure, Heads, heads_words, Mass, mass_words, Num, PageHead, Section, useNames } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { ConservationTable } from '../ui/conservation'
import { Exports, Filters } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { mass_unit, show_mass_estimate, show_number } from '../units'

const ways = ['site', 'pool', 'cohort', 'species'] as const

export default function Stock() {
  const [by, set_by] = useQuery('by', 'site')
  const got = useState_<StockAnswer>('/stock', { by })
  const names = useNames()
  const sites = useSites()
  const name_of = (key: string) => (by === 'species' ? names.species(key) : by === 'site' ? sites?.find(s => s.site === key)?.name ?? key : key)
  const key_cell = (key: string) =>
    by === 'pool' ? <Link to={`/pools/${encodeURIComponent(key)}`}>{key}</Link>
    : by === 'cohort' ? <Link to={`/cohorts/${encodeURIComponent(key)}`}>{key}</Link>
    : by === 'species' ? <Link to={`/cohorts?species=${encodeURIComponent(key)}`}>{name_of(key)}</Link>
    : <Link to={`/pools?site=${encodeURIComponent(key)}`}>{name_of(key)}</Link>
  const subject = (key: string) => `${by}:${key}`
  const opens = by !== 'species'
  const cell = (row: StockRow, figure: string, shown: ReactNode) => (opens ? <Figure figure={figure} subject={subject(row.key)}>{shown}</Figure> : shown)
  const columns: Column<StockRow>[] = [
    { key: 'key', title: t(`stock.by_${by}` as Key), phone: true, sort: r => r.key, cell: r => key_cell(r.key) },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => r.heads.value, cell: r => cell(r, 'heads', <Heads of={r.heads} />) },
    { key: 'tagged', title: t('today.tagged'), right: true, sort: r => r.tagged, cell: r => <Num of={r.tagged} /> },
    { key: 'mean', title: t('figure.mean'), right: true, sort: r => r.mean_mg?.value, cell: r => cell(r, 'mean', <Mass of={r.mean_mg} />) },
    { key: 'biomass', title: t('figure.biomass'), right: true, phone: true, sort: r => r.biomass_mg?.value, cell: r => cell(r, 'biomass', <Mass of={r.biomass_mg} />) },
  ]
  const total = got.data?.total
  return (
    <>
      <PageHead title={t('nav.stock')} sentence={got.data && total ? t(got.data.known ? 'stock.sentence_known' : 'stock.sentence', {
        day: show_day(farm_day(got.data.as_of)), heads: heads_words(total.heads), mass: mass_words(total.biomass_mg),
        at: show_instant(got.data.known),
      }) : ' '} />
      <Filters end={<Exports list="stock" query={{ by }} />}>
        <Segmented value={by} onChange={v => set_by(v)} options={ways.map(w => ({ value: w, label: t(`stock.by_${w}` as Key) }))} aria-label={t('stock.by')} />
      </Filters>
      <Answer got={got}>
        {stock => (
          <>
            <Facts>
              <Fact label={t('figure.heads')}><Figure figure="heads" subject="company:" label={t('figure.heads')}><Heads of={stock.total.heads} /></Figure></Fact>
              <Fact label={t('figure.biomass')}><Figure figure="biomass" subject="company:" label={t('figure.biomass')}><Mass of={stock.total.biomass_mg} /></Figure></Fact>
              <Fact label={t('today.tagged')}><Num of={stock.total.tagged} /></Fact>
            </Facts>
            <div className="two">
              <Section className="two_wide">
                <Bars rows={stock.rows} name_of={name_of} />
                <Table key={by} rows={stock.rows} columns={columns} row_key={r => r.key} label={t('nav.stock')} />
              </Section>
              <Section title={t('stock.conservation')}>
                <ConservationTable of={stock.conservation} />
                <p className="muted small">{t('stock.conservation_means')}</p>
              </Section>
            </div>
          </>
        )}
      </Answer>
    </>
  )
}

/// The heaviest as bars, each with its 95 % interval.
function Bars({ rows, name_of }: { rows: StockRow[]; name_of: (key: string) => string }) {
  const taste = useCell(mass_taste)
  const shown = rows.flatMap(r => (r.biomass_mg && r.biomass_mg.value > 0 ? [{ name: name_of(r.key), mass: r.biomass_mg }] : []))
    .sort((a, b) => b.mass.value - a.mass.value).slice(0, 12).reverse()
  if (shown.length < 2) return null
  const most = shown.at(-1)!
  const { per, label } = mass_unit(most.mass.value, taste)
  const said = show_mass_estimate(most.mass, taste)
  return (
    <>
    <h3>{t('figure.biomass')}, {label}</h3>
    <Chart height={shown.length * 26 + 44} label={t('stock.bars_words', { count: shown.length, name: most.name, mass: `${said.text} ${said.unit}` })} option={p => ({
      ...base(p),
      grid: { left: 4, right: 16, top: 22, bottom: 4, containLabel: true },
      tooltip: { ...(base(p).tooltip as object), formatter: (x: { dataIndex: number; seriesType: string }[]) => {
        const row = shown[x[0].dataIndex], e = show_mass_estimate(row.mass, taste)
        return `${row.name}: ${e.text}${e.error && ` ± ${e.error}`} ${e.unit}`
      } },
      xAxis: value_axis(p, '', { min: 0, position: 'top', axisLabel: { color: p.muted, fontSize: 11, formatter: (v: number) => show_number(v, v < 10 && v % 1 ? 1 : 0) } }),
      yAxis: { type: 'category', data: shown.map(r => r.name), axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } }, axisLabel: { color: p.text, fontSize: 12, width: 150, overflow: 'truncate' } },
      series: [
        { type: 'bar', barWidth: 12, itemStyle: { color: p.accent, opacity: 0.75, borderRadius: [0, 2, 2, 0] }, data: shown.map(r => r.mass.value / per) },
        { type: 'custom', silent: true, encode: { x: [0, 1], y: 2 }, data: shown.map((r, i) => [Math.max(0, r.mass.low) / per, r.mass.high / per, i]),
          renderItem: (_: unknown, api: { value: (i: number) => number; coord: (at: [number, number]) => [number, number] }) => {
            const [x0, y] = api.coord([api.value(0), api.value(2)]), [x1] = api.coord([api.value(1), api.value(2)])
            return { type: 'line', shape: { x1: x0, y1: y, x2: x1, y2: y }, style: { stroke: p.text, lineWidth: 1.4 } }
          } },
      ],
    })} />
    </>
  )
}
