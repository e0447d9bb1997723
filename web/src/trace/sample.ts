// A small chain by hand, for tests: two parents, a cohort, two fish, their roe and caviar, tins, cases, a pallet; a partner's jars of which a step is missing.
import type { Trace, TraceEdge, TraceKind, TraceNode } from './shapes'

const site = (place: string) => `https://id.gs1.org/414/9521234000013/254/${place}`

export function sample(): Trace {
  const nodes: TraceNode[] = [], edges: TraceEdge[] = []
  const levels: Record<string, number> = { parent: -6, feed: -3, cohort: -5, fish: -4, lot: -2, tin: 0, case: 1, thing: 2, process: -3 }
  const node = (id: string, kind: TraceKind, name: string, more: Partial<TraceNode> = {}) => {
    nodes.push({ id, kind, name, scheme: 'GS1', level: levels[kind], known: true, container: kind === 'case', first_at: '2026-03-14T00:05:15Z', last_at: '2026-05-18T07:40:00Z', ...more })
    return id
  }
  const edge = (from: string, to: string, kind: TraceEdge['kind'], more: Partial<TraceEdge> = {}) => { edges.push({ from, to, kind, events: [edges.length + 1], ...more }) }
  const lot = (gtin: string, code: string) => `https://id.gs1.org/01/${gtin}/10/${code}`
  const cohort = node(lot('09521234100010', 'DAUxSCH-2017-H03'), 'cohort', 'DAUxSCH-2017-H03', { species: 'DAUxSCH', place: site('NUR-3') })
  for (const parent of ['9521234FS0041', '9521234FD0107']) edge(node(`https://id.gs1.org/8004/${parent}`, 'parent', parent), cohort, 'parent')
  const feed = node(lot('09521234100089', 'FD-2601-77'), 'feed', 'FD-2601-77')
  const salt = node(lot('09521234100096', 'SL-2512-04'), 'lot', 'SL-2512-04')
  const pallet = node('https://id.gs1.org/00/395212340000003909', 'case', '395212340000003909', { known: true })
  for (const [fish, roe_kg, salt_kg, caviar_kg, tins, gtin] of [['00017421', 4.62, 0.162, 4.71, 12, '09521234100065'], ['00017455', 3.98, 0.139, 4.05, 6, '09521234100072']] as const) {
    const id = node(`https://id.gs1.org/8004/9521234F${fish}`, 'fish', `9001130000${fish}`.slice(0, 15), { species: 'DAUxSCH', place: site('P-0244') })
    edge(cohort, id, 'transformed', { quantity: 1, uom: 'C62' })
    edge(feed, id, 'fed', { quantity: 240, uom: 'KGM' })
    const roe = node(lot('09521234100034', `20260314-${fish}`), 'lot', `20260314-${fish}`)
    const carcass = node(lot('09521234100041', `20260314-${fish}`), 'lot', `20260314-${fish}`)
    edge(id, roe, 'transformed', { quantity: roe_kg, uom: 'KGM' })
    edge(id, carcass, 'transformed', { quantity: 25.9, uom: 'KGM' })
    const caviar = node(lot('09521234100058', `20260314-${fish}`), 'lot', `20260314-${fish}`, { grade: 'A+', label: `DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-${fish}` })
    edge(roe, caviar, 'transformed', { quantity: roe_kg, uom: 'KGM' })
    edge(salt, caviar, 'transformed', { quantity: salt_kg, uom: 'KGM' })
    const box = node(`https://id.gs1.org/00/3952123400000030${fish.slice(-2)}`, 'case', `3952123400000030${fish.slice(-2)}`)
    edge(box, pallet, 'contained', { from_at: '2026-05-15T02:00:00Z', until_at: '2026-05-18T07:40:00Z' })
    for (let i = 1; i <= tins; i++) {
      const serial = `${fish}${String(i).padStart(3, '0')}`
      const tin = node(`https://id.gs1.org/01/${gtin}/21/${serial}`, 'tin', serial, { grade: 'A+' })
      edge(caviar, tin, 'transformed', { quantity: caviar_kg / tins, uom: 'KGM', events: [100 + i] })
      edge(tin, box, 'contained', { from_at: '2026-05-11T02:00:00Z' })
    }
  }
  const first = nodes.find(n => n.kind === 'tin')!
  for (let i = 1; i <= 3; i++) edge(first.id, node(`https://id.gs1.org/01/09521234200017/21/J000174210${i}`, 'tin', `J000174210${i}`, { known: i < 3 }), 'transformed')
  return { start: first.id, direction: 'both', nodes, edges, events: [], balances: [{ process: lot('09521234100058', '20260314-00017421'), in_kg: 4.782, out_kg: 4.71, difference_kg: -0.072, verdict: 'balanced', events: [3] }], gaps: [{ id: nodes.at(-1)!.id, why: 'nobody told who received it' }], truncated: false, ms: 0.4 }
}
