// All that the pages know of the server: its addresses and the shapes of its answers.
import type { Estimate } from './units'

export type { Estimate }
export type Worst = 'ok' | 'watch' | 'warn' | 'bad'
export type Permission = 'view' | 'record' | 'mend' | 'import' | 'manage' | 'audit'

export interface RoleAt { role: string; site: string }
export interface Session {
  person: string; name: string; enterprise: number; enterprise_name: string; simulated: boolean
  roles: RoleAt[]; may: Permission[]; sites: string[]; offset_minutes: number; now: string
}
export interface Exception {
  code: string; severity: 'warn' | 'bad'; pool: string | null; site: string | null; fish: string | null; detail: string
  value: number | null; limit: number | null; since: string | null; fact: string | null
}
export interface SiteSummary {
  site: string; name: string; province: string | null; latitude: number | null; longitude: number | null; pools: number
  seen: number; heads: Estimate; biomass_mg: Estimate | null; temperature_mc: number | null; worst: Worst
}
export interface Today {
  as_of: string; day: string; simulated: boolean; heads: Estimate; biomass_mg: Estimate | null; tagged: number; cohorts: number
  sites: number; pools: number; females_staged_ripe: number
  round: { seen: number; pools: number; missing: { pool: string; site: string; last_seen_at: string | null }[] }
  exceptions: Exception[]; exceptions_total: number
  site_summary: SiteSummary[]
}
/// Month ends, then today; `deaths` is the sum since the beginning.
export interface Trend { trend: { day: string; heads: Estimate | number | null; biomass_mg: Estimate | number | null; deaths: number }[] }
export interface Site {
  site: string; name: string; province?: string | null; water_source?: string | null; licence?: string | null
  latitude?: number | null; longitude?: number | null; pools: number
}
export interface PoolRow {
  pool: string; site: string; pool_kind: string; name: string | null; volume_ml: number | null; area_cm2: number | null
  latitude: number | null; longitude: number | null; walk_order: number | null; closed: boolean; heads: Estimate
  biomass_mg: Estimate | null; mean_mg: Estimate | null; tagged: number; cohorts: string[]
  density_mg_per_l: number | null; density_limit_kg_m3?: number | null
  temperature_mc: number | null; oxygen_ug_l: number | null; last_seen_at: string | null; seen_today: boolean; worst: Worst
  exceptions: string[]; outline?: string | null
}
export interface Difference {
  pool: string; site: string; fact: string; at: string; counted: number; low?: number; high?: number; expected: Estimate
  difference: number; probability: number; explained: number; open: boolean
}
export interface Conservation {
  stocked: number; moved_in?: number; moved_out?: number; dead: number; escaped: number; harvested: number; adjusted: number
  regrouped?: number; shortfall?: number; heads: number
}
export interface Withdrawal { product: string; until_on: string; fact: string; pool?: string }
export interface Occupant {
  cohort: string; species: string; year_class: number; heads: number; tagged: number; untagged: number
  mean_mg: Estimate | null; biomass_mg: Estimate | null; stage: string | null
}
export interface PoolCard extends PoolRow {
  exception_rows: Exception[]; outline: string | null; flow_ml_s: number | null; book: number; differences: Difference[]
  counts: { fact: string; at: string; heads: number; low?: number; high?: number; method: string; author: string }[]
  occupants: Occupant[]; withdrawal: Withdrawal[]; fcr?: number; feed_30d_mg: number; conservation: Conservation
}
export interface PoolDay {
  day: string; seen: number; temperature_mc: number | null; oxygen_ug_l: number | null; feed_mg: number; deaths: number
  heads: number; biomass_mg: number
}
export interface Band { cohort: string; points: { day: string; heads: number }[] }
export interface PoolFish { fish: string; cohort: string; sex: string | null; weight_mg: Estimate | null; stage: string | null; since: string }
export interface FishRow {
  fish: string; tag: string; cohort: string; species: string; sex: string | null; pool: string | null; site: string | null
  state: 'alive' | 'dead' | 'harvested' | 'escaped'; weight_mg: Estimate | null; stage?: string | null
}
export interface FishCard {
  fish: string; tags: string[]; cohort: string; species: string; year_class: number; sex: string | null; state: string
  pool: string | null; site: string | null; weight_mg: Estimate | null; length_mm: number | null; stage: string | null
  stage_at: string | null; health: string | null; withdrawal: Withdrawal[]
  life: { pool: string; site: string; from_at: string; to_at: string | null }[]
  weights: { at: string; weight_mg: number; fact: string; author: string }[]
  stages: { at: string; stage: string; fact: string }[]
  curve: { day: string; weight_mg: number; low: number; high: number }[]
  ended: { how: string; at: string; fact: string } | null
}
export interface CohortRow {
  cohort: string; species: string; year_class: number; hatched_on?: string | null; name?: string | null; origin?: string | null
  heads: Estimate; tagged: number; biomass_mg: Estimate | null; mean_mg: Estimate | null; pools: number
}
export interface CohortCard extends CohortRow {
  pool_rows: { pool: string; site: string; heads: number; tagged: number; mean_mg: Estimate | null }[]
  curve: { day: string; heads: number }[]
  growth: { day: string; mean_mg: Estimate }[]
  weighings: { at: string; mean_mg: number; sample: number; pool: string; fact: string }[]
  conservation: Conservation
}
export interface StockRow { key: string; heads: Estimate; biomass_mg: Estimate | null; mean_mg: Estimate | null; tagged: number }
export interface Stock {
  as_of: string; known: string; total: { heads: Estimate; biomass_mg: Estimate | null; tagged: number }; rows: StockRow[]
  conservation: Conservation
}
export interface RoundSeen {
  fact: string; at: string; author: string; deaths: number | null; feed_mg: number | null; temperature_mc: number | null
  oxygen_ug_l: number | null; note: string | null
}
export interface RoundRow {
  pool: string; site: string; name: string | null; walk_order: number | null; heads: number | Estimate
  planned_feed_mg: number | null; last_temperature_mc: number | null; cohorts: { cohort: string; heads: number }[]; seen: RoundSeen[]
}
export interface Round { day: string; seen: number; pools: number; rows: RoundRow[] }
export type Body = Record<string, unknown>
export interface FactRow {
  id: string; seq: number; kind: string; act: 'tell' | 'correct' | 'withdraw'; happened_at: string; recorded_at: string
  author: string; reason: string | null; corrects?: string; body: Body; holds: boolean; says: string
  mended_by?: { act: 'correct' | 'withdraw'; author: string; recorded_at: string; reason: string }
}
export interface FactChain extends FactRow { chain: FactRow[] }
export interface Why {
  figure: string; value: number | Estimate | null; unit: string; formula: string
  steps: { label: string; value: number | string | Estimate | null }[]; facts: FactRow[]; more: boolean
}
export interface Coded { code: string; name_en: string; name_zh: string }
export interface Pack {
  pack: string; species: (Coded & { latin: string })[]; stages: (Coded & Record<string, unknown>)[]
  causes: { death: Coded[]; difference: Coded[] }; maturity: (Coded & { ripe: boolean })[]; health: Coded[]
}
export interface FormField {
  name: string; type: 'text' | 'int' | 'number' | 'day' | 'flag' | 'fish_list' | 'text_list' | 'choice'; required: boolean; unit?: string
  choices?: string | string[]
}
export interface Kind { kind: string; form: FormField[]; about?: string }
export interface Hit { type: 'fish' | 'pool' | 'cohort' | 'site'; id: string; text: string }
export interface GrowthRow {
  site: string; species: string; stage: string; pack_tgc_micro: number | null; used_tgc_micro: number | null
  fitted_tgc_micro: number | null; se_micro: number | null; weighings: number
}
export interface Surveys {
  ages: { series: string; year: number; rows: { age_years: number; heads: number }[] }[]
  recaptures: { series: string; samples: number; estimate: Estimate; method: string }[]
}
export interface Envelope {
  id: string; kind: string; happened_at?: string; act?: 'tell' | 'correct' | 'withdraw'; corrects?: string; reason?: string
  body: Body; offline?: boolean
}
export interface Outcome {
  id: string; outcome: 'accepted' | 'duplicate' | 'refused'; code?: string; detail?: string; at?: string; seq?: number
  warnings?: { code: string; detail: string }[]
}
/// Refusals that are taken once somebody gives a reason.
export const reason_mends = (code: string | undefined) => code === 'fish_unripe'
export interface Task { id: string; at: string; person: string; code: string; detail: string; fact: Envelope | null; state: 'open' | 'done' }
export interface ImportColumn { column: string; heading: string; field: string; unit: string }
export interface ImportSheet {
  sheet: string; header_rows: number; rows: number; layout: string; columns: ImportColumn[]; sample?: (string | number | null)[][]
}
export interface ImportReport {
  file: string; sha256: string; already: boolean; stored: boolean; facts: number; sheets: ImportSheet[]
  problems: { sheet: string; row: number; column: string; code: string; message: string; cure: string; severity: 'bad' | 'warn' }[]
  notes: string[]; preview: { kind: string; happened_at: string; body: Body }[]
}
export interface FlightCount {
  heads: number; low: number; high: number; verdict: 'sure' | 'count_again' | 'nothing_seen'; seen_area: number; detectability: number; model: string
  overlay_sha256?: string; marks_sha256?: string; length_mm?: number; length_low_mm?: number; length_high_mm?: number
  biomass_mg?: number; biomass_low_mg?: number; biomass_high_mg?: number; at: string; by: string; fact: string
}
export interface FlightRow {
  flight: string; pool: string; site: string; at: string; by: string; file: string; sha256: string; fish_kind: string; altitude_m?: number; px_per_m?: number; note?: string
  state: 'new' | 'counting' | 'failed' | 'counted' | 'signed'
  job?: { job: string; state: Job['state']; progress: number; said: string; person: string }
  counted?: FlightCount
  signature?: { heads: number; low: number; high: number; count: string; why?: string; at: string; by: string; fact: string }
}
export interface Against { difference: number; sd: number; z: number; probability: number; after: Estimate }
export interface FlightCard extends FlightRow {
  clip?: { width: number; height: number; frames_per_s: number; seconds: number }
  reasons?: string[]
  corrected: { frame_ms: number; added?: string[]; struck?: string[]; by: string; at: string }[]
  hand: { frame_ms: number; count: number; by: string; at: string }[]
  suggested?: { share: number; heads: number; low: number; high: number }
  book?: {
    book: number; expected: Estimate; expected_sd: number; last_count_at?: string; last_count?: number; deaths_recorded?: number; unseen_loss?: number
    counted?: Against; signed?: Against; after?: Estimate
  }
}
/// x, y, axis, length, score: pixels and radians.
export type MarkRow = [number, number, number, number, number]
export interface FrameRow { at_ms: number; width: number; height: number; count: number; faults?: string[]; points: MarkRow[] }
export interface Agreement {
  frames: number; hand: number; machine: number; both: number; recall: number; precision: number; columns: number; rows: number
  only_hand: number[]; only_machine: number[]; all: number[]
}
export interface StocktakePlan {
  year: number; as_of: string; by: 'heads' | 'biomass'; pools: number; counted: number; heads: Estimate; biomass_mg?: Estimate
  costs: { share_sd: number; share_sd_flights: number; site_minutes: number; pool_minutes: number; sweep_m2_per_minute: number; passes: number }
  rows: {
    place: number; pool: string; site: string; heads: Estimate; counted: boolean; counted_at?: string; method?: string; sd: number; sd_after: number; hours: number
    saved_per_hour: number; hours_so_far: number; total_sd_after: number; area_m2?: number
  }[]
}
export interface Job {
  job: string; kind: string; state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; progress: number; said: string | null
  created_at: string; person: string; result: Record<string, unknown> | null
}
export interface Person { person: string; name: string; roles: RoleAt[]; active: boolean; last_seen_at: string | null }
export interface Key { key_name: string; created_at: string; last_used_at: string | null; roles: RoleAt[] }
export interface AuditEntry { at: string; person: string; what: string; code: string; detail: string; remote: string }

