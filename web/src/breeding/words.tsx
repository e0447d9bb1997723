// How breeding's figures are written.
import { word } from '../i18n'
import { Link } from '../router'
import { show_number } from '../units'
import type { TraitFit } from './shapes'

export const trait_word = (trait: string) => word('trait', trait)

const decimals: Record<string, number> = { weight: 1, roe: 2, egg: 3, colour: 2, firmness: 2, ripe_age: 2 }
const signed = (v: number, n: number) => `${v < 0 ? '−' : '+'}${show_number(Math.abs(v), n)}`
/// A difference in a trait's own unit. Weight is kept as a logarithm, so that five means five per cent.
export const trait_difference = (trait: string, v: number) => signed(v, decimals[trait] ?? 2)
export const trait_unit = (trait: string) => (trait === 'weight' || trait === 'roe' ? '%' : trait === 'egg' ? 'mm' : trait === 'ripe_age' ? word('trait_unit', 'years') : word('trait_unit', 'points'))
/// A measurement as people know it.
export const trait_level = (trait: string, v: number) => (trait === 'weight' ? Math.exp(v / 100) / 1000 : v)
export const level_unit = (trait: string) => (trait === 'weight' ? 'kg' : trait_unit(trait))

export const Ebv = ({ trait, of }: { trait: string; of: [number, number] | undefined }) =>
  of ? <span className="num">{trait_difference(trait, of[0])} <span className="muted small" title={word('trait_unit', 'reliability')}>{show_number(of[1] * 100)}%</span></span> : <span className="muted">–</span>

export const percent = (v: number, n = 2) => `${show_number(v * 100, n)}%`
export const AnimalLink = ({ animal }: { animal: string }) => <Link to={`/breeding/animals/${encodeURIComponent(animal)}`} className="num">{animal}</Link>

export type Weights = Record<string, number>
export const weights_text = (weights: Weights) => Object.entries(weights).filter(([, w]) => w).map(([trait, w]) => `${trait}:${w}`).join(',')
export const weights_read = (text: string): Weights => Object.fromEntries(text.split(',').filter(Boolean).map(p => { const [trait, w] = p.split(':'); return [trait, Number(w) || 0] }))

/// Sum of weights times breeding values in genetic standard deviations, the better way up: as the server reckons it.
export function index_of(values: Record<string, [number, number]> | undefined, weights: Weights, fits: TraitFit[]): number | undefined {
  if (!values) return undefined
  let sum = 0
  for (const f of fits) {
    const v = values[f.trait]
    if (v && weights[f.trait]) sum += (weights[f.trait] * f.better * v[0]) / Math.sqrt(f.genetic_variance || 1)
  }
  return sum
}
