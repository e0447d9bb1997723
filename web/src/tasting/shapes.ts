export interface Said { en: string; zh: string }
export interface Estimate95 { value: number; low: number; high: number; error: number }
export interface Difference { one: string; other: string; value: number; error: number; p: number; p_adjusted?: number }
export interface TasteReport {
  test: string; outcome: 'different' | 'not_shown' | 'too_few'; verdict: Said; notes: Said[]; products?: string[]; tasters: number; answers: number; p: number; more_needed?: number
  discrimination?: { protocol: string; answers: number; right: number; chance: number; critical: number; p: number; alpha: number; distinguishers: Estimate95; d_prime: Estimate95; power: number; power_for: number; answers_needed?: number }
  worths?: { products: { product: string; worth: number; low: number; high: number; share: number }[]; p: number }
  attributes: { attribute: string; left_out?: string; product?: { f: number; degrees: number; degrees_below: number; p: number }; means?: { product: string; mean: number; low: number; high: number; group: string }[] }[]
  panel: { taster: string; verdict: string; discriminated: number; of: number; agrees: number; repeats: number }[]
}
export interface TastingRow {
  tasting: string; title: string; test: string; samples: string[]; lots?: string[]; attributes?: string[]; seats: number; rounds: number; scale_low: number; scale_high: number; commitment: string
  at: string; by: string; fact: string; closed_at?: string; seats_answered: number; outcome?: string; verdict_en?: string; verdict_zh?: string
}
export interface TastingCard extends TastingRow {
  progress: { seat: number; taster: string; answered: number; of: number; link?: string }[]
  comments: { seat: number; comment: string }[]
  closed_by?: string; key_fits?: boolean; report?: TasteReport; not_analysed?: string
}
export interface LotAttribute {
  attribute: string; mean?: number; error?: number; between_sd?: number; p?: number
  points: { product: string; lot: string; tasting: string; at: string; tasters: number; mean: number; low: number; high: number; away?: number; outside?: boolean }[]
}
export interface ReviewPoint { product: string; from: string; at: string; reviews: number; mean: number; low: number; high: number }
export interface Review { product: string; score: number; scale_low: number; scale_high: number; liking: number; lot?: string; channel?: string; customer?: string; words?: string; review?: string; at: string; by: string; fact: string }
export interface Reviews { reviews: number; span: 'month' | 'quarter' | 'year'; channels?: string[]; points?: ReviewPoint[]; last?: Review[] }
