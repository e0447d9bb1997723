// What the server answers about traces.
export type TraceKind = 'fish' | 'cohort' | 'lot' | 'tin' | 'case' | 'feed' | 'parent' | 'process' | 'thing'
export type Direction = 'up' | 'down' | 'both' | 'recall'

export interface TraceNode {
  id: string; name: string; kind: TraceKind; scheme: string; level: number; species?: string; grade?: string; label?: string
  place?: string; first_at?: string; last_at?: string; known: boolean; container: boolean
}
export interface TraceEdge {
  from: string; to: string; kind: 'transformed' | 'contained' | 'associated' | 'parent' | 'fed'; quantity?: number; uom?: string
  from_at?: string; until_at?: string; events: number[]
}
export interface TraceEvent {
  no: number; event_id: string; type: string; biz_step: string; disposition: string; event_at: string; place: string; ours: boolean
}
export interface Balance { process: string; in_kg: number; out_kg: number; difference_kg: number; verdict: string; events: number[] }
export interface Trace {
  start: string; direction: Direction; nodes: TraceNode[]; edges: TraceEdge[]; events: TraceEvent[]; balances: Balance[]
  gaps: { id: string; why: string }[]; truncated: boolean; ms: number
}
