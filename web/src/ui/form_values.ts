// From what people type to the body of a fact, and back. No React here, so that it is tested alone.
import type { Body, FormField } from '../api'
import { from_smallest, to_smallest, units_of, type MassTaste, type Unit } from '../units'

export interface Typed { text: string; unit?: string }
export type Values = Record<string, Typed>

const endings: [RegExp, string][] = [
  [/_mg$/, 'mg'], [/_ml_s$/, 'ml_s'], [/_ml$/, 'ml'], [/_cm2$/, 'cm2'], [/_mc$/, 'mc'], [/_ug_l$/, 'ug_l'], [/_mm$/, 'mm'],
  [/_milli_ntu$/, 'milli_ntu'], [/_milli$/, 'milli'], [/_micro$/, 'milli'],
]

export const unit_hint = (name: string): string | undefined => endings.find(([e]) => e.test(name))?.[1]

/// The units a field can be written in; a thermal growth coefficient is read as TGC x 1000.
export const field_units = (field: FormField, taste: MassTaste): Unit[] => units_of(unit_hint(field.name), taste)

const is_whole = (field: FormField) => field.type === 'int' || field.type === 'number'

/// The unit in which a stored figure reads best in a form.
export function unit_for(value: number, units: Unit[]): Unit {
  const mass = units.find(u => u.code === 'g')
  if (mass && Math.abs(value) < 1_000_000 && units[0].code !== 'g') return mass
  return units[0]
}

export function fill(form: FormField[], body: Body, taste: MassTaste): Values {
  const values: Values = {}
  for (const field of form) {
    const stored = body[field.name]
    const units = field_units(field, taste)
    if (stored == null) values[field.name] = { text: '', unit: units[0]?.code }
    else if (Array.isArray(stored)) values[field.name] = { text: stored.join(field.type === 'text_list' ? ', ' : '\n') }
    else if (typeof stored === 'number' && units.length) {
      const unit = unit_for(stored, units)
      values[field.name] = { text: from_smallest(stored, unit.per), unit: unit.code }
    } else values[field.name] = { text: String(stored) }
  }
  return values
}

export interface Wrong { field: string; why: 'required' | 'number' | 'whole' | 'tag' | 'day' }

export function read(form: FormField[], values: Values, taste: MassTaste): { body: Body; wrong: Wrong[] } {
  const body: Body = {}
  const wrong: Wrong[] = []
  for (const field of form) {
    const typed = values[field.name]
    const text = typed?.text.trim() ?? ''
    if (!text) {
      if (field.required) wrong.push({ field: field.name, why: 'required' })
      continue
    }
    const units = field_units(field, taste)
    if (field.type === 'fish_list') {
      const fish = text.split(/[\s,;,;、]+/).filter(Boolean)
      if (fish.some(f => !/^\d{15}$/.test(f))) wrong.push({ field: field.name, why: 'tag' })
      body[field.name] = fish
    } else if (field.type === 'text_list') {
      body[field.name] = text.split(/[\n,;，；、]+/).map(x => x.trim()).filter(Boolean)
    } else if (is_whole(field) || units.length) {
      const unit = units.find(u => u.code === typed.unit) ?? units[0]
      if (unit) {
        const value = to_smallest(text, unit.per)
        if (value === undefined) wrong.push({ field: field.name, why: 'number' })
        else body[field.name] = value
      } else {
        const value = Number(text.replace(/[,\s]/g, '').replace('−', '-'))
        if (!Number.isFinite(value)) wrong.push({ field: field.name, why: 'number' })
        else if (field.type === 'int' && !Number.isInteger(value)) wrong.push({ field: field.name, why: 'whole' })
        else body[field.name] = value
      }
    } else if (field.type === 'flag') {
      body[field.name] = text === 'true'
    } else if (field.type === 'day') {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) wrong.push({ field: field.name, why: 'day' })
      else body[field.name] = text
    } else if (/^(fish|new_tag)$/.test(field.name) && !/^\d{15}$/.test(text)) {
      wrong.push({ field: field.name, why: 'tag' })
    } else body[field.name] = text
  }
  return { body, wrong }
}

/// The words a field may hold where its meaning is a closed list.
export const closed_lists: Record<string, string[]> = {
  'pool.pool_kind': ['pool', 'tank', 'cage', 'raceway', 'tray'],
  'stock.method': ['counted', 'by_weight', 'estimated'],
  'move.reason': ['transfer', 'split', 'grade_out', 'merge'],
  'count.method': ['hand', 'scan', 'camera', 'by_weight'],
  'harvest.purpose': ['roe', 'meat', 'sale'],
  'tag.sex': ['female', 'male', 'unknown'],
  'measure.sex': ['female', 'male', 'unknown'],
  'broodfish.sex': ['female', 'male', 'unknown'],
  'broodfish.origin': ['own', 'bought', 'wild'], 'broodfish.chromosomes': ['ZZ', 'ZW', 'WW'], 'genotypes.format': ['plink', 'vcf', 'table'],
  'spawning.method': ['stripped', 'natural', 'gynogenesis'],
  'parentage.method': ['dna', 'kept_apart', 'mark'],
  'recovery.condition': ['good', 'slow', 'poor'],
  'hold.what': ['lot', 'tin', 'case', 'fish', 'pool', 'input', 'load'],
  'lab_sample.what': ['lot', 'tin', 'fish', 'pool', 'input'],
  'hold_decision.decision': ['release', 'release_with_condition', 'rework', 'condemn'],
  'variety.status': ['trial', 'released', 'withdrawn'],
  'goods_out.cause': ['sold', 'used', 'lost'],
  'loss.cause': ['broken', 'spoiled', 'stolen', 'not_found'],
  'sample.purpose': ['laboratory', 'tasting', 'retained', 'customs'],
  'return.reason': ['refused', 'damaged', 'warm', 'not_ordered', 'other'],
  'variety_trial.trait': ['weight', 'roe', 'egg', 'colour', 'firmness', 'ripe_age'],
}
const list_areas: Record<string, string> = {
  what: 'held_thing', decision: 'decision', pool_kind: 'pool_kind', origin: 'origin', condition: 'condition', status: 'variety_status', trait: 'trait', method: 'count_method', reason: 'move_reason', purpose: 'purpose', sex: 'sex',
}
/// Words of a list; the same field has others in some kinds.
export const list_area = (field: string, kind = '') => ({ 'loss.cause': 'loss_cause', 'goods_out.cause': 'goods_cause', 'sample.purpose': 'sample_purpose', 'return.reason': 'return_reason', 'spawning.method': 'spawning_method', 'parentage.method': 'parent_method' } as Record<string, string>)[`${kind}.${field}`] ?? list_areas[field]
