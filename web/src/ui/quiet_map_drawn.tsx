import land from 'virtual:land'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Dot } from './quiet_map'

/// Degrees across the width; longitude and latitude drawn as they are, shrunk by the cosine of the middle.
export default function Drawn({ dots, height, across }: { dots: Dot[]; height: number; across: number }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, set_width] = useState(360)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => set_width(box.current!.clientWidth || 360))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  const lon = dots.map(d => d.longitude), lat = dots.map(d => d.latitude)
  const middle = [(Math.min(...lon) + Math.max(...lon)) / 2, (Math.min(...lat) + Math.max(...lat)) / 2]
  const wide = Math.max(across, (Math.max(...lon) - Math.min(...lon)) * 1.5)
  const flat = Math.cos((middle[1] * Math.PI) / 180)
  const k = width / wide
  const at = (x: number, y: number): [number, number] => [width / 2 + (x - middle[0]) * k, height / 2 - ((y - middle[1]) * k) / flat]
  const shores = useMemo(() => {
    const seen = (ring: number[][]) => ring.some(p => Math.abs(p[0] - middle[0]) < wide && Math.abs(p[1] - middle[1]) < wide)
    return land.coordinates.filter(polygon => seen(polygon[0]))
      .map(polygon => polygon.map(ring => 'M' + ring.map(p => at(p[0], p[1]).map(v => v.toFixed(1)).join(' ')).join('L') + 'Z').join('')).join('')
  }, [dots, width, height, wide])
  const lines = Array.from({ length: 13 }, (_, i) => Math.floor(middle[0] / 10) * 10 + (i - 6) * 10)
  const across_lines = Array.from({ length: 9 }, (_, i) => Math.floor(middle[1] / 10) * 10 + (i - 4) * 10)
  return (
    <div ref={box}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <rect width={width} height={height} className="quiet_water" />
        <path d={shores} className="quiet_land" fillRule="evenodd" />
        {lines.map(x => <line key={`x${x}`} x1={at(x, 0)[0]} x2={at(x, 0)[0]} y1={0} y2={height} className="quiet_line" />)}
        {across_lines.map(y => <line key={`y${y}`} x1={0} x2={width} y1={at(0, y)[1]} y2={at(0, y)[1]} className="quiet_line" />)}
        {dots.map((d, i) => {
          const [x, y] = at(d.longitude, d.latitude)
          return <g key={i} className="quiet_dot"><circle cx={x} cy={y} r={11} opacity={0.2} /><circle cx={x} cy={y} r={4.500} />{d.name && <text x={x} y={y - 16} textAnchor="middle">{d.name}</text>}</g>
        })}
      </svg>
    </div>
  )
}