/// An answer that is no answer. `status` 0: the server could not be reached.
export class Problem extends Error {
  constructor(public status: number, public code: string, detail: string, public at = '') { super(detail) }
  get unreachable() { return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504 }
}

let on_signed_out = () => {}
let language = 'en'
export function set_signed_out(f: () => void) { on_signed_out = f }
export function set_api_language(lang: string) { language = lang }

let on_signal: (there: boolean) => void = () => {}
/// Tells whether the server answers: a phone may believe in a network that leads nowhere.
export function hear_signal(f: typeof on_signal) { on_signal = f }

export async function call<T>(method: string, path: string, body?: unknown, raw?: BodyInit): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': language === 'zh' ? 'zh-CN' : 'en' }
  if (method !== 'GET') headers['X-Osetra'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let reply: Response
  try {
    reply = await fetch('/api/v1' + path, {
      method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), credentials: 'same-origin',
    })
  } catch {
    on_signal(false)
    throw new Problem(0, 'unreachable', '')
  }
  on_signal(!reply.headers.has('X-Osetra-Kept'))   // the service worker's own answers say so
  if (reply.ok) {
    const text = await reply.text()
    return (text ? JSON.parse(text) : null) as T
  }
  const problem = await reply.json().catch(() => ({}))
  if (reply.status === 401 && path !== '/session') on_signed_out()
  throw new Problem(reply.status, problem.code ?? `http_${reply.status}`, problem.detail ?? problem.title ?? reply.statusText, problem.at ?? '')
}

export const get = <T>(path: string) => call<T>('GET', path)
export const post = <T>(path: string, body: unknown = {}) => call<T>('POST', path, body)
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body)
export const remove = <T>(path: string) => call<T>('DELETE', path)
export const send_facts = (facts: Envelope[], witnessed = false) =>
  post<{ results: Outcome[] }>('/facts', { facts, witnessed }).then(r => r.results)
export const send_import = (file: Blob, name: string, query: Record<string, string>) =>
  call<ImportReport>('POST', '/imports' + query_text({ name, ...query }), undefined, file)

/// "?a=1&b=2" of what is told; empty values are left out.
export function query_text(query: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(query).filter(([, v]) => v != null && v !== '')
  return pairs.length ? '?' + pairs.map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`).join('&') : ''
}
export const seg = encodeURIComponent
