// What a station knows: the server's last answer, and on top of it what was told here and has not arrived there yet.
import type { Envelope } from '../api'
import { show_number } from '../units'
import type { Clock, Line, LineFish, Step } from './shapes'

export const grams = (mg: number | null | undefined) => (mg == null ? '–' : show_number(mg / 1000, 1))

/// What a scanner or a scale typed, or a person: a fish's tag, a weight, or the serial of a tin.
export type Typed = { tag: string } | { weight_mg: number } | { serial: string } | null
export function read_typed(raw: string): Typed {
  const text = raw.trim()
  if (!text) return null
  const digits = text.replace(/[\s-]/g, '')
  if (/^\d{15}$/.test(digits)) return { tag: digits }
  const tag = /\b(\d{15})\b/.exec(text.split('/').at(-1) ?? '')
  if (tag) return { tag: tag[1] }
  // "S S   1234.5 g" (SICS), "1234.5", "1.2345 kg", "+ 1234,5 g"
  const weight = /^(?:S\s+[SD]\s+)?\+?\s*(\d{1,7}(?:[.,]\d{1,6})?)\s*(kg|g|mg)?$/i.exec(text)
  if (weight) {
    const factor = { kg: 1e6, g: 1e3, mg: 1 }[(weight[2] ?? 'g').toLowerCase() as 'kg' | 'g' | 'mg']
    return { weight_mg: Math.round(Number(weight[1].replace(',', '.')) * factor) }
  }
  if (/^S\s+[I+-]/.test(text)) return null   // the scale has not settled, or is over its range
  const serial = text.split('/').at(-1) ?? ''
  return /^[A-Za-z0-9._-]{1,20}$/.test(serial) ? { serial } : null
}

const after = (steps: Step[], code: string) => steps[steps.findIndex(s => s.step === code) + 1]?.step
const place = (steps: Step[], code: string | undefined) => steps.findIndex(s => s.step === code)
const blank = (fish: string): LineFish => ({ fish, species: '', line: '', clocks: [], tins: 0, weights: { tinned_mg: 0, tolerance_mg: 0, holds: true } })

