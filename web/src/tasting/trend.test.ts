import { expect, it } from 'vitest'
import { trends } from './trend'

const point = (product: string, at: string, mean: number, half = 0.196) => ({ product, lot: '', tasting: 'T' + at, at: at + 'T00:00:00Z', tasters: 40, mean, low: mean - half, high: mean + half })

it('a product that is liked more each year rises, one that is liked less falls', () => {
  const of = trends([point('A', '2024-01-01', 5), point('A', '2025-01-01', 6), point('A', '2026-01-01', 7), point('B', '2024-01-01', 7), point('B', '2026-01-01', 6)])
  expect(of.map(t => [t.product, t.way])).toEqual([['A', 'rises'], ['B', 'falls']])
  expect(of[0].per_year!.value).toBeCloseTo(1, 2)
  expect(of[1].per_year!.value).toBeCloseTo(-0.5, 2)
  // Three means of error 0.1 a year apart: the slope's error is 0.1 / sqrt(2).
  expect(of[0].per_year!.high - of[0].per_year!.value).toBeCloseTo(1.96 * 0.1 / Math.sqrt(2), 2)
})
it('a difference within the errors is none that can be told, and one tasting has no trend', () => {
  const of = trends([point('A', '2024-01-01', 6, 0.5), point('A', '2025-01-01', 6.4, 0.5), point('B', '2025-01-01', 6.2), point('C', '2025-01-01', 5), point('C', '2025-01-01', 5.4)])
  expect(of.map(t => [t.product, t.way])).toEqual([['A', 'steady'], ['B', 'once'], ['C', 'once']])
})
it('a mean that is not sure counts for less', () => {
  const [t] = trends([point('A', '2024-01-01', 5, 0.1), point('A', '2025-01-01', 9, 3), point('A', '2026-01-01', 5, 0.1)])
  expect(t.way).toBe('steady')
  expect(Math.abs(t.per_year!.value)).toBeLessThan(0.05)
})
