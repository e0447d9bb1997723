// One line of a lot's story.
import type { LotFact, Step } from './shapes'
import { grams } from './state'
import { named, p } from './words'

const g = (mg: unknown) => `${grams(Number(mg))} g`
export function says_of(f: LotFact, steps: Step[]): string {
  const b = f.body
  const where = b.station ? ` · ${String(b.station)}` : ''
  const who = b.operator ? ` · ${String(b.operator)}` : ''
  const step = (code: unknown) => { const s = steps.find(x => x.step === code || x.told_by === code); return s ? named(s) : String(code) }
  switch (f.kind) {
    case 'harvest_order': return `${String(b.order)}${b.line ? ` · ${String(b.line)}` : ''}`
    case 'step': return `${step(b.step)}${b.weight_mg ? ` · ${g(b.weight_mg)}` : ''}${where}${who}`
    case 'rubbing': return `${step('rubbing')}${where}`
    case 'roe': return `${p('w_ovary')} ${g(b.ovary_mg)} · ${p('w_roe')} ${g(b.roe_mg)}${b.waste_mg ? ` · ${p('w_waste')} ${g(b.waste_mg)}` : ''}${where}`
    case 'salt': return `${p('w_salt')} ${g(b.salt_mg)}${b.salt_lot ? ` · ${String(b.salt_lot)}` : ''}${b.drained_mg ? ` · ${p('w_drained')} ${g(b.drained_mg)}` : ''}${b.grade ? ` · ${String(b.grade)}` : ''}${where}`
    case 'tin': return `${String(b.tin)} · ${g(b.net_mg)}${where}`
    case 'case': return String(b.container)
    case 'repack': return `${String(b.tin)} → ${Array.isArray(b.tins) ? b.tins.length : 0} × ${g(b.net_mg)}`
    default: return Object.values(b).filter(v => typeof v !== 'object').map(String).join(' · ')
  }
}
