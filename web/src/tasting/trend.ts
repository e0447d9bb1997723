// How the liking of a product went from tasting to tasting. Pure.
import type { LotAttribute } from './shapes'

type Point = LotAttribute['points'][number]
export interface Trend {
  product: string; points: Point[]
  last: Point
  per_year?: { value: number; low: number; high: number }      // where it was tasted on two days or more
  way: 'rises' | 'falls' | 'steady' | 'once'
}
const year_ms = 365.25 * 86_400_000
const z = 1.96

/// The straight line through the means, each weighed by its own error (a mean's interval is 95 %). Steady: the interval of the slope holds nought, so it may be more than nothing and cannot be told.
export function trends(points: Point[]): Trend[] {
  const by = new Map<string, Point[]>()
  for (const p of points) by.set(p.product, [...(by.get(p.product) ?? []), p])
  return [...by].map(([product, all]): Trend => {
    const points = [...all].sort((a, b) => a.at.localeCompare(b.at)), last = points[points.length - 1]
    const x = points.map(p => Date.parse(p.at) / year_ms), w = points.map(p => 1 / Math.max(1e-6, (p.high - p.low) / (2 * z)) ** 2)
    const sum = w.reduce((a, b) => a + b, 0), mean = (of: number[]) => of.reduce((a, v, i) => a + w[i] * v, 0) / sum
    const mx = mean(x), my = mean(points.map(p => p.mean)), sxx = x.reduce((a, v, i) => a + w[i] * (v - mx) ** 2, 0)
    if (points.length < 2 || Math.max(...x) - Math.min(...x) < 1 / 365.25) return { product, points, last, way: 'once' }
    const value = x.reduce((a, v, i) => a + w[i] * (v - mx) * (points[i].mean - my), 0) / sxx, half = z / Math.sqrt(sxx)
    return { product, points, last, per_year: { value, low: value - half, high: value + half }, way: value - half > 0 ? 'rises' : value + half < 0 ? 'falls' : 'steady' }
  }).sort((a, b) => b.last.mean - a.last.mean)
}
