import { lazy, Suspense } from 'react'
import { dark } from '../prefs'
import { useCell } from '../store'
import type { EChartsCoreOption } from 'echarts/core'

export interface Palette { text: string; muted: string; line: string; surface: string; accent: string; warn: string; bad: string; bands: string[] }

export const palettes: Record<'light' | 'dark', Palette> = {
  light: {
    text: '#1b2426', muted: '#58666a', line: '#e4e5e0', surface: '#ffffff', accent: '#0b6b74', warn: '#a35c00', bad: '#b3261e',
    bands: ['#0b6b74', '#c08a2d', '#6b7fa8', '#8a9a5b', '#a86f7a', '#4c8f86', '#9b7fb0', '#b39b6b', '#5d7a8c', '#7c6a58'],
  },
  dark: {
    text: '#e6eaea', muted: '#9aa8ab', line: '#2b3437', surface: '#171d1f', accent: '#5cc0c7', warn: '#e0a54a', bad: '#f0837a',
    bands: ['#5cc0c7', '#d9ab5a', '#93a6cf', '#b0bf80', '#cf97a1', '#7fbfb5', '#c0a6d3', '#d3bd90', '#8fabbc', '#b09d8a'],
  },
}

const Drawn = lazy(() => import('./chart_drawn'))

/// A picture of figures; `label` says in words what it shows, for those who hear the page.
export function Chart({ option, height = 260, label, on_click }: {
  option: (p: Palette) => EChartsCoreOption; height?: number; label: string; on_click?: (p: { name: string; seriesName?: string; data: unknown }) => void
}) {
  const is_dark = useCell(dark)
  const palette = palettes[is_dark ? 'dark' : 'light']
  return (
    <div className="chart" style={{ height }} role="img" aria-label={label}>
      <Suspense fallback={null}><Drawn option={option(palette)} palette={palette} on_click={on_click} /></Suspense>
    </div>
  )
}

/// Axes and margins that all our charts share.
export function base(p: Palette): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', color: p.text },
    grid: { left: 8, right: 12, top: 28, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 4, textStyle: { color: p.muted, fontSize: 12 } },
    tooltip: {
      trigger: 'axis', backgroundColor: p.surface, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 }, confine: true,
      extraCssText: 'box-shadow:0 4px 16px rgba(0,0,0,.12);font-variant-numeric:tabular-nums',
    },
  }
}
export const time_axis = (p: Palette, more: object = {}) => ({
  type: 'time', axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false },
  axisLabel: { color: p.muted, fontSize: 11, hideOverlap: true }, splitLine: { show: false }, ...more,
})
export const value_axis = (p: Palette, name: string, more: object = {}) => ({
  type: 'value', name, nameLocation: 'end', nameTextStyle: { color: p.muted, fontSize: 11, align: 'left', padding: [0, 0, 0, -24] },
  axisLabel: { color: p.muted, fontSize: 11 }, splitLine: { lineStyle: { color: p.line } }, ...more,
})
