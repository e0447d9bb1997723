// Answers of the server about grading.
import type { ControlPoints } from '../ui/control_chart'
import type { Named } from './words'

export interface GradeWord extends Named { code: string }
export interface Attribute extends Named {
  code: string; unit: string; kind: 'scored' | 'measured'; from: number; to: number; optional: boolean; camera: boolean
  limits_en: Record<string, string>; limits_zh: Record<string, string>
}
export interface Scheme extends Named { code: string; basis: string; decide: string; grades: GradeWord[]; attributes: Attribute[] }
export interface GradedLot { lot: string; fish: string; species: string; taken_at: string; scheme?: string; graders: number; mine: boolean; photo_mm?: number; grade?: string; by?: string; fact?: string }
export interface Lots { lots: GradedLot[]; months: { month: string; grades: Record<string, number>; mean_mm?: number }[]; schemes: Scheme[] }
export interface Score { grader: string; at: string; fact: string; values: Record<string, number>; note?: string }
export interface Photo {
  photo_sha256: string; overlay_sha256: string; eggs: number; measured: number; broken: number; mean_um: number; mean_low_um: number; mean_high_um: number; spread_um: number
  lightness?: number; verdict: 'sure' | 'look_again'; at: string; by: string; fact: string
}
export interface Suggested {
  grade?: string; reasons_en?: string[]; reasons_zh?: string[]; missing?: string; probability?: Record<string, number>; no_model?: string; model_lots?: number; model_right?: number; model_error?: number
}
export interface LotCard {
  lot: string; fish: string; species: string; taken_at: string; blind: boolean; graders: number; scheme?: Scheme; scores: Score[]; photo?: Photo
  decided?: { grade: string; by: string; at: string; fact: string; reason?: string; suggested?: string }; values?: Record<string, number>; suggested?: Suggested
}
export interface Consistency { schemes: { scheme: Scheme; charts: ({ attribute: string } & ControlPoints)[] }[] }
export interface Kappa { value: number; low: number; high: number; lots: number; word: string }
export interface Agreed { lots: number; alpha?: Kappa; graders: { grader: string; lots: number; stricter: number; same: number }[]; pairs: { first: string; second: string; kappa: Kappa }[] }
export interface Use extends Named {
  code: string; scheme: string; grams: number; loss: number; price_minor: number; pays_below_minor_per_kg: number; best?: string
  parts: (Named & { amount: number; unit: string; cost_minor: number })[]; grades: { grade: string; allowed: boolean; goods_minor: number; margin_minor: number; margin_share: number }[]
}
export interface Uses { currency: string; prices: { scheme: Scheme; price_minor_per_kg: Record<string, number> }[]; uses: Use[] }
