// What the quality routes answer. Empty lists are left out.
export interface Named { code: string; name_en: string; name_zh: string }
export interface Rules {
  product: string; markets: Named[]; hold_reasons: Named[]; programmes: Named[]; input_uses: Named[]; plans: (Named & { analytes: string[]; units: number; amount_g: number })[]
  analytes: (Named & { group: string; unit: string; limits: { market: string; limit: string; source: string }[] })[]
}
export interface Decided { decision: string; reason: string; condition?: string; against_result?: boolean; at: string; by: string; agreed_by?: string; fact?: string }
export interface HoldRow {
  hold: string; what: string; thing: string; reason: string; markets: string; put_at: string; put_by: string; failed: boolean; state: string; bars: boolean; note?: string; decision?: Decided; held_mg?: number; lots?: number
}
export interface LotRow {
  lot: string; fish: string; taken_at: string; grade?: string; tins?: string[]; tinned_mg: number; here_mg: number; held_mg: number; shipments?: string[]; awaited?: string[]; holds: HoldRow[]; barred?: string[]; state: string
}
export interface Result { sample: string; analyte: string; values: string[]; unit: string; method?: string; at: string; by: string; fact: string; verdicts: { market: string; limit: string; source: string; verdict: 'pass' | 'fail' | 'unclear' }[] }
export interface Sample { sample: string; what: string; thing: string; plan?: string; laboratory?: string; at: string; by: string; fact: string; missing?: string[]; results: Result[] }
export interface Overview { here_mg: number; held_mg: number; held_lots: number; free_mg: number; free_lots: number; holds: HoldRow[]; decided: HoldRow[]; awaited: (Sample & { days: number })[]; lots: LotRow[] }
export interface LotStory extends LotRow {
  samples: Sample[]; markets: { market: string; name_en: string; name_zh: string; may: boolean; code?: string; why?: string }[]; certificates: { certificate: string; market: string; at: string; by: string }[]
}
export interface HoldStory extends Omit<HoldRow, 'lots'> { decisions: Decided[]; agreements: { at: string; by: string; note?: string }[]; lots: { lot: string; here_mg: number; held_mg: number; shipments?: string[] }[]; samples?: Sample[] }
export interface InputRow {
  input: string; article: string; use: string; substances?: string[]; supplier?: string; withdrawal_days?: number; at: string; by: string; fact: string; bans: { programme: string; limited: boolean; source: string }[]
  uses: { use: string; pool: string; at: string; by: string; fact: string; hold?: string; hold_state?: string; until_at?: string }[]
}
export interface Inputs { inputs: InputRow[]; programmes: { site: string; programme: string }[] }
export interface Ripe {
  looked_days?: number; source?: string; ready: number; stages: { stage: string; name_en: string; name_zh: string; ripe: boolean; fish: number }[]
  fish: { fish: string; pool: string; cohort: string; stage: string; stage_at?: string; days: number; ready: boolean; why: string; product?: string; until_at?: string; hold?: string }[]
}
