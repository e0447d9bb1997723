// How breeding's figures are written.
import { fill, is_zh, word } from '../i18n'
import { Link } from '../router'
import { show_number } from '../units'
import { words } from './catalogue'
import type { TraitFit, ValuePair } from './shapes'

export type BreedingWord = keyof typeof words
export const b = (key: BreedingWord, values: Record<string, string | number> = {}): string =>
  fill(words[key][is_zh() ? 1 : 0], values)
const maybe = (key: string) => (key in words ? b(key as BreedingWord) : key)

export const trait_word = (trait: string) => word('trait', trait)

const decimals: Record<string, number> = { weight: 1, roe: 2, egg: 3, colour: 2, firmness: 2, ripe_age: 2 }
const signed = (v: number, n: number) => `${v < 0 ? '−' : '+'}${show_number(Math.abs(v), n)}`
/// A difference in a trait's own unit. Weight is kept as a logarithm, so that five means five per cent.
export const trait_difference = (trait: string, v: number) => signed(v, decimals[trait] ?? 2)
export const trait_unit = (trait: string) => (trait === 'weight' || trait === 'roe' ? '%' : trait === 'egg' ? 'mm' : trait === 'ripe_age' ? word('trait_unit', 'years') : 'σ')
/// A measurement as people know it.
export const trait_level = (trait: string, v: number) => (trait === 'weight' ? Math.exp(v / 100) / 1000 : v)
export const level_unit = (trait: string) => (trait === 'weight' ? 'kg' : trait === 'colour' || trait === 'firmness' ? word('trait_unit', 'points') : trait === 'survival' || trait === 'female' ? '' : trait_unit(trait))

/// What is wished for of an ordinal trait, and how likely it is with these genes: the chance is what people see, the liability beside it what is inherited.
export const wish_word = (trait: string) => maybe(`chance_${trait}`)
const normal = (x: number) => {                            // chance of a standard normal below x [Abramowitz & Stegun 1964, 7.1.26; error below 2e-7]
  const t = 1 / (1 + 0.3275911 * Math.abs(x) / Math.SQRT2)
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp((-x * x) / 2)
  return x > 0 ? 1 - tail / 2 : tail / 2
}
export const chance_of = (fit: TraitFit | undefined, ebv: number) => (fit?.good_above == null || !fit.rest_variance ? undefined : normal((ebv - fit.good_above) / Math.sqrt(fit.rest_variance)))
export const alone_word = (why: string) => maybe(`alone_${why}`)
export const unused_word = (why: string) => maybe(`genotypes_unused_${why}`)

export const Ebv = ({ trait, of }: { trait: string; of: ValuePair | undefined }) =>
  of ? <span className="num">{of[2] == null ? trait_difference(trait, of[0]) : <span title={b('chance_title', { wish: wish_word(trait) })}>{show_number(of[2] * 100)}% <span className="muted small">{trait_difference(trait, of[0])}σ</span></span>} <span className="muted small" title={word('trait_unit', 'reliability')}>{show_number(of[1] * 100)}%</span></span> : <span className="muted">–</span>

export const percent = (v: number, n = 2) => `${show_number(v * 100, n)}%`
export const AnimalLink = ({ animal }: { animal: string }) => <Link to={`/breeding/animals/${encodeURIComponent(animal)}`} className="num">{animal}</Link>

export type Weights = Record<string, number>
export const weights_text = (weights: Weights) => Object.entries(weights).filter(([, w]) => w).map(([trait, w]) => `${trait}:${w}`).join(',')
export const weights_read = (text: string): Weights => Object.fromEntries(text.split(',').filter(Boolean).map(p => { const [trait, w] = p.split(':'); return [trait, Number(w) || 0] }))

/// Sum of weights times breeding values in genetic standard deviations, the better way up: as the server reckons it.
export function index_of(values: Record<string, ValuePair> | undefined, weights: Weights, fits: TraitFit[]): number | undefined {
  if (!values) return undefined
  let sum = 0
  for (const f of fits) {
    const v = values[f.trait]
    if (v && weights[f.trait]) sum += (weights[f.trait] * f.better * v[0]) / Math.sqrt(f.genetic_variance || 1)
  }
  return sum
}
