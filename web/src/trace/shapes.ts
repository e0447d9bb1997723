// What the server answers about traces.
export type TraceKind = 'fish' | 'cohort' | 'lot' | 'tin' | 'case' | 'feed' | 'parent' | 'process' | 'thing'
export type Direction = 'up' | 'down' | 'both' | 'recall'

export interface TraceNode {
  id: string; name: string; kind: TraceKind; scheme: string; level: number; species?: string; grade?: string; label?: string
  place?: string; place_name?: string; article?: string; first_at?: string; last_at?: string; known: boolean; container: boolean
}
export interface TraceEdge {
  from: string; to: string; kind: 'transformed' | 'contained' | 'associated' | 'parent' | 'fed'; quantity?: number; uom?: string
  from_at?: string; until_at?: string; events: number[]
}
export interface TraceEvent {
  no: number; event_id: string; type: string; biz_step: string; disposition: string; event_at: string; place?: string; ours: boolean
}
export interface Balance { process: string; in_kg?: number; out_kg?: number; difference_kg?: number; in_heads?: number; out_heads?: number; verdict: 'balanced' | 'more_out_than_in' | 'loss' | 'unknown'; events: number[] }
export interface Trace {
  start: string; direction: Direction; nodes: TraceNode[]; edges: TraceEdge[]; events: TraceEvent[]; balances: Balance[]
  gaps: { id: string; why: string; code?: string }[]; truncated: boolean; ms: number
}

export interface RecallItem {
  id: string; name: string; kind: TraceKind; label?: string; grade?: string; quantity?: number; uom?: string; where: 'in_house' | 'shipped' | 'received' | 'used_up' | 'ended' | 'unknown'
  place?: string; place_name?: string; holder?: string; container?: string; last_at?: string
}
export interface RecallShipment {
  event: number; shipped_at: string; received_at?: string; things: string[]; from_party?: string; from_place?: string; to_party?: string; to_place?: string; papers: { type: string; id: string }[]
}
export interface RecallContact { party: string; name?: string; address?: string; country?: string; phone?: string; email?: string; contact?: string }
export interface RecallAnswer { start: string; items: RecallItem[]; shipments: RecallShipment[]; contacts: RecallContact[]; unaccounted: { id: string; code: string; why: string }[]; truncated: boolean }
