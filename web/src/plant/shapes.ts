// Answers of /api/v1/plant.
import type { ControlPoints } from '../ui/control_chart'

export interface Step { step: string; name_en: string; name_zh: string; told_by: string; weighs?: string; rests: boolean }
export interface Clock { clock: string; name_en: string; name_zh: string; from: string; stopped?: string; seconds: number; left_s: number; warn_s: number; limit_s: number; running: boolean; state: 'good' | 'warn' | 'late' }
export interface Weights {
  ovary_mg?: number; waste_mg?: number; roe_mg?: number; salt_mg?: number; drained_mg?: number; caviar_mg?: number; tinned_mg: number
  ovary_left_mg?: number; caviar_left_mg?: number; tolerance_mg: number; holds: boolean
}
export interface LineFish {
  fish: string; species: string; lot?: string; order?: string; line: string; step?: string; step_at?: string; station?: string; next?: string
  clocks: Clock[]; skipped?: string[]; twice?: string[]; hold?: string; suggested_salt_mg?: number; tins: number; serials?: string[]; weights: Weights
}
export interface Waiting { fish: string; order: string; line?: string; harvested: boolean }
export interface Line {
  now: string; steps: Step[]; fish: LineFish[]; waiting: Waiting[]; lines: string[]; running: number; late: number; held: number; done: number; checks_due: number
}
export interface PlantDay { day: string; lots: LineFish[]; count: number; broken: number; sum: Weights; steps: Step[] }
export interface LotFact { fact: string; kind: string; at: string; body: Record<string, unknown> }
export interface Lot {
  lot: string; now: string; of: LineFish[]; carcass_mg?: number; salt_batch?: string; grade?: string; egg_um?: number; salt_share?: number
  harvest?: { at: string; fact: string; pool: string; cohort: string; weight_mg?: number }
  reached: { step: string; at: string; station?: string; operator?: string; fact: string }[]
  tins_closed: { tin: string; net_mg: number; at: string; batch?: string; fact: string; hold?: string; clock_hold?: string; container?: string; repacked?: boolean }[]
  facts: LotFact[]; steps: Step[]
}
export interface Spread { low: number; median: number; high: number; n: number }
export interface Capacity {
  day: string; now: string; lines: number; recorded: number; waiting: number; seconds_between?: Spread; by_line: { line: string; seconds_between: Spread }[]
  steps: { step: string; name_en: string; name_zh: string; seconds: Spread }[]; done: { hour: number; fish: number }[]
  ahead: { until: string; low: number; median: number; high: number }[]
}
export interface ChartOf extends ControlPoints { chart: 'time' | 'yield' | 'salt'; unit: string }
export interface Checks {
  day: string; now: string; missed: number; failed: number; due: number
  points: {
    point: string; name_en: string; name_zh: string; measures: 'temperature_mc' | 'flag' | 'share_ppm'; least?: number; most?: number; every_minutes: number
    action_en: string; action_zh: string; last_at?: string; last_good: boolean; due_at?: string; done: number; failed: number; missed: string[]
    checks: { fact: string; at: string; good: boolean; temperature_mc?: number; share_ppm?: number; action?: string; operator?: string }[]
  }[]
}
export interface Orders {
  purge_days_least: number
  orders: { order: string; planned_on: string; purge_from?: string; line?: string; note?: string; fact: string; at: string; fish: { fish: string; harvested_at?: string; lot?: string }[] }[]
}
export interface Materials {
  batches: { batch: string; material: 'salt' | 'brine' | 'tins'; weight_mg?: number; count?: number; supplier?: string; expires_on?: string; at: string; fact: string; used: number; left: number; lots: number }[]
}
