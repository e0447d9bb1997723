import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { show_number } from '../units'
import type { Trend } from './trend'

/// Means of products over time; a point says its interval.
export function TrendChart({ of, name, label, dashed }: { of: Trend[]; name: string; label: string; dashed?: boolean }) {
  return <Chart label={label} height={280} option={p => ({
    ...base(p), grid: { ...(base(p).grid as object), top: 56 }, xAxis: time_axis(p), yAxis: value_axis(p, name, { scale: true, nameTextStyle: { color: p.muted, fontSize: 11, align: 'left', padding: [0, 0, 0, 0] } }),
    tooltip: { ...(base(p).tooltip as object), trigger: 'item', formatter: (x: { seriesName: string; data: [string, number, number, number] }) => `${x.seriesName}<br>${show_number(x.data[1], 1)} (${show_number(x.data[2], 1)} – ${show_number(x.data[3], 1)})` },
    series: of.map((t, i) => ({ type: 'line', name: t.product, symbol: dashed ? 'diamond' : 'circle', symbolSize: 8, itemStyle: { color: p.bands[i % p.bands.length] }, lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' }, data: t.points.map(x => [x.at, x.mean, x.low, x.high]) })),
  })} />
}

export const slope_words = (t: Trend) => (t.per_year ? `${t.per_year.value < 0 ? '−' : '+'}${show_number(Math.abs(t.per_year.value), 2)} (${show_number(t.per_year.low, 2)} – ${show_number(t.per_year.high, 2)})` : '–')
