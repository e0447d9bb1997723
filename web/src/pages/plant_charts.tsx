import { seg } from '../api'
import { useGet } from '../data'
import { show_instant } from '../dates'
import { Answer, PageHead, Section } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { ControlChart } from '../ui/control_chart'
import { Table } from '../ui/table'
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
      <Answer got={charts}>{d => d.charts.filter(c => c.points.length > 1).map(c => <ControlChart key={c.chart} of={c} name={p(title[c.chart])} unit={c.unit} decimals={decimals[c.chart]} lot_page={lot => `/plant/lots/${seg(lot)}`} />)}</Answer>
      <Answer got={capacity}>{c => c.ahead.length ? <Ahead of={c} /> : <></>}</Answer>
    </>
  )
}

function Ahead({ of }: { of: Capacity }) {
  const enough = of.ahead.find(h => h.median >= of.waiting)
  return (
    <>
      <Section title={p('capacity')}>
        <p>{of.waiting > 0 && enough && <b>{p('enough', { waiting: of.waiting, time: show_instant(enough.until) })} </b>}<span className="muted">{p('capacity_note', { n: of.recorded })}</span></p>
        <Chart label={p('capacity')} height={220} option={c => ({
          ...base(c), xAxis: time_axis(c), yAxis: value_axis(c, ''),
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
