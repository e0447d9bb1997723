import { useGet } from '../data'
import { show_instant } from '../dates'
import { go, Link } from '../router'
import { Answer, PageHead, Section } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { Table } from '../ui/table'
import { show_number } from '../units'
import { PlantTabs } from '../plant/parts'
import type { Capacity, ChartOf } from '../plant/shapes'
import { clock_text } from '../plant/state'
import { named, p, type Word } from '../plant/words'

const title: Record<ChartOf['chart'], Word> = { time: 'time', yield: 'yield', salt: 'salt_chart' }
const decimals: Record<ChartOf['chart'], number> = { time: 0, yield: 1, salt: 2 }

/// Is the plant as it usually is, and what can it do today.
export default function PlantCharts() {
  const charts = useGet<{ charts: ChartOf[] }>('/plant/charts')
  const capacity = useGet<Capacity>('/plant/capacity')
  const lots = new Set((charts.data?.charts ?? []).flatMap(c => c.points.map(x => x.lot)))
  const broken = new Set((charts.data?.charts ?? []).flatMap(c => c.points.filter(x => x.rules).map(x => x.lot)))
  const cap = capacity.data
  return (
    <>
      <PageHead title={p('charts')} sentence={!charts.data || !cap ? ' ' : lots.size ? p('charts_sentence', { broken: broken.size, lots: lots.size, pace: cap.seconds_between ? clock_text(Math.round(cap.seconds_between.median)) : '–' }) : p('charts_empty')} />
      <PlantTabs />
      <Answer got={charts}>{d => d.charts.filter(c => c.points.length > 1).map(c => <ControlChart key={c.chart} of={c} />)}</Answer>
      <Answer got={capacity}>{c => c.ahead.length ? <Ahead of={c} /> : <></>}</Answer>
    </>
  )
}

function ControlChart({ of }: { of: ChartOf }) {
  const name = p(title[of.chart]), unit = of.unit
  const marked = of.points.filter(x => x.rules)
  const show = (v: number | undefined) => (v == null ? '–' : show_number(v, decimals[of.chart]))
  return (
    <Section title={`${name}, ${unit}`}>
      <p className="muted">{p('usual')}: {show(of.centre)} ({show(of.low)}–{show(of.high)}){of.most != null ? ` · ${p('limit')}: ${of.least != null ? `${show(of.least)}–` : ''}${show(of.most)}` : ''}</p>
      <Chart label={`${name}, ${unit}`} height={240} on_click={x => go(`/plant/lots/${encodeURIComponent((x.data as { lot: string }).lot)}`)} option={c => ({
        ...base(c), legend: undefined, xAxis: time_axis(c), yAxis: value_axis(c, unit, { scale: true }),
        tooltip: { ...(base(c) as { tooltip: object }).tooltip, trigger: 'item', formatter: (x: { data: { lot: string; value: [string, number] } }) => `${x.data.lot}<br>${show_number(x.data.value[1], decimals[of.chart])} ${unit}` },
        series: [
          { type: 'line', symbolSize: 5, lineStyle: { width: 1, color: c.line }, itemStyle: { color: c.accent }, data: of.points.map(x => ({ lot: x.lot, value: [x.at, x.value], ...(x.rules ? { symbolSize: 10, symbol: 'diamond', itemStyle: { color: c.bad } } : {}) })),
            markLine: { symbol: 'none', silent: true, label: { show: false }, data: [
              ...(of.centre != null ? [{ yAxis: of.centre, lineStyle: { color: c.muted, type: 'solid' } }] : []),
              ...[of.low, of.high].filter(v => v != null).map(v => ({ yAxis: v, lineStyle: { color: c.warn, type: 'dashed' } })),
              ...[of.least, of.most].filter(v => v != null).map(v => ({ yAxis: v, lineStyle: { color: c.bad, type: 'solid', width: 2 } })),
            ] } },
        ],
      })} />
      {marked.length > 0 && <ul className="rule_list">{marked.slice(-5).reverse().map(x => <li key={x.lot}><Link to={`/plant/lots/${encodeURIComponent(x.lot)}`}>{x.lot}</Link> <span className="num">{show(x.value)} {unit}</span> <span className="muted">{x.rules!.map(n => p('rule', { n, what: p(`rule_${n}` as Word) })).join('; ')}</span></li>)}</ul>}
    </Section>
  )
}

function Ahead({ of }: { of: Capacity }) {
  const enough = of.ahead.find(h => h.median >= of.waiting)
  return (
    <>
      <Section title={p('capacity')}>
        <p>{of.waiting > 0 && enough && <b>{p('enough', { waiting: of.waiting, time: show_instant(enough.until) })} </b>}<span className="muted">{p('capacity_note', { n: of.recorded })}</span></p>
        <Chart label={p('capacity')} height={220} option={c => ({
          ...base(c), xAxis: time_axis(c), yAxis: value_axis(c, p('fish_done')),
          series: [
            { name: p('most_fish'), type: 'line', symbol: 'none', lineStyle: { type: 'dashed', color: c.muted }, itemStyle: { color: c.muted }, data: of.ahead.map(h => [h.until, h.high]) },
            { name: p('fish_done'), type: 'line', symbolSize: 6, lineStyle: { color: c.accent, width: 2 }, itemStyle: { color: c.accent }, data: of.ahead.map(h => [h.until, h.median]) },
            { name: p('least_fish'), type: 'line', symbol: 'none', lineStyle: { type: 'dashed', color: c.warn }, itemStyle: { color: c.warn }, data: of.ahead.map(h => [h.until, h.low]) },
          ],
        })} />
      </Section>
      {of.steps.length > 0 && <Section title={p('pace')}>
        <Table rows={of.steps} row_key={s => s.step} label={p('pace')} name="pace" columns={[
          { key: 'step', title: p('steps'), phone: true, cell: s => named(s) },
          { key: 'median', title: p('usual'), phone: true, right: true, sort: s => s.seconds.median, cell: s => <span className="num">{clock_text(Math.round(s.seconds.median))}</span> },
          { key: 'low', title: p('quick'), right: true, phone: true, cell: s => <span className="num">{clock_text(Math.round(s.seconds.low))}</span> },
          { key: 'high', title: p('slow'), right: true, phone: true, cell: s => <span className="num">{clock_text(Math.round(s.seconds.high))}</span> },
          { key: 'n', title: p('recorded'), right: true, cell: s => <span className="num">{s.seconds.n}</span> },
        ]} />
      </Section>}
    </>
  )
}
