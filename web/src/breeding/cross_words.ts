// Why a cross stands where it stands, in words.
import { show_number } from '../units'
import type { CrossTold } from './shapes'
import { b, level_unit, percent, trait_word } from './words'

type Named = (code: string) => string
/// A line is a species, its WW mothers or its neo-males (males with ZW).
export const line_word = (line: string, named: Named) => { const [code, ...rest] = line.split(' '); return [named(code), ...rest.map(r => (r === 'neo-male' ? 'ZW' : r))].join(' ') }
/// A mean, or a part of one, in the unit in which people know it.
export const level_words = (trait: string, v: number, signed = false) => `${signed && v > 0 ? '+' : v < 0 ? '−' : ''}${show_number(Math.abs(v), trait === 'egg' ? 2 : trait === 'weight' ? 1 : 1)} ${level_unit(trait)}`.trim()
export const expected = (x: CrossTold) => x.traits.map(t => `${trait_word(t.trait)} ${level_words(t.trait, t.mean)}`).join(', ')

const gains = (x: CrossTold, part: 'by_heterosis' | 'by_selection') => x.traits.filter(t => Math.abs(t[part]) >= (t.trait === 'egg' ? 0.005 : 0.05)).map(t => `${trait_word(t.trait)} ${level_words(t.trait, t[part], true)}`).join(', ')
export function why_cross(x: CrossTold, named: Named): string {
  const shares = Object.entries(x.fractions)
  const said = [shares.length === 1 ? b('why_pure', { species: named(shares[0][0]) }) : b('why_half', { parts: shares.map(([s, f]) => `${named(s)} ${percent(f, 0)}`).join(', ') })]
  if (gains(x, 'by_heterosis')) said.push(b('why_heterosis', { gains: gains(x, 'by_heterosis') }))
  if (gains(x, 'by_selection')) said.push(b('why_selection', { gains: gains(x, 'by_selection') }))
  if (x.dam_chromosomes === 'WW') said.push(b('why_ww'))
  else if (x.sire_chromosomes === 'ZW') said.push(b('why_neo'))
  if (!x.fertile) said.push(b('why_sterile', { sets: x.sets }))
  if (x.recombination > 0.01) said.push(b('why_again'))
  return said.join(' ')
}
