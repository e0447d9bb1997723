// Answers of the server about breeding.
export type ValuePair = [number, number, number?]        // breeding value, reliability; of an ordinal trait the chance of what is wished for
export interface TraitFit {
  trait: string; model: string; status: 'good' | 'no_genetic_variance' | 'too_few' | 'failed'; why: string; records: number; animals: number; mean: number
  genetic_variance: number; heritability: number; heritability_error: number; heritability_low: number; heritability_high: number; unit: string; better: number
  kind?: 'measure' | 'ordinal'; together?: string[]; alone_why?: string; variances?: string[]; rest_variance?: number; good_above?: number; good_from?: number; chance?: number
}
export interface TraitPair { trait: string; other: string; genetic: number; error: number; animals: number }
export interface GenotypeUse { file: string; animals: number; left_out: number; variants: number; same_in_all: number; share_not_called: number; why_not?: string }
export interface EvaluationTold {
  species: string; version: string; pedigree_sha256: string; records_sha256: string; values_sha256: string; summary_sha256: string; animals: number; records: number; traits?: string[]
  fact: string; at: string; by: string
}
export interface BreedingSpecies { species: string; animals: number; alive: number; with_parents: number; studbook: number; evaluation?: EvaluationTold }
export interface BreedingJob { job: string; state: string; progress: number; said: string; person: string }
export interface AnimalRow {
  animal: string; species: string; sex: string; born?: number; alive: boolean; tagged: boolean; family?: string; sire?: string; dam?: string; cohort?: string; pool?: string; site?: string
  stage?: string; stage_at?: string; not_ready?: string; values?: Record<string, ValuePair>; f?: number
}
export interface Candidates {
  species: string; sire_species: string; dam_species: string; season: string; job?: BreedingJob; evaluation?: EvaluationTold; fits?: TraitFit[]; pairs?: TraitPair[]; genotypes?: GenotypeUse; rows: AnimalRow[]
  females: number; males: number; not_ready: Record<string, number>
}
export interface CrossTold {
  dam: string; sire: string; generations: number; to_be_made: boolean; dam_chromosomes: string; sire_chromosomes: string; offspring?: string; evaluated?: boolean; fractions: Record<string, number>
  heterosis: number; recombination: number; sets: number; fertile: boolean; females: number; fish_value: number; lot_value: number
  traits: { trait: string; mean: number; by_heterosis: number; by_selection: number }[]
}
export interface Crosses { looked_at: number; as_wished: number; too_few_females: number; left_out?: string[]; crosses: CrossTold[] }
export interface CrossKnown {
  species: { species: string; dams: number; sires: number; ww: number; neo_males: number; sets: number }[]
  means: { trait: string; species: string; mean: number; records: number }[]; heterosis: { trait: string; one: string; other: string; amount: number }[]
}
export interface TradePoint { coancestry: number; gain: number; parents: number }
export interface PlannedPair {
  dam: string; sire: string; dam_pool: string; dam_site: string; dam_stage: string; sire_pool: string; sire_site: string; f: number; index: number; dam_place: number; sire_place: number
  sire_matings: number; less_related: number; f_mean: number; same_site: boolean; ebv: Record<string, number>
}
export interface Plan {
  species: string; weights: string; season: string; traits: string[]; females: number; males: number; gain: number; gain_at_no_cap: number; coancestry: number; max_coancestry: number
  mean_f: number; mean_f_at_random: number; offspring: number[]; candidates: number[]; chances?: Record<string, number>; cross?: CrossTold; pairs: PlannedPair[]
}
export interface PlanRow {
  plan: string; species: string; evaluation: string; pairs: string[]; mean_f: number; at: string; by: string
  signature?: { by: string; at: string; note?: string; fact: string }; stripped: { dam: string; spawning: string; at: string }[]
}
export interface PlanCard extends PlanRow { detail: Plan }
export interface NextCycle { stripped_at: string; spawning: string; due_on: string; overdue: boolean; condition?: string; checked_at?: string; check_due: boolean }
export interface Tree { animal: string; species: string; sex: string; born?: number; alive: boolean; tagged: boolean; sire?: Tree; dam?: Tree }
export interface Spawning {
  spawning: string; dam: string; sires?: string[]; roe_mg?: number; eggs?: number; method?: string; plan?: string; note?: string; at: string; by?: string; fact: string; species?: string
  larvae: number; fish: number
  families: { family: string; sire: string; eggs?: number; cohort?: string; hatched_on?: string; larvae?: number; fertilised?: number; deformed?: number; fish: number }[]
}
export interface AnimalCard extends AnimalRow {
  origin?: string; tree: Tree; evaluations: { species: string; f: number; values: Record<string, ValuePair>; fits: TraitFit[] }[]; next_cycle?: NextCycle
  spawnings: { spawning: string; dam: string; sires?: string[]; eggs?: number; at: string; fact: string }[]
  recoveries: { condition: string; wound_closed?: boolean; eating?: boolean; note?: string; at: string; by: string; fact: string }[]
  samples: { sample: string; tissue?: string; laboratory?: string; result_sha256?: string; at: string; fact: string }[]
  offspring: { family?: string; mate: string; species: string; born?: number; fish: number; alive: number; females: number }[]
}
export interface TrendClass {
  born: number; animals: number; sires: number; dams: number; mean_f: number; coancestry: number; status_number: number; parent_age?: number
  ebv: Record<string, [number, number]>; measured: Record<string, [number, number, number]>
}
export interface BreedingTrend {
  species: string; evaluation: EvaluationTold; fits: TraitFit[]; classes: TrendClass[]; gain_a_year: Record<string, [number, number]>
  generation_years?: number; coancestry_a_year?: number; coancestry_a_year_error?: number; effective_size?: number
}
export interface Spawnings { spawnings: Spawning[]; females: (AnimalRow & { next_cycle: NextCycle })[] }
export interface Variety {
  variety: string; name: string; species: string; status: string; sires?: string; dams?: string; approval?: string; goals?: string; at: string; by: string; fact: string
  trials: { place: string; year: number; trait: string; value: number; control: number; error?: number; fish?: number; control_fish?: number; fact: string }[]
}
export interface Certificate { certificate: string; animals: string[]; buyer: string; country: string; purpose?: string; at: string; by: string; fact: string }
