// Answers of the server about labels and tins.
export interface Design { name: string; width_mm: number; height_mm: number; languages: string[]; codes?: string[] }
export interface LabelRow { name: string; series: string; number: number; state: string; tin?: string; changed_at: string }
export interface LabelList { labels: LabelRow[]; counts: { series: string; state: string; labels: number }[] }
export interface LabelCard extends LabelRow { content?: { label: string; net_mg?: number }; acts: { state: string; author: string; acted_at: string; tin?: string; reason?: string }[] }
export interface Code { code: string; latin: string; name_en: string; name_zh: string; may_print: boolean }
export interface TinStory { tin: string; lot: string; species: string; net_mg: number; closed_at: string; from?: string; container?: string; label?: string; gone?: string; hold: string }
export interface AuditFound {
  expected: number; seen: number; missing_mg: number; missing: { tin: string; lot: string; net_mg: number; container?: string }[]
  twice?: string[]; unknown?: string[]; unexpected: { tin: string; gone: string }[]
}
export const grams = (mg: number) => (mg >= 1e6 ? `${mg / 1e6} kg` : `${mg / 1e3} g`)
