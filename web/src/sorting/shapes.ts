export interface Named { name_en: string; name_zh: string }
export interface SortingPack extends Named {
  pack: string; carton_mg: number; cartons_per_pallet: number
  classes: (Named & { quality: string; sized: boolean; packed: boolean })[]
  sizes: { size: string; from_um: number; to_um: number }[]
}
export interface LoadRow {
  load: string; grower: string; pack: string; gross_mg: number; tare_mg: number; net_mg: number; orchard?: string; variety?: string; note?: string; received_at: string; fact: string; hold?: string
  state: 'waiting' | 'running' | 'sorted'; begun_at?: string; ended_at?: string; line?: string; sorted_mg: number; packed_mg: number
}
export interface OutTurnRow { quality: string; size: string; pieces: number; weight_mg: number; cartons: number; packed_mg: number }
export interface PalletRow {
  pallet: string; sscc?: string; pack: string; quality: string; size: string; cartons: number; takes?: number; net_mg: number; closed_at?: string; sent_at?: string; shipment?: string; party?: string
  parts: { load: string; grower: string; cartons: number; net_mg: number }[]
}
export interface SortingDay extends SortingPack {
  day: string; packs: (Named & { pack: string })[]
  received_mg: number; waiting: number; waiting_mg: number; running: number; through: number; sorted_mg: number; pieces: number; cartons: number; to_do_mg: number
  pace: { hours: number; kg_per_hour?: number; hours_to_go?: number; mean_g?: number; can_kg_per_hour?: number }
  loads: LoadRow[]; out_turn: OutTurnRow[]; pallets: PalletRow[]
}
export interface ToldFact { fact: string; at: string; by: string; kind: string; body: Record<string, unknown>; says: string }
export interface LoadStory extends LoadRow { of_pack: SortingPack; out_turn: OutTurnRow[]; pallets: PalletRow[]; facts: ToldFact[] }
export interface PalletStory extends PalletRow { of_pack?: SortingPack; facts: ToldFact[] }
export interface GrowerRow {
  grower: string; loads: string[]; first_on: string; last_on: string; received_mg: number; sorted_mg: number; lost_mg: number; cartons: number; pallets: number; money: string
  lines: { quality: string; size: string; pieces: number; weight_mg: number; cartons: number; price: string; money: string }[]
}
export interface Growers extends SortingPack { from: string; to: string; growers: GrowerRow[]; unsorted: string[] }
