import { expect, it } from 'vitest'
import { balances_at, class_of, crossings, fold, graph_of, layers_of, line_of, picture_of, spread, way_of, worst_balance } from './graph'
import { sample } from './sample'
import type { Balance, TraceEdge, TraceNode } from './shapes'

const chain = sample()
const sizes = { width: () => 160, height: () => 50, between: 100, apart: 16 }
const node = (id: string, kind: TraceNode['kind'] = 'lot'): TraceNode => ({ id, kind, name: id, scheme: '', level: 0, known: true, container: false })
const edge = (from: string, to: string, more: Partial<TraceEdge> = {}): TraceEdge => ({ from, to, kind: 'transformed', events: [1], ...more })

it('the trade item of a thing is found in either spelling', () => {
  expect(class_of('https://id.gs1.org/01/09521234100065/21/00017421001')).toBe('09521234100065')
  expect(class_of('urn:epc:id:sgtin:9521234.010006.00017421001')).toBe('9521234.010006')
  expect(class_of('https://id.gs1.org/00/395212340000003909')).toBe('')
})

it('alike tins are one, the traced one and those that went elsewhere are not', () => {
  const { clusters } = graph_of(chain.nodes, chain.edges, new Set([chain.start]))
  const tins = clusters.filter(c => c.kind === 'tin').map(c => c.members.length).sort((a, b) => a - b)
  expect(tins).toEqual([1, 1, 1, 1, 6, 11])       // the traced tin, its three jars, six tins of one lot, eleven of the other
  expect(clusters.filter(c => c.kind === 'fish').every(c => c.members.length === 1)).toBe(true)
})

it('a thing taken out of many takes its own way with it', () => {
  const nodes = [node('cohort', 'cohort')], edges: TraceEdge[] = []
  for (let i = 0; i < 50; i++) {
    nodes.push(node(`fish${i}`, 'fish'), node(`roe${i}`))
    edges.push(edge('cohort', `fish${i}`), edge(`fish${i}`, `roe${i}`))
  }
  expect(graph_of(nodes, edges, new Set()).clusters.map(c => c.members.length)).toEqual([1, 50, 50])
  expect(graph_of(nodes, edges, new Set(['fish7'])).clusters.map(c => c.members.length).sort((a, b) => a - b)).toEqual([1, 1, 1, 49, 49])
})

it('few are never folded, and every member is in one group', () => {
  for (const least of [2, 4, 20]) {
    const of = fold(chain.nodes, chain.edges, new Set(), least)
    const sizes_ = new Map<string, number>()
    for (const g of of.values()) sizes_.set(g, (sizes_.get(g) ?? 0) + 1)
    expect(of.size).toBe(chain.nodes.length)
    expect([...sizes_.values()].filter(n => n > 1 && n < least)).toEqual([])
  }
})

it('quantities of a band are summed where they have one unit', () => {
  const { bands } = graph_of(chain.nodes, chain.edges, new Set([chain.start]))
  const to_six = bands.find(b => b.to.startsWith('many:') && b.kind === 'transformed' && b.edges.length === 6)!
  expect(to_six.quantity).toBeCloseTo(4.05)
  expect(to_six.uom).toBe('KGM')
  const mixed = graph_of(['a', 'b', 'c', 'd', 'e'].map(id => node(id)), ['b', 'c', 'd', 'e'].map((to, i) => edge('a', to, { quantity: 2, uom: i ? 'KGM' : 'GRM' })), new Set())
  expect(mixed.bands[0].quantity).toBeUndefined()
})

it('a balance stands where its lines part or meet', () => {
  const nodes = ['roe', 'salt', 'caviar', 'tin1', 'tin2'].map(id => node(id))
  const edges = [edge('roe', 'caviar', { events: [1] }), edge('salt', 'caviar', { events: [1] }), edge('caviar', 'tin1', { events: [2] }), edge('caviar', 'tin2', { events: [2] })]
  const balance = (process: string, events: number[], verdict: Balance['verdict']): Balance => ({ process, events, verdict })
  const at = balances_at(graph_of(nodes, edges, new Set()), [balance('salting', [1], 'balanced'), balance('tinning', [2], 'loss'), balance('elsewhere', [9], 'loss')])
  expect(at.map(a => [a.cluster, a.side, worst_balance(a.balances).verdict])).toEqual([['caviar', 'left', 'balanced'], ['caviar', 'right', 'loss']])
  expect(worst_balance([balance('a', [], 'balanced'), balance('b', [], 'more_out_than_in'), balance('c', [], 'unknown')]).verdict).toBe('more_out_than_in')
})

