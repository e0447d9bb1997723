// Answers of traces put together and taken apart.
import type { Trace, TraceEdge, TraceNode } from './shapes'

/// Several answers as one: what was asked first stays the start.
export function together(first: Trace, more: Trace[]): Trace {
  if (!more.length) return first
  const nodes = new Map(first.nodes.map(n => [n.id, n]))
  const key = (e: TraceEdge) => `${e.from} ${e.kind} ${e.to} ${e.events.join()} ${e.from_at ?? ''}`
  const edges = new Map(first.edges.map(e => [key(e), e]))
  const events = new Map(first.events.map(e => [e.no, e]))
  const balances = new Map(first.balances.map(b => [b.process, b]))
  const gaps = new Map(first.gaps.map(g => [g.id + g.why, g]))
  for (const x of more) {
    for (const n of x.nodes) if (!nodes.has(n.id) || (n.known && !nodes.get(n.id)!.known)) nodes.set(n.id, n)
    for (const e of x.edges) if (!edges.has(key(e))) edges.set(key(e), e)
    for (const e of x.events) events.set(e.no, e)
    for (const b of x.balances) balances.set(b.process, b)
    for (const g of x.gaps) gaps.set(g.id + g.why, g)
  }
  return { ...first, nodes: [...nodes.values()], edges: [...edges.values()], events: [...events.values()], balances: [...balances.values()], gaps: [...gaps.values()], truncated: first.truncated || more.some(x => x.truncated) }
}

/// What lies one step from a thing: its neighbours, and where these are processes, theirs too.
export function one_step(answer: Trace, id: string, way: 'up' | 'down'): Trace {
  const [near, far] = way === 'up' ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const kind = new Map(answer.nodes.map(n => [n.id, n.kind]))
  const kept = new Set([id])
  const edges: TraceEdge[] = []
  const walk = [id]
  while (walk.length) {
    const at = walk.pop()!
    for (const e of answer.edges) {
      if (e[near] !== at) continue
      edges.push(e)
      if (kept.has(e[far])) continue
      kept.add(e[far])
      if (kind.get(e[far]) === 'process') walk.push(e[far])
    }
  }
  const numbers = new Set(edges.flatMap(e => e.events))
  return {
    ...answer, edges, nodes: answer.nodes.filter(n => kept.has(n.id)), events: answer.events.filter(e => numbers.has(e.no)),
    balances: answer.balances.filter(b => kept.has(b.process)), gaps: answer.gaps.filter(g => kept.has(g.id)), truncated: false,
  }
}

/// All things before (`up`) or after a thing.
export function reach_of(trace: Trace, id: string, way: 'up' | 'down'): TraceNode[] {
  const next = new Map<string, string[]>()
  for (const e of trace.edges) {
    const [a, b] = way === 'up' ? [e.to, e.from] : [e.from, e.to]
    next.set(a, [...(next.get(a) ?? []), b])
  }
  const seen = new Set([id]), walk = [id]
  while (walk.length) for (const to of next.get(walk.pop()!) ?? []) if (!seen.has(to)) { seen.add(to); walk.push(to) }
  seen.delete(id)
  return trace.nodes.filter(n => seen.has(n.id))
}

/// Of each thing what is not told of it, and on which side that lies.
export function gap_of(trace: Trace, ids: string[]): { gap: Trace['gaps'][number]; side: 'left' | 'right' } | undefined {
  const gap = trace.gaps.find(g => ids.includes(g.id))
  return gap && { gap, side: gap.code === 'origin_not_told' || gap.code === 'inputs_not_told' ? 'left' : 'right' }
}

/// What is only fixed to something (a tag to its fish) is no step of the chain: it is told with what carries it.
export function without_attached(trace: Trace): Trace {
  const linked = new Set(trace.edges.filter(e => e.kind !== 'associated').flatMap(e => [e.from, e.to]))
  const attached = new Set(trace.edges.filter(e => e.kind === 'associated' && !linked.has(e.from) && e.from !== trace.start).map(e => e.from))
  return attached.size ? { ...trace, nodes: trace.nodes.filter(n => !attached.has(n.id)), edges: trace.edges.filter(e => !attached.has(e.from)) } : trace
}
