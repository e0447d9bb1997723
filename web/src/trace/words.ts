// How things, steps and places of a trace are said.
import { farm_day, show_day, show_short_day, show_span } from '../dates'
import { t, word, type Key } from '../i18n'
import { mass_taste } from '../prefs'
import type { IconName } from '../ui/icons'
import { show_mass, show_number } from '../units'
import type { Band, Cluster } from './graph'
import type { Trace, TraceKind, TraceNode } from './shapes'
import { reach_of } from './sums'

export const kinds: TraceKind[] = ['parent', 'cohort', 'feed', 'fish', 'process', 'lot', 'tin', 'case', 'thing']
export const icon_of: Record<TraceKind, IconName> = {
  parent: 'parent', cohort: 'cohort', feed: 'feed', fish: 'fish', process: 'process', lot: 'lot', tin: 'tin', case: 'case', thing: 'thing',
}
export const kind_word = (kind: TraceKind) => t(`trace_kind.${kind}` as Key)
export const many_words = (kind: TraceKind, count: number) => t(`trace_many.${kind}` as Key, { count, n: show_number(count) })

/// "commissioning" of "urn:epcglobal:cbv:bizstep:commissioning", "https://ref.gs1.org/cbv/BizStep-commissioning" or the bare word.
export const bare = (uri: string | undefined) => (uri ?? '').replace(/^.*[:/#]/, '').replace(/^(BizStep|Disp|BTT|SDT|ER)-/, '')
export const step_word = (uri: string | undefined) => (uri ? word('biz_step', bare(uri), bare(uri).replace(/([a-z])([A-Z])/g, '$1 $2').replace(/_/g, ' ')) : '')
export const disposition_word = (uri: string | undefined) => (uri ? word('disposition', bare(uri), bare(uri).replace(/_/g, ' ')) : '')

/// The part of a place's key that people say: a pool's code, else the whole key.
export function place_name(uri: string | undefined): string {
  if (!uri) return ''
  const link = /\/414\/(\d+)(?:\/254\/([^/?]+))?/.exec(uri)
  if (link) return decodeURIComponent(link[2] ?? link[1])
  const urn = /^urn:epc:id:sgln:(\d+)\.(\d*)\.(.+)$/.exec(uri)
  if (urn) return urn[3] === '0' ? `${urn[1]}.${urn[2]}` : decodeURIComponent(urn[3])
  return decodeURIComponent(uri.replace(/^https?:\/\/id\.gs1\.org\//, ''))
}

const per_kg: Record<string, number> = { KGM: 1, GRM: 0.001, TNE: 1000, MGM: 0.000001, LBR: 0.45359237, ONZ: 0.028349523125 }
export function quantity_words(quantity: number | undefined, uom: string | undefined): string {
  if (quantity == null) return ''
  const kg = uom ? per_kg[uom] : undefined
  if (kg) return show_mass(quantity * kg * 1_000_000, mass_taste.get())
  const n = show_number(quantity, Number.isInteger(quantity) ? 0 : 2)
  return !uom || uom === 'C62' || uom === 'EA' ? `× ${n}` : `${n} ${uom}`
}

export const day_words = (instant: string) => show_day(farm_day(instant))

/// "11 May 2026 – 18 May 2026", "since 11 May 2026".
export function span_words(from_at: string | undefined, until_at: string | undefined): string {
  if (!from_at) return ''
  return until_at ? `${day_words(from_at)} – ${day_words(until_at)}` : t('trace.since', { day: day_words(from_at) })
}

export function band_words(band: Band): string {
  if (band.kind === 'contained') {
    const from = [...new Set(band.edges.map(e => e.from_at?.slice(0, 10)))], until = [...new Set(band.edges.map(e => e.until_at?.slice(0, 10)))]
    return from.length === 1 && until.length === 1 && from[0] ? (until[0] ? show_span(band.edges[0].from_at!, band.edges[0].until_at!) : t('trace.since', { day: show_short_day(band.edges[0].from_at!) })) : ''
  }
  return quantity_words(band.quantity, band.uom)
}

export const cluster_name = (c: Cluster) => (c.members.length > 1 ? many_words(c.kind, c.members.length) : node_name(c.members[0]))
/// The 15 digits of the tag of a fish, where its key holds them.
export const tag_of = (n: TraceNode) => (n.kind === 'fish' || n.kind === 'parent' ? /F(\d{15})$/.exec(n.id)?.[1] ?? (/^\d{15}$/.test(n.name) ? n.name : undefined) : undefined)
export const node_name = (n: TraceNode) => (n.kind === 'process' ? step_word(n.name) || n.name : tag_of(n) ?? ((n.scheme === 'giai' ? n.name.replace(/^\d{6,12}(?=[A-Z])/, '') : n.name) || n.id))

/// What a lot is of, where its article's name tells: roe, carcass, caviar, feed, salt.
export function substance_of(n: TraceNode): string | undefined {
  const found = n.kind === 'lot' || n.kind === 'feed' ? /\b(roe|carcass|caviar|salt|feed)\b/i.exec(n.article ?? '')?.[1].toLowerCase() : undefined
  return found ? t(`substance.${found}` as Key) : undefined
}

/// What is written above a name: what it is, and what sets it apart.
export function cluster_about(c: Cluster): string {
  if (c.members.length > 1) {
    const grades = [...new Set(c.members.map(m => m.grade ?? ''))]
    return grades.length === 1 && grades[0] ? t('trace.grade', { grade: grades[0] }) : t('trace.many_alike')
  }
  const n = c.members[0]
  const more = [n.grade && t('trace.grade', { grade: n.grade }), n.kind === 'cohort' || n.kind === 'parent' ? n.species : '', n.kind === 'process' && n.first_at ? day_words(n.first_at) : '']
  return [substance_of(n) ?? kind_word(n.kind), ...more].filter(Boolean).join(' · ')
}

const shown_up: TraceKind[] = ['fish', 'cohort', 'parent'], shown_down: TraceKind[] = ['tin', 'case']
function listed(nodes: TraceNode[], kinds: TraceKind[]): string {
  const parts = kinds.flatMap(kind => {
    const of_kind = nodes.filter(n => n.kind === kind)
    return of_kind.length === 0 ? [] : of_kind.length === 1 ? [t('trace.one_named', { kind: kind_word(kind), name: node_name(of_kind[0]) }).replace(/^[A-Z]/, c => c.toLowerCase())] : [many_words(kind, of_kind.length)]
  })
  return parts.join(t('trace.comma'))
}

/// A trace in one sentence.
export function sentence_of(trace: Trace): string {
  const start = trace.nodes.find(n => n.id === trace.start)
  if (!start) return t('trace.nothing_known')
  const named = t('trace.one_named', { kind: kind_word(start.kind), name: node_name(start) })
  const of = (way: 'up' | 'down', kinds: TraceKind[]) => { const all = reach_of(trace, start.id, way); return listed(all, kinds) || listed(all, ['lot']) }   // goods that are blended are lots all the way
  const up = of('up', shown_up), down = of('down', shown_down)
  const gaps = trace.gaps.length ? ` ${t('trace.gaps', { count: trace.gaps.length })}` : ''
  if (up && down) return t('trace.sentence_both', { named, up, down }) + gaps
  if (up) return t('trace.sentence_up', { named, up }) + gaps
  if (down) return t('trace.sentence_down', { named, down }) + gaps
  return t('trace.sentence_alone', { named }) + gaps
}

export const gap_words = (gap: Trace['gaps'][number] | undefined): string | undefined => gap && (gap.code ? word('gap', gap.code, gap.why) : gap.why)
