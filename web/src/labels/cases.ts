// Cases of tins: what the server says of them, and how the page that packs them says things.
import { fill, is_zh } from '../i18n'
import { case_words } from './case_catalogue'

export interface CaseRow { container: string; sscc?: string; closed_at: string; fact: string; tins: number; net_mg: number; inside?: string; shipment?: string; lots: { lot: string; species: string; tins: number; net_mg: number }[] }
export interface Cases { next: string; cases: CaseRow[] }

export type CaseWord = keyof typeof case_words
export function c(key: CaseWord, values: Record<string, unknown> = {}): string {
  return fill(case_words[key][is_zh() ? 1 : 0], values)
}
