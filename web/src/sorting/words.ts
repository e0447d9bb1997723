// How the sorting pages say things.
import { fill, is_zh } from '../i18n'
import { sorting_words } from './catalogue'
import type { Named, SortingPack, ToldFact } from './shapes'
import { show_number } from '../units'

export type Word = keyof typeof sorting_words
export function s(key: Word, values: Record<string, unknown> = {}): string {
  return fill(sorting_words[key][is_zh() ? 1 : 0], values)
}
export const named = (of: Named | undefined) => (of ? (is_zh() ? of.name_zh : of.name_en) : '')
export const class_name = (pack: SortingPack | undefined, quality: string) => named(pack?.classes.find(c => c.quality === quality)) || quality
/// "73–77 mm"
export const size_words = (pack: SortingPack | undefined, size: string) => { const of = pack?.sizes.find(x => x.size === size); return of ? `${show_number(of.from_um / 1000, 0)}–${show_number(of.to_um / 1000, 0)} mm` : '' }
export const class_and_size = (pack: SortingPack | undefined, quality: string, size: string) => class_name(pack, quality) + (size ? ` · ${size}` : '')

/// What a fact says, in the reader's language.
export function says(f: ToldFact, pack: SortingPack | undefined, mass: (mg: number) => string): string {
  if (!is_zh()) return f.says
  const b = f.body as Record<string, string & number>
  const of = () => class_and_size(pack, b.quality, b.size ?? '')
  switch (f.kind) {
    case 'load': return `${b.grower}，净重 ${mass(b.gross_mg - b.tare_mg)}`
    case 'sort_start': return `${b.load} 上线 ${b.line ?? 'L1'}`
    case 'sizer_count': return `${of()}：${b.pieces} 个，${mass(b.weight_mg)}`
    case 'sort_end': return `${b.load} 下线`
    case 'cartons': return `${b.load} ${of()}：${b.cartons} 箱，托盘 ${b.pallet}`
    case 'pallet_ship': return `${(f.body.pallets as string[]).length} 托发往 ${b.party}，${b.shipment}`
    default: return `托盘 ${b.pallet} 封托`
  }
}
