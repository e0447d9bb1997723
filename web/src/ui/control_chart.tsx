// A control chart of single values in the order they were made, a step each: the usual, its limits, what is asked, and the points that break a run rule.
import { p, type Word } from '../plant/words'
import { farm_day, show_day } from '../dates'
import { go, Link } from '../router'
import { show_number } from '../units'
import { Section } from './basic'
import { base, Chart, time_axis, value_axis } from './chart'

export interface ControlPoints { centre?: number; low?: number; high?: number; least?: number; most?: number; points: { lot: string; at: string; value: number; rules?: number[] }[] }

export function ControlChart({ of, name, unit, decimals, lot_page }: { of: ControlPoints; name: string; unit: string; decimals: number; lot_page: (lot: string) => string }) {
  const marked = of.points.filter(x => x.rules)
  const label = unit ? `${name}, ${unit}` : name
  const show = (v: number | undefined) => (v == null ? '–' : show_number(v, decimals))
  const asked = of.least != null && of.most != null ? `${show(of.least)}–${show(of.most)}` : of.least != null ? `≥ ${show(of.least)}` : of.most != null ? `≤ ${show(of.most)}` : ''
  return (
    <Section title={label}>
      <p className="muted">{p('usual')}: {show(of.centre)} ({show(of.low)}–{show(of.high)}){asked && ` · ${p('limit')}: ${asked}`}</p>
      <Chart label={label} height={240} on_click={x => go(lot_page((x.data as { lot: string }).lot))} option={c => ({
        ...base(c), legend: undefined, xAxis: { ...time_axis(c), type: 'category', data: of.points.map(x => show_day(farm_day(x.at))) }, yAxis: value_axis(c, unit, { scale: true }),
        tooltip: { ...(base(c) as { tooltip: object }).tooltip, trigger: 'item', formatter: (x: { name: string; data: { lot: string; value: number } }) => `${x.data.lot}<br>${x.name}<br>${show_number(x.data.value, decimals)} ${unit}` },
        series: [
          { type: 'line', symbolSize: 5, showAllSymbol: true, lineStyle: { width: 1, color: c.line }, itemStyle: { color: c.accent }, data: of.points.map(x => ({ lot: x.lot, value: x.value, ...(x.rules ? { symbolSize: 10, symbol: 'diamond', itemStyle: { color: c.bad } } : {}) })),
            markLine: { symbol: 'none', silent: true, label: { show: false }, data: [
              ...(of.centre != null ? [{ yAxis: of.centre, lineStyle: { color: c.muted, type: 'solid' } }] : []),
              ...[of.low, of.high].filter(v => v != null).map(v => ({ yAxis: v, lineStyle: { color: c.warn, type: 'dashed' } })),
              ...[of.least, of.most].filter(v => v != null).map(v => ({ yAxis: v, lineStyle: { color: c.bad, type: 'solid', width: 2 } })),
            ] } },
        ],
      })} />
      {marked.length > 0 && <ul className="rule_list">{marked.slice(-5).reverse().map(x => <li key={x.lot}><Link to={lot_page(x.lot)}>{x.lot}</Link> <span className="num">{show(x.value)} {unit}</span> <span className="muted">{x.rules!.map(n => p('rule', { n, what: p(`rule_${n}` as Word) })).join('; ')}</span></li>)}</ul>}
    </Section>
  )
}
