// How the page of ripeness says things, and what it is told.
import { fill, is_zh } from '../i18n'
import { maturity_words } from './maturity_catalogue'

export type MaturityWord = keyof typeof maturity_words
export function m(key: MaturityWord, values: Record<string, unknown> = {}): string {
  return fill(maturity_words[key][is_zh() ? 1 : 0], values)
}

export interface FloorRow { measure: string; name_en?: string; name_zh?: string; unit?: string; floor: string; least?: number; most?: number; n: number; mean?: number; spread?: number; held: boolean }
export interface HeadingRow extends FloorRow { per_day?: number; reached?: string; earliest?: string; latest?: string }
export interface SampleRow { sample: string; load?: string; at: string; by: string; fact: string; fruits: number; ripe: boolean; why: string; measures: FloorRow[] }
export interface BlockRow {
  pack: string; grower: string; orchard: string; variety: string; name_en?: string; name_zh?: string; state: 'ripe' | 'unripe' | 'stale'; ripe: boolean; at: string; days: number; good_for_days: number; fruits_asked: number; source: string
  ripe_since?: string; ripe_on?: string; measures: HeadingRow[]; samples: SampleRow[]
}
export interface GateLoad { load: string; pack: string; grower: string; orchard: string; variety: string; at: string; state: 'ripe' | 'unripe' | 'unmeasured'; sample: string; why: string; hold?: string; hold_state?: string; bars?: boolean }
export interface Maturity { at: string; packs: { pack: string; gate: boolean; since?: string; by?: string }[]; blocks: BlockRow[]; ripe: number; loads: GateLoad[] }
