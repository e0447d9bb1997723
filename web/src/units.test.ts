import { describe, expect, it } from 'vitest'
import { from_smallest, mass_unit, show_estimate, show_mass, show_mass_estimate, show_number, step_of, to_smallest, units_of, group_digits } from './units'

describe('typed figures become whole smallest units, exactly', () => {
  const cases: [string, number, number | undefined][] = [
    ['1.25', 1_000_000, 1_250_000], ['1,25', 1_000_000, 1_250_000], ['0.1', 500_000, 50_000], ['12', 1, 12], ['1,250', 1, 1250], ['1 250', 1000, 1_250_000],
    ['-3', 1, -3], ['−0.5', 1000, -500], ['.5', 1000, 500], ['1.', 1000, 1000], ['15.25', 1000, 15_250], ['0.0001', 1000, undefined], ['1.5', 1, undefined],
    ['abc', 1, undefined], ['', 1, undefined], ['1e3', 1, undefined], ['1.2.3', 1, undefined], ['18.000', 1, 18],
  ]
  it.each(cases)('%s × %d', (text, per, value) => expect(to_smallest(text, per)).toBe(value))
  it('and back', () => {
    for (const [value, per] of [[1_250_000, 1_000_000], [50_000, 500_000], [15_250, 1000], [7, 1], [1, 1_000_000]] as const)
      expect(to_smallest(from_smallest(value, per), per)).toBe(value)
  })
})

describe('an estimate shows no more digits than it deserves', () => {
  const e = (value: number, half: number) => ({ value, low: value - half, high: value + half })
  it.each([
    [e(41_312, 587), '41,300', '600'], [e(41_312, 120), '41,310', '120'], [e(41_312, 0), '41,312', ''], [e(120, 3), '120', '3'], [e(99_950, 4_000), '100,000', '4,000'],
  ])('%j', (estimate, text, error) => {
    const shown = show_estimate(estimate)
    expect([shown.text, shown.error]).toEqual([text, error])
  })
  it('takes the wider side', () => expect(show_estimate({ value: 1000, low: 900, high: 1020 }).error).toBe('100'))
  it('never claims less error than there is', () => {
    for (let half = 1; half < 5000; half += 7) expect(Number(show_estimate(e(50_000, half)).error.replace(/,/g, ''))).toBeGreaterThanOrEqual(half)
  })
  it('writes masses in the unit that reads well', () => {
    expect(show_mass_estimate(e(182_400_000_000, 4_100_000_000), 'metric')).toMatchObject({ text: '182', unit: 't', error: '5' })
    expect(show_mass_estimate(e(12_340_000, 410_000), 'metric')).toMatchObject({ text: '12.3', error: '0.5', unit: 'kg' })
    expect(show_mass_estimate(e(12_340_000, 410_000), 'jin')).toMatchObject({ text: '24.7', error: '0.9', unit: '斤' })
    expect(mass_unit(345_000, 'metric').code).toBe('g')
    expect(show_mass(12_400_000, 'metric')).toBe('12.4 kg')
    expect(show_mass(12_400_000, 'jin')).toBe('24.8 斤')
  })
})

it('steps', () => expect([600, 120, 0.3, 1, 0, 9.9].map(step_of)).toEqual([100, 10, 0.1, 0.1, 0, 1]))
it('numbers', () => expect([show_number(-1234.5, 1), show_number(0), show_number(-0.001, 1)]).toEqual(['−1,234.5', '0', '0.0']))
it('offers jin first where jin is liked', () => expect([units_of('mg', 'jin')[0].code, units_of('mg', 'metric')[0].code, units_of(undefined, 'jin')]).toEqual(['jin', 'kg', []]))

it.each([
  ['Was counted 11139 where 12254 were expected; explain the difference of -1115.', 'Was counted 11,139 where 12,254 were expected; explain the difference of −1,115.'],
  ['- 6914', '− 6,914'],
  ['+ 12069', '+ 12,069'],
  ['1419.0 kg (1372.1 kg to 1465.9 kg)', '1419.0 kg (1372.1 kg to 1465.9 kg)'],
  ['2026-04-19', '2026-04-19'],
  ['fish 156010000000001 in MJ-1234 of 2014-DAU-QX', 'fish 156010000000001 in MJ-1234 of 2014-DAU-QX'],
])('group_digits %s', (text, shown) => expect(group_digits(text)).toBe(shown))
