import { expect, it } from 'vitest'
import type { Envelope } from '../api'
import type { Line, Step } from './shapes'
import { clock_now, leading, lot_name, overlay, read_typed, too_much } from './state'

const step = (code: string, told_by = 'step', weighs?: string): Step => ({ step: code, name_en: code, name_zh: code, told_by, weighs, rests: code === 'mature' })
const steps = [step('stun'), step('take_ovary', 'step', 'ovary'), step('rub', 'rubbing'), step('clean', 'roe', 'roe'), step('salt', 'salt', 'salt'), step('tin', 'tin', 'tin'), step('mature')]
const line: Line = { now: '2026-03-14T01:00:00Z', steps, fish: [], waiting: [{ fish: '156010000017421', order: 'O1', line: 'L1', harvested: true }], lines: ['L1'], running: 0, late: 0, held: 0, done: 0, checks_due: 0 }
const fact = (kind: string, minute: number, body: Record<string, unknown>): Envelope => ({ id: `${kind}${minute}`, kind, happened_at: `2026-03-14T01:${String(minute).padStart(2, '0')}:00Z`, body })
const fish = '156010000017421'
const day = [
  fact('step', 1, { fish, step: 'stun' }), fact('step', 5, { fish, step: 'take_ovary', weight_mg: 2_000_000 }), fact('rubbing', 6, { fish }),
  fact('roe', 9, { fish, lot: 'A', ovary_mg: 2_000_000, roe_mg: 1_700_000, waste_mg: 250_000 }), fact('salt', 12, { lot: 'A', salt_mg: 61_000 }), fact('tin', 15, { tin: 'T1', lot: 'A', net_mg: 1_000_000 }),
]

it('reads what scanners and scales type', () => {
  const cases: [string, unknown][] = [
    ['156010000017421', { tag: fish }], ['156 010 000017421\n', { tag: fish }], ['https://id.gs1.org/8004/156010000017421', { tag: fish }],
    ['1234.5', { weight_mg: 1_234_500 }], ['S S     123.4 g', { weight_mg: 123_400 }], ['1,5 kg', { weight_mg: 1_500_000 }], ['+ 20.0 g', { weight_mg: 20_000 }],
    ['S I', null], ['S D   12.0 g', { weight_mg: 12_000 }], ['S +', null], ['', null], ['T26-0001', { serial: 'T26-0001' }], ['a b', null], ['-5 g', null],
  ]
  for (const [text, want] of cases) expect(read_typed(text), text).toEqual(want)
})
it('a station without a signal goes on from what it told itself', () => {
  for (let n = 0; n <= day.length; n++) {
    const on = overlay(line, day.slice(0, n))
    const f = on.fish.find(x => x.fish === fish)
    expect(f?.next).toBe([undefined, 'take_ovary', 'rub', 'clean', 'salt', 'tin', 'tin'][n])
    expect(on.waiting.length).toBe(n ? 0 : 1)
  }
  const all = overlay(line, day).fish[0]
  expect(all.weights.caviar_left_mg).toBe(761_000)
  const done = overlay(line, [...day, fact('tin', 16, { tin: 'T2', lot: 'A', net_mg: 700_000 })]).fish[0]
  expect(done.next).toBe('mature')
})
it('what the server has already is not counted again', () => {
  const once = overlay(line, day)
  expect(overlay(once, day)).toEqual(once)
})
it('whatever the order in which they wait', () => {
  expect(overlay(line, [...day].reverse())).toEqual(overlay(line, day))
})
it('the clock warns at twelve and stops at fifteen minutes', () => {
  const f = overlay(line, day.slice(0, 3)).fish[0]
  const at = (s: number) => clock_now(leading(f, 0)!, Date.parse('2026-03-14T01:06:00Z') + s * 1000)
  expect([719, 720, 900, 901].map(s => at(s).state)).toEqual(['good', 'warn', 'warn', 'late'])
  expect(at(901).left).toBe(-1)
})
it('what cannot be is stopped at the station', () => {
  const f = overlay(line, day.slice(0, 5)).fish[0]
  expect(too_much(f, 'roe', 2_000_001)).toBe(2_000_000)
  expect(too_much(f, 'waste', 300_001)).toBe(2_000_000)
  expect(too_much(f, 'waste', 300_000)).toBe(null)
  expect(too_much(f, 'tin', 1_761_000)).toBe(null)
  expect(too_much(f, 'tin', 1_770_000)).toBe(1_761_000)
  expect(lot_name('2026-03-14', fish)).toBe('20260314-00017421')
})
