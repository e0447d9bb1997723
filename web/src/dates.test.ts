import { expect, it } from 'vitest'
import { add_days, days_between, farm_day, farm_local, from_farm_local, set_date_language, set_farm_time, show_day, show_instant, show_span } from './dates'

it('keeps farm time whatever the zone of the browser', () => {
  set_farm_time(480)
  expect(farm_day('2026-01-11T16:30:00Z')).toBe('2026-01-12')
  expect(farm_local('2026-01-11T16:30:00Z')).toBe('2026-01-12T00:30')
  expect(from_farm_local('2026-01-12T00:30')).toBe('2026-01-11T16:30:00Z')
  set_farm_time(-300)
  expect(farm_day('2026-01-11T03:30:00Z')).toBe('2026-01-10')
  set_farm_time(480)
})
it('writes days in both languages', () => {
  set_date_language('en')
  expect(show_day('2026-01-11')).toBe('11 Jan 2026')
  expect(show_instant('2026-01-11T01:05:00Z', '2026-01-11T09:00:00Z')).toBe('09:05')
  set_date_language('zh')
  expect(show_day('2026-01-11')).toBe('2026年1月11日')
  set_date_language('en')
})
it('counts days over months and leap years', () => {
  expect(add_days('2024-02-28', 2)).toBe('2024-03-01')
  expect(days_between('2023-12-31', '2024-12-31')).toBe(366)
})
it('says a span as briefly as it can', () => {
  set_farm_time(480)
  set_date_language('en')
  expect(show_span('2026-05-15T02:00:00Z', '2026-05-18T07:40:00Z')).toBe('15 – 18 May')
  expect(show_span('2026-05-28T02:00:00Z', '2026-06-03T07:40:00Z')).toBe('28 May – 3 Jun')
  expect(show_span('2025-12-28T02:00:00Z', '2026-01-03T07:40:00Z')).toBe('28 Dec 2025 – 3 Jan 2026')
  set_date_language('zh')
  expect(show_span('2026-05-15T02:00:00Z', '2026-05-18T07:40:00Z')).toBe('5月15–18日')
  set_date_language('en')
})
