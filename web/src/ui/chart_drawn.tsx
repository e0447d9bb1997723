import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from 'echarts/components'
import { init, use, type ECharts, type EChartsCoreOption } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Palette } from './chart'

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent,
  TooltipComponent, CanvasRenderer])

export default function Drawn({ option, on_click }: {
  option: EChartsCoreOption; palette: Palette; on_click?: (p: { name: string; seriesName?: string; data: unknown }) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const click = useRef(on_click)
  click.current = on_click
  useEffect(() => {
    const made = init(box.current!, undefined, { renderer: 'canvas' })
    chart.current = made
    made.on('click', p => click.current?.(p as never))
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(box.current!)
    return () => { observer.disconnect(); made.dispose() }
  }, [])
  useEffect(() => { chart.current?.setOption(option, { notMerge: true }) }, [option])
  return <div ref={box} style={{ width: '100%', height: '100%' }} />
}
