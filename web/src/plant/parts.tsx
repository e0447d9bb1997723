// What several pages of the plant show alike.
import { useEffect, useReducer } from 'react'
import { Link, usePlace } from '../router'
import type { Envelope } from '../api'
import { session, useGet } from '../data'
import { useOutbox } from '../outbox_live'
import './plant.css'
import type { Clock, Line, LineFish, Step, Weights } from './shapes'
import { clock_now, clock_text, grams, leading, overlay } from './state'
import { named, p, type Word } from './words'
import { q_code } from '../quality/words'

const tabs: [string, Word][] = [['/plant', 'line'], ['/plant/orders', 'orders'], ['/plant/station', 'station'], ['/plant/wall', 'wall'], ['/plant/charts', 'charts'], ['/plant/checks', 'checks']]
export function PlantTabs() {
  const { path } = usePlace()
  return <nav className="plant_tabs" aria-label={p('line')}>{tabs.map(([to, key]) => <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>{p(key)}</Link>)}</nav>
}

/// Redraws every second.
export function useSeconds() {
  const [, tick] = useReducer((n: number) => n + 1, 0)
  useEffect(() => { const id = setInterval(tick, 1000); return () => clearInterval(id) }, [])
}

/// What was told here in the last minutes: it stays on the picture until the server's next answer has it, and there once more does no harm.
let recent: { at: number; envelope: Envelope }[] = []
export function remember_told(envelope: Envelope) { recent = [...recent.filter(r => r.at > Date.now() - 120_000), { at: Date.now(), envelope }] }
export function forget_told(id: string) { recent = recent.filter(r => r.envelope.id !== id) }

const store_key = 'osetra_plant_line'
/// How far the server's clock is ahead of this one, milliseconds.
let ahead = 0
let ahead_of = ''
export const server_now = () => Date.now() + ahead

/// The line as the server has it, asked again every half minute, with what waits here on top; without a signal the last answer that came.
export function useLine(): { line: Line | undefined; problem: unknown; loading: boolean; reload: () => void } {
  const got = useGet<Line>('/plant/line')
  const waiting = useOutbox()
  useEffect(() => { const id = setInterval(() => void got.reload(), 30_000); return () => clearInterval(id) }, [got.reload])
  if (got.data && got.data.now !== ahead_of) {
    ahead_of = got.data.now
    const of = Date.parse(got.data.now) - Date.now()
    ahead = Math.abs(of) < 5000 ? 0 : of   // an answer may be some seconds old; that is no difference of clocks
    try { localStorage.setItem(store_key, JSON.stringify(got.data)) } catch { /* a full disk keeps no copy */ }
  }
  const kept = got.data ?? last_kept()
  const me = session.get()?.person
  const told = new Map([...recent.map(r => r.envelope), ...waiting.filter(w => w.state === 'pending' && w.person === me).map(w => w.envelope)].map(e => [e.id, e]))
  return { line: kept && overlay(kept, [...told.values()]), problem: got.problem, loading: got.loading, reload: () => void got.reload() }
}
function last_kept(): Line | undefined {
  try { return JSON.parse(localStorage.getItem(store_key) ?? 'null') ?? undefined } catch { return undefined }
}

export const step_name = (steps: Step[], code: string | undefined) => { const s = steps.find(x => x.step === code); return s ? named(s) : code ?? '–' }

export function ClockCell({ fish }: { fish: LineFish }) {
  useSeconds()
  const c = leading(fish, server_now())
  if (!c) return <span className="muted">–</span>
  const now = clock_now(c, server_now())
  return <span className={`num clock_${now.state}`} title={named(c)}>{clock_text(now.seconds)} / {clock_text(c.limit_s)}</span>
}
export const stopped_clock = (clocks: Clock[]) => clocks.find(c => !c.running && c.clock === 'rub_to_tin') ?? clocks.find(c => !c.running)

export const WeightCells = ({ of }: { of: Weights }) => <>{[of.ovary_mg, of.waste_mg, of.roe_mg, of.salt_mg, of.drained_mg, of.caviar_mg, of.tinned_mg || undefined, of.caviar_left_mg].map((mg, i) => <td key={i} className="right num">{grams(mg)}</td>)}</>
/// Why something is held: the code of a clock that was not kept, or the name of a hold with its reason.
export const held_for = (hold: string) => hold === 'roe_too_old' ? q_code('clock') : hold.replace(/^(.*), ([a-z_]+)$/, (_, name: string, why: string) => `${q_code(why)} (${name})`)
export const BalanceMark = ({ of }: { of: Weights }) => <span className={of.holds ? '' : 'bad'}>{of.holds ? p('holds') : p('not_holds')}</span>