/// The line as it is with the facts that wait here. Told twice changes nothing.
export function overlay(line: Line, waiting: Envelope[]): Line {
  const facts = waiting.filter(e => !e.act || e.act === 'tell')
  if (!facts.length) return line
  const fish = new Map(line.fish.map(f => [f.fish, { ...f, clocks: [...f.clocks], weights: { ...f.weights } }]))
  const by_lot = new Map([...fish.values()].filter(f => f.lot).map(f => [f.lot!, f]))
  const on = (tag: string) => {
    if (!fish.has(tag)) fish.set(tag, { ...blank(tag), next: line.steps[0]?.step, line: line.waiting.find(w => w.fish === tag)?.line ?? '' })
    return fish.get(tag)!
  }
  const pass = (f: LineFish, code: string, at: string | undefined) => {
    if (place(line.steps, f.step) >= place(line.steps, code)) return
    f.step = code
    f.step_at = at
    f.next = after(line.steps, code)
  }
  const step_of = (kind: string) => line.steps.find(s => s.told_by === kind)?.step
  for (const e of [...facts].sort((a, b) => (a.happened_at ?? '').localeCompare(b.happened_at ?? ''))) {
    const b = e.body as Record<string, string & number>
    const passed = (f: LineFish | undefined) => { const code = step_of(e.kind); if (f && code) pass(f, code, e.happened_at) }
    if (e.kind === 'step') {
      const f = on(b.fish)
      pass(f, b.step, e.happened_at)
      if (line.steps.find(s => s.step === b.step)?.weighs === 'ovary' && b.weight_mg) f.weights.ovary_mg ??= b.weight_mg
    } else if (e.kind === 'rubbing') {
      const f = on(b.fish)
      passed(f)
      if (!f.clocks.some(c => c.limit_s === rub_clock.limit_s)) f.clocks.push({ ...rub_clock, from: e.happened_at ?? '' })
    } else if (e.kind === 'roe') {
      const f = on(b.fish)
      f.lot ??= b.lot
      if (f.lot) by_lot.set(f.lot, f)
      f.weights.ovary_mg = b.ovary_mg
      f.weights.roe_mg ??= b.roe_mg
      f.weights.waste_mg ??= b.waste_mg
      f.suggested_salt_mg ??= Math.floor((b.roe_mg * 3500) / 96500 / 1000) * 1000
      passed(f)
    } else if (e.kind === 'salt') {
      const f = by_lot.get(b.lot)
      if (f && f.weights.salt_mg == null) {
        f.weights.salt_mg = b.salt_mg
        f.weights.caviar_mg = (f.weights.roe_mg ?? 0) + b.salt_mg - (b.drained_mg ?? 0)
        f.weights.caviar_left_mg = f.weights.caviar_mg
      }
      passed(f)
    } else if (e.kind === 'tin') {
      const f = by_lot.get(b.lot)
      if (!f || f.serials?.includes(b.tin)) continue
      f.serials = [...(f.serials ?? []), b.tin]
      f.tins += 1
      f.weights.tinned_mg += b.net_mg
      if (f.weights.caviar_mg != null) f.weights.caviar_left_mg = f.weights.caviar_mg - f.weights.tinned_mg
      passed(f)
      if (f.step === step_of('tin')) f.next = (f.weights.caviar_left_mg ?? Infinity) > open_rest_mg ? f.step : after(line.steps, f.step!)
    }
  }
  return { ...line, fish: [...fish.values()], waiting: line.waiting.filter(w => !fish.get(w.fish)?.step) }
}
/// What may stay in the bowl; as the pack has it for the server.
export const open_rest_mg = 250_000
const rub_clock: Clock = { clock: 'rub_to_tin', name_en: 'Rubbing to tin', name_zh: '搓卵至装罐', from: '', seconds: 0, left_s: 900, warn_s: 720, limit_s: 900, running: true, state: 'good' }

/// A clock as it is now, by the server's time: `ahead_ms` is how far its clock is ahead of this one.
export function clock_now(c: Clock, now_ms: number) {
  if (!c.running) return { seconds: c.seconds, left: c.left_s, state: c.state }
  const seconds = Math.max(0, Math.floor((now_ms - Date.parse(c.from)) / 1000))
  return { seconds, left: c.limit_s - seconds, state: (seconds > c.limit_s ? 'late' : seconds >= c.warn_s ? 'warn' : 'good') as Clock['state'] }
}
/// The running clock with the least time left.
export function leading(f: LineFish, now_ms: number): Clock | undefined {
  return f.clocks.filter(c => c.running).sort((a, b) => clock_now(a, now_ms).left - clock_now(b, now_ms).left)[0]
}
export const clock_text = (seconds: number) => `${Math.floor(Math.abs(seconds) / 60)}:${String(Math.abs(seconds) % 60).padStart(2, '0')}`

/// What a weight cannot be: more than came in.
export function too_much(f: LineFish, what: string, mg: number): number | null {
  const w = f.weights
  if (what === 'roe' || what === 'waste') return w.ovary_mg != null && mg + (what === 'waste' ? w.roe_mg ?? 0 : 0) > w.ovary_mg ? w.ovary_mg : null
  if (what === 'tin') return w.caviar_left_mg != null && mg > w.caviar_left_mg + (w.caviar_mg ?? 0) * 0.005 ? w.caviar_left_mg : null
  if (what === 'salt') return w.roe_mg != null && mg > (w.roe_mg * 5) / 95 + 1000 ? Math.round((w.roe_mg * 5) / 95) : null
  return null
}
/// The lot's name as the server makes it: day of harvest, which is the farm's today, and the end of the tag.
export const lot_name = (day: string, tag: string) => `${day.replaceAll('-', '')}-${tag.slice(7)}`
