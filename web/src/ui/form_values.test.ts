import { describe, expect, it } from 'vitest'
import type { FormField } from '../api'
import { fill, read } from './form_values'

const form: FormField[] = [
  { name: 'pool', type: 'text', required: true }, { name: 'heads', type: 'int', required: true }, { name: 'total_mg', type: 'int', required: false },
  { name: 'temperature_mc', type: 'int', required: false }, { name: 'fish', type: 'fish_list', required: false }, { name: 'day', type: 'day', required: false }, { name: 'closed', type: 'flag', required: false },
]

describe('a form', () => {
  it('takes lists as people write them, and shows them again', () => {
    const of: FormField[] = [{ name: 'values', type: 'text_list', required: true }]
    expect(read(of, { values: { text: 'brix=11.2, brix=11.6；acid=0.8' } }, 'metric').body).toEqual({ values: ['brix=11.2', 'brix=11.6', 'acid=0.8'] })
    expect(fill(of, { values: ['brix=11.2', 'acid=0.8'] }, 'metric').values.text).toBe('brix=11.2, acid=0.8')
  })
  it('writes whole smallest units', () => {
    const { body, wrong } = read(form, {
      pool: { text: 'P1' }, heads: { text: '1,200' }, total_mg: { text: '12.5', unit: 'jin' }, temperature_mc: { text: '15.2' }, fish: { text: '156000000000001\n156000000000002' }, day: { text: '2026-01-11' }, closed: { text: 'true' },
    }, 'metric')
    expect(wrong).toEqual([])
    expect(body).toEqual({ pool: 'P1', heads: 1200, total_mg: 6_250_000, temperature_mc: 15_200, fish: ['156000000000001', '156000000000002'], day: '2026-01-11', closed: true })
  })
  it('names what is missing and what is no number', () => {
    const { wrong } = read(form, { pool: { text: '' }, heads: { text: '12.5' }, total_mg: { text: 'much', unit: 'kg' }, fish: { text: '123' } }, 'metric')
    expect(wrong).toEqual([{ field: 'pool', why: 'required' }, { field: 'heads', why: 'whole' }, { field: 'total_mg', why: 'number' }, { field: 'fish', why: 'tag' }])
  })
  it('filled from a fact and read again is the same fact', () => {
    const body = { pool: 'P1', heads: 7, total_mg: 345_678, temperature_mc: -500, fish: ['156000000000001'] }
    for (const taste of ['metric', 'jin'] as const) expect(read(form, fill(form, body, taste), taste)).toEqual({ body, wrong: [] })
  })
})
