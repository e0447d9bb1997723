// What a person can do at a pool, as presets of fact kinds.
import type { Body } from './api'
import type { Key } from './i18n'
import type { IconName } from './ui/icons'

export interface Act { key: Key; kind: string; icon: IconName; preset: (pool: string) => Body; hide?: string[]; first?: string[] }

export const pool_acts: Act[] = [
  { key: 'act.round', kind: 'round', icon: 'eye', preset: pool => ({ pool }), hide: ['pool'], first: ['deaths', 'cohort', 'cause', 'feed_mg', 'temperature_mc', 'oxygen_ug_l', 'note'] },
  { key: 'act.feed', kind: 'feed', icon: 'feed', preset: pool => ({ pool }), hide: ['pool'], first: ['feed_mg', 'feed'] },
  { key: 'act.death', kind: 'death', icon: 'death', preset: pool => ({ pool }), hide: ['pool'], first: ['cohort', 'heads', 'cause', 'fish', 'note'] },
  { key: 'act.water', kind: 'water', icon: 'water', preset: pool => ({ pool }), hide: ['pool', 'site'], first: ['temperature_mc', 'oxygen_ug_l', 'ph_milli', 'ammonia_ug_l'] },
  { key: 'act.move', kind: 'move', icon: 'right', preset: pool => ({ from: pool, reason: 'transfer' }), hide: ['from', 'reason', 'mean_mg'], first: ['to', 'cohort', 'heads', 'fish'] },
  { key: 'act.split', kind: 'move', icon: 'difference', preset: pool => ({ from: pool, reason: 'split' }), hide: ['from', 'reason', 'mean_mg'], first: ['to', 'cohort', 'heads', 'fish'] },
  { key: 'act.grade_out', kind: 'move', icon: 'stock', preset: pool => ({ from: pool, reason: 'grade_out' }), hide: ['from', 'reason', 'fish'], first: ['to', 'cohort', 'heads', 'mean_mg'] },
  { key: 'act.weigh', kind: 'weigh', icon: 'growth', preset: pool => ({ pool }), hide: ['pool'], first: ['cohort', 'heads', 'total_mg'] },
  { key: 'act.count', kind: 'count', icon: 'survey', preset: pool => ({ pool, method: 'hand' }), hide: ['pool'], first: ['heads', 'method', 'low', 'high'] },
  { key: 'act.treat', kind: 'treat', icon: 'plus', preset: pool => ({ pool }), hide: ['pool', 'fish'], first: ['product', 'withdrawal_days', 'dose', 'reason'] },
  { key: 'act.tag', kind: 'tag', icon: 'scan', preset: pool => ({ pool }), hide: ['pool'], first: ['cohort', 'fish', 'weight_mg', 'length_mm', 'sex'] },
  { key: 'act.measure', kind: 'measure', icon: 'edit', preset: () => ({}), first: ['fish', 'weight_mg', 'length_mm', 'sex', 'stage', 'health', 'note'] },
  { key: 'act.harvest', kind: 'harvest', icon: 'export', preset: pool => ({ pool, purpose: 'roe' }), hide: ['pool'], first: ['cohort', 'heads', 'fish', 'total_mg', 'purpose'] },
  { key: 'act.stock', kind: 'stock', icon: 'import', preset: pool => ({ pool, method: 'counted' }), hide: ['pool'], first: ['cohort', 'heads', 'mean_mg', 'method', 'source'] },
  { key: 'act.escape', kind: 'escape', icon: 'out', preset: pool => ({ pool }), hide: ['pool'], first: ['cohort', 'heads', 'fish', 'note'] },
]
