// What the server tells of a code on a label: what the company chose to publish, and nothing else.
export type What = 'tin' | 'lot' | 'case' | 'fish' | 'place' | 'party' | 'item' | 'thing'
export interface Published {
  id: string; what: What; issued: boolean; issuer: { name: string; simulated: boolean } | null; recalled?: boolean
  species?: { code: string; latin: string; name_en: string; name_zh: string }
  farm?: { name: string; province?: string; latitude?: number; longitude?: number }
  pool?: string; year_class?: number; hatched_on?: string; age_years?: number; harvested_on?: string; salted_on?: string; packed_on?: string
  plant?: { name?: string; code?: string }; grade?: string; salt_percent?: number; net_g?: number; label?: string; parents?: { sire?: string; dam?: string }
  cold_chain?: { low_c: number; high_c: number; alarm: boolean; readings: number }
  journey?: { step: string; at: string; place?: string }[]
  name?: string; contains?: number
}
