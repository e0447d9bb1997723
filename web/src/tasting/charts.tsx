// Pictures of what tasters said.
import { base, Chart, value_axis, type Palette } from '../ui/chart'

export interface Interval { name: string; value: number; low: number; high: number; bad?: boolean }

/// Points with their intervals, one a row.
export function Intervals({ rows, label, least, most }: { rows: Interval[]; label: string; least?: number; most?: number }) {
  const from = least ?? Math.min(...rows.map(r => r.low)), to = most ?? Math.max(...rows.map(r => r.high))
  const edge = least == null ? (to - from) * 0.05 : 0
  const option = (p: Palette) => ({
    ...base(p), legend: undefined, grid: { left: 8, right: 24, top: 8, bottom: 4, containLabel: true },
    xAxis: value_axis(p, '', { min: Math.floor((from - edge) * 10) / 10, max: Math.ceil((to + edge) * 10) / 10 }),
    yAxis: { type: 'category', data: rows.map(r => r.name), inverse: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: p.text, fontSize: 12, lineHeight: 15, width: 150, overflow: 'truncate' } },
    tooltip: { ...(base(p) as { tooltip: object }).tooltip, trigger: 'item' },
    series: [
      { type: 'custom', renderItem: (_: unknown, api: { value: (i: number) => number; coord: (v: number[]) => number[] }) => {
        const a = api.coord([api.value(0), api.value(2)]), b = api.coord([api.value(1), api.value(2)])
        return { type: 'line', shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: rows[api.value(2)].bad ? p.bad : p.accent, lineWidth: 3, opacity: 0.45 } }
      }, data: rows.map((r, i) => [r.low, r.high, i]), silent: true },
      { type: 'scatter', symbolSize: 11, data: rows.map((r, i) => ({ value: [r.value, i], itemStyle: { color: r.bad ? p.bad : p.accent } })), tooltip: { formatter: (x: { dataIndex: number }) => `${rows[x.dataIndex].name}: ${rows[x.dataIndex].value.toFixed(2)} (${rows[x.dataIndex].low.toFixed(2)} – ${rows[x.dataIndex].high.toFixed(2)})` } },
    ],
  })
  return <Chart option={option} height={Math.max(110, 40 + rows.length * 40)} label={`${label}: ${rows.map(r => `${r.name} ${r.value.toFixed(2)}`).join(', ')}`} />
}