it('where a kind is hidden a bridge joins what it joined', () => {
  const { clusters, bands } = graph_of([node('a'), node('p', 'process'), node('b')], [edge('a', 'p'), edge('p', 'b')], new Set(), new Set(['process']))
  expect(clusters.map(c => c.id)).toEqual(['a', 'b'])
  expect(bands.map(b => [b.from, b.to, b.bridged])).toEqual([['a', 'b', true]])
})

it('every band leads to the right, also where a circle was told', () => {
  const { clusters, bands } = graph_of(chain.nodes, chain.edges, new Set())
  const layer = layers_of(clusters.map(c => c.id), bands)
  expect(bands.filter(b => layer.get(b.to)! <= layer.get(b.from)!)).toEqual([])
  expect(layer.get('https://id.gs1.org/01/09521234100096/10/SL-2512-04')).toBe(layer.get('https://id.gs1.org/01/09521234100034/10/20260314-00017421'))   // salt stands before the salting, not at the far left
  expect([...layers_of(['a', 'b', 'c'], [{ from: 'a', to: 'b' }, { from: 'b', to: 'c' }, { from: 'c', to: 'b' }]).values()]).toEqual([0, 1, 2])
})

it('no box lies on another and the picture begins at nought', () => {
  for (const apart of [new Set<string>(), new Set(chain.nodes.map(n => n.id))]) {
    const { boxes, layers } = picture_of(graph_of(chain.nodes, chain.edges, apart), sizes)
    for (const layer of layers) for (let i = 1; i < layer.length; i++) expect(layer[i].y).toBeGreaterThanOrEqual(layer[i - 1].y + layer[i - 1].height + 15)
    expect(Math.min(...[...boxes.values()].map(b => b.x))).toBe(0)
    expect(Math.min(...[...boxes.values()].map(b => b.y))).toBeGreaterThanOrEqual(-0.001)
  }
})

it('lines that need not cross do not', () => {
  const nodes = ['a', 'b', 'x', 'y', 'z'].map(id => node(id))
  const { layers, paths } = picture_of(graph_of(nodes, [edge('a', 'z'), edge('b', 'x'), edge('a', 'y')], new Set(), new Set(), 9), sizes)
  const place = new Map(layers.flatMap(l => l.map((b, i): [string, number] => [b.id, i])))
  expect(crossings(layers.map(l => l.map(b => ({ id: b.id, after: paths.filter(p => p.band.from === b.id).map(p => p.band.to) }))), place)).toBe(0)
})

it('wishes are kept apart with the least push', () => {
  expect(spread([0, 0, 0], [1, 1, 1], [0, 10, 10])).toEqual([-10, 0, 10])
  expect(spread([0, 100], [1, 1], [0, 10])).toEqual([0, 100])
  expect(spread([5], [1], [0])).toEqual([5])
})

it('the way of a thing is all before and all after, nothing beside it', () => {
  const graph = graph_of([node('a'), node('b'), node('c'), node('d')], [edge('a', 'b'), edge('b', 'c'), edge('a', 'd')], new Set())
  expect([...way_of(graph, 'b')].filter(x => x.length === 1).sort()).toEqual(['a', 'b', 'c'])
})

it('a line is level at both ends', () => {
  expect(line_of([[0, 0], [100, 0]])).toBe('M0 0H100')
  expect(line_of([[0, 0], [100, 50]])).toBe('M0 0C50 0 50 50 100 50')
})

it('nine thousand things are few on the screen, and soon there', () => {
  const nodes = [node('cohort', 'cohort')], edges: TraceEdge[] = []
  for (let f = 0; f < 600; f++) {
    nodes.push(node(`f${f}`, 'fish'), node(`r${f}`), node(`c${f}`))
    edges.push(edge('cohort', `f${f}`), edge(`f${f}`, `r${f}`), edge(`r${f}`, `c${f}`))
    for (let i = 0; i < 12; i++) { nodes.push(node(`t${f}.${i}`, 'tin')); edges.push(edge(`c${f}`, `t${f}.${i}`)) }
  }
  const start = performance.now()
  const graph = graph_of(nodes, edges, new Set(['t3.4']))
  picture_of(graph, sizes)
  expect(graph.clusters.length).toBeLessThan(20)
  expect(performance.now() - start).toBeLessThan(8000)
})
