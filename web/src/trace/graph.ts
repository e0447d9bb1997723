// From the answer of a trace to a picture: many alike become one, columns from left to right, few crossings, short bends.
import type { Balance, TraceEdge, TraceKind, TraceNode } from './shapes'

/// One thing, or several alike that are drawn as one.
export interface Cluster { id: string; kind: TraceKind; members: TraceNode[] }
/// What goes from one cluster to another: all edges of one kind between their members.
export interface Band {
  id: string; from: string; to: string; kind: TraceEdge['kind']; edges: TraceEdge[]; quantity?: number; uom?: string; bridged: boolean
}
export interface Graph { clusters: Cluster[]; bands: Band[]; of: Map<string, string> }

/// Things of one trade item are alike: "01/09521234100065", else the company's key as far as letters go.
export function class_of(id: string): string {
  const digital_link = /\/01\/(\d{8,14})/.exec(id)
  if (digital_link) return digital_link[1]
  const urn = /^urn:epc:(?:id|class):(sgtin|lgtin):([^.]+\.[^.]+)/.exec(id)
  return urn ? urn[2] : ''
}

/// The coarsest grouping in which members of a group have the same kind and neighbours in the same groups; groups of fewer than
/// `least`, and those `apart`, are taken to single things, and the rest is grouped anew around them.
export function fold(nodes: TraceNode[], edges: TraceEdge[], apart: ReadonlySet<string>, least = 4): Map<string, string> {
  const before = new Map<string, string[]>(), after = new Map<string, string[]>()
  for (const n of nodes) { before.set(n.id, []); after.set(n.id, []) }
  for (const e of edges) {
    after.get(e.from)?.push(`${e.kind}>${e.to}`)
    before.get(e.to)?.push(`${e.kind}<${e.from}`)
  }
  let group = new Map(nodes.map(n => [n.id, apart.has(n.id) ? n.id : `${n.kind} ${class_of(n.id)} ${n.known} ${n.container}`]))
  const groups_of = (ends: string[]) => [...new Set(ends.map(x => { const cut = x.search(/[<>]/) + 1; return x.slice(0, cut) + (group.get(x.slice(cut)) ?? '') }))].sort().join(';')
  const count = (g: Map<string, string>) => new Set(g.values()).size
  for (let groups = count(group); ;) {
    const keys = new Map(nodes.map(n => [n.id, `${group.get(n.id)}|${groups_of(before.get(n.id)!)}|${groups_of(after.get(n.id)!)}`]))
    const short = new Map<string, string>()
    const finer = new Map(nodes.map(n => { const k = keys.get(n.id)!; if (!short.has(k)) short.set(k, n.id); return [n.id, short.get(k)!] }))
    const now = count(finer)
    if (now === groups) {
      const sizes = new Map<string, number>()
      for (const g of finer.values()) sizes.set(g, (sizes.get(g) ?? 0) + 1)
      const split = new Map([...finer].map(([id, g]) => [id, sizes.get(g)! < least ? id : g]))
      const then = count(split)
      if (then === now) return split
      group = split
      groups = then
    } else {
      group = finer
      groups = now
    }
  }
}

/// What is drawn of a trace: without the kinds that are hidden (what they joined is joined by a bridge), alike things as one.
export function graph_of(nodes: TraceNode[], edges: TraceEdge[], apart: ReadonlySet<string>, hidden: ReadonlySet<TraceKind> = new Set(), least = 4): Graph {
  const kept = nodes.filter(n => !hidden.has(n.kind))
  const joined = bridge(nodes, edges, hidden)
  const of = fold(kept, joined.map(j => j.edge), apart, least)
  const clusters = new Map<string, Cluster>()
  for (const n of kept) {
    const id = of.get(n.id)!
    const cluster = clusters.get(id)
    if (cluster) cluster.members.push(n)
    else clusters.set(id, { id, kind: n.kind, members: [n] })
  }
  for (const c of clusters.values()) if (c.members.length > 1) for (const m of c.members) of.set(m.id, `many:${c.id}`)
  const all = [...clusters.values()].map(c => (c.members.length > 1 ? { ...c, id: `many:${c.id}` } : c))
  const bands = new Map<string, Band>()
  for (const { edge, bridged } of joined) {
    const from = of.get(edge.from)!, to = of.get(edge.to)!
    const id = `${from} ${edge.kind} ${to}`
    const band = bands.get(id) ?? { id, from, to, kind: edge.kind, edges: [], bridged }
    band.edges.push(edge)
    band.bridged &&= bridged
    bands.set(id, band)
  }
  for (const band of bands.values()) sum_quantities(band)
  return { clusters: all, bands: [...bands.values()], of }
}

/// An edge's quantity is that of its one end which is not shared with others, so the sum counts nothing twice.
function sum_quantities(band: Band) {
  const told = band.edges.filter(e => e.quantity != null)
  if (!told.length || told.some(e => (e.uom ?? '') !== (told[0].uom ?? ''))) return
  band.quantity = told.reduce((sum, e) => sum + e.quantity!, 0)
  band.uom = told[0].uom
}

/// Edges between what is kept; where hidden things lay between, an edge over them.
function bridge(nodes: TraceNode[], edges: TraceEdge[], hidden: ReadonlySet<TraceKind>): { edge: TraceEdge; bridged: boolean }[] {
  const kind = new Map(nodes.map(n => [n.id, n.kind]))
  const gone = (id: string) => { const k = kind.get(id); return k === undefined || hidden.has(k) }
  const after = new Map<string, TraceEdge[]>()
  for (const e of edges) if (kind.has(e.from) && kind.has(e.to)) after.set(e.from, [...(after.get(e.from) ?? []), e])
  const out = new Map<string, { edge: TraceEdge; bridged: boolean }>()
  for (const e of edges) {
    if (gone(e.from) || !kind.has(e.to)) continue
    if (!gone(e.to)) { out.set(`${e.from} ${e.kind} ${e.to} ${e.events.join()}`, { edge: e, bridged: false }); continue }
    const seen = new Set<string>([e.to])
    const walk = [e.to]
    while (walk.length) {
      for (const next of after.get(walk.pop()!) ?? []) {
        if (gone(next.to)) { if (!seen.has(next.to)) { seen.add(next.to); walk.push(next.to) } }
        else {
          const key = `${e.from} bridge ${next.to}`
          if (!out.has(key)) out.set(key, { edge: { from: e.from, to: next.to, kind: 'transformed', events: [...e.events, ...next.events] }, bridged: true })
        }
      }
    }
  }
  return [...out.values()]
}

/// Columns: each thing right of all it came from; what came from nothing stands just left of what it went into.
export function layers_of(ids: string[], bands: { from: string; to: string }[]): Map<string, number> {
  const layer = new Map(ids.map(id => [id, 0]))
  const open = new Map(ids.map(id => [id, 0]))
  const after = new Map<string, string[]>(ids.map(id => [id, []]))
  for (const b of bands) {
    if (b.from === b.to) continue
    open.set(b.to, open.get(b.to)! + 1)
    after.get(b.from)!.push(b.to)
  }
  const begins = ids.filter(id => open.get(id) === 0)
  const waiting = [...begins], done = new Set<string>()
  const unmet = ids.filter(id => open.get(id) !== 0)
  while (done.size < ids.length) {
    const id = waiting.shift() ?? unmet.find(u => !done.has(u))!      // a circle (a container reused): cut where it is met
    if (done.has(id)) continue
    done.add(id)
    for (const to of after.get(id)!) {
      if (done.has(to)) continue
      layer.set(to, Math.max(layer.get(to)!, layer.get(id)! + 1))
      open.set(to, open.get(to)! - 1)
      if (open.get(to) === 0) waiting.push(to)
    }
  }
  for (const id of begins) {
    const next = after.get(id)!.map(to => layer.get(to)!)
    if (next.length) layer.set(id, Math.max(0, Math.min(...next) - 1))
  }
  return layer
}

export interface Box { id: string; layer: number; x: number; y: number; width: number; height: number }
export interface Path { band: Band; points: [number, number][] }
export interface Picture { boxes: Map<string, Box>; paths: Path[]; width: number; height: number; layers: Box[][] }
export interface Sizes { width: (c: Cluster) => number; height: (c: Cluster) => number; between: number; apart: number }

interface Spot { id: string; layer: number; height: number; y: number; before: string[]; after: string[]; cluster?: Cluster }

/// Places of boxes (their left top corner) and the points that each band passes.
export function picture_of(graph: Graph, sizes: Sizes): Picture {
  const layer = layers_of(graph.clusters.map(c => c.id), graph.bands)
  const spots = new Map<string, Spot>()
  for (const c of graph.clusters) spots.set(c.id, { id: c.id, layer: layer.get(c.id)!, height: sizes.height(c), y: 0, before: [], after: [], cluster: c })
  const routes = new Map<string, string[]>()
  const join = (from: string, to: string) => {
    const a = spots.get(from)!, b = spots.get(to)!
    if (!a.after.includes(to)) { a.after.push(to); b.before.push(from) }
  }
  for (const band of graph.bands) {
    const a = layer.get(band.from)!, b = layer.get(band.to)!
    const route = [band.from]
    for (let l = a + 1; l < b; l++) {
      const id = `via ${band.from} ${band.to} ${l}`
      if (!spots.has(id)) spots.set(id, { id, layer: l, height: 10, y: 0, before: [], after: [] })
      route.push(id)
    }
    route.push(band.to)
    routes.set(band.id, route)
    if (b > a) for (let i = 1; i < route.length; i++) join(route[i - 1], route[i])
  }
  const columns: Spot[][] = []
  for (const s of spots.values()) (columns[s.layer] ??= []).push(s)
  for (let i = 0; i < columns.length; i++) columns[i] ??= []
  order(columns)
  straighten(columns, spots, sizes.apart)

  const widths = columns.map(c => Math.max(0, ...c.map(s => (s.cluster ? sizes.width(s.cluster) : 0))))
  const lefts: number[] = []
  widths.forEach((_, i) => { lefts[i] = i ? lefts[i - 1] + widths[i - 1] + sizes.between : 0 })
  const boxes = new Map<string, Box>()
  for (const s of spots.values())
    if (s.cluster) {
      const width = sizes.width(s.cluster)
      boxes.set(s.id, { id: s.id, layer: s.layer, width, height: s.height, x: lefts[s.layer] + (widths[s.layer] - width) / 2, y: s.y - s.height / 2 })
    }
  const paths = graph.bands.map(band => {
    const route = routes.get(band.id)!
    const points: [number, number][] = []
    route.forEach((id, i) => {
      const s = spots.get(id)!, box = boxes.get(id)
      if (!box) points.push([lefts[s.layer], s.y], [lefts[s.layer] + widths[s.layer], s.y])
      else if (i === 0) points.push([box.x + box.width, s.y])
      else points.push([box.x, s.y])
    })
    return { band, points }
  })
  const layers = columns.map(c => c.flatMap(s => boxes.get(s.id) ?? []))
  const last = columns.length - 1
  return { boxes, paths, layers, width: last < 0 ? 0 : lefts[last] + widths[last], height: Math.max(0, ...[...boxes.values()].map(b => b.y + b.height)) }
}

/// Each column in the order of the middle of its neighbours, to and fro; the best round is kept.
function order(columns: Spot[][]) {
  const place = new Map<string, number>()
  const number = (c: Spot[]) => c.forEach((s, i) => place.set(s.id, i))
  columns.forEach(number)
  let best = columns.map(c => [...c]), fewest = crossings(columns, place)
  for (let round = 0; round < 12 && fewest > 0; round++) {
    const down = round % 2 === 0
    for (let k = 0; k < columns.length; k++) {
      const column = columns[down ? k : columns.length - 1 - k]
      const middle = new Map(column.map((s, i) => {
        const near = down ? s.before : s.after
        return [s.id, near.length ? near.reduce((sum, id) => sum + place.get(id)!, 0) / near.length : i]
      }))
      column.sort((a, b) => middle.get(a.id)! - middle.get(b.id)!)
      number(column)
    }
    const now = crossings(columns, place)
    if (now < fewest) { fewest = now; best = columns.map(c => [...c]) }
  }
  best.forEach((c, i) => { columns[i] = c })
}

export function crossings(columns: { id: string; after: string[] }[][], place: Map<string, number>): number {
  let all = 0
  for (const column of columns) {
    const ends = column.flatMap(s => s.after.map(id => place.get(id)!).sort((a, b) => a - b))
    if (ends.length > 2000) return Infinity
    for (let i = 0; i < ends.length; i++) for (let j = i + 1; j < ends.length; j++) if (ends[i] > ends[j]) all++
  }
  return all
}

/// Heights: as near to the middle of the neighbours as the order and the gaps allow.
function straighten(columns: Spot[][], spots: Map<string, Spot>, apart: number) {
  const gap = (a: Spot, b: Spot) => (a.height + b.height) / 2 + (a.cluster && b.cluster ? apart : apart / 2)
  for (const column of columns) {
    let y = 0
    column.forEach((s, i) => { y += i ? gap(column[i - 1], s) : s.height / 2; s.y = y })
  }
  for (let round = 0; round < 16; round++) {
    const down = round % 2 === 0
    for (let k = 0; k < columns.length; k++) {
      const column = columns[down ? k : columns.length - 1 - k]
      const wish = column.map(s => {
        const near = round > 11 ? [...s.before, ...s.after] : down ? s.before : s.after
        return near.length ? near.reduce((sum, id) => sum + spots.get(id)!.y, 0) / near.length : s.y
      })
      const weight = column.map(s => (s.cluster ? 1 : 3))
      spread(wish, weight, column.map((s, i) => (i ? gap(column[i - 1], s) : 0))).forEach((y, i) => { column[i].y = y })
    }
  }
  const top = Math.min(...[...spots.values()].map(s => s.y - s.height / 2))
  for (const s of spots.values()) s.y -= top
}

/// The values nearest to `wish` (least squares) that rise by at least `gaps`: pools of neighbours that push each other.
export function spread(wish: number[], weight: number[], gaps: number[]): number[] {
  let offset = 0
  const offsets = gaps.map(g => (offset += g))
  const pools: { sum: number; weight: number; size: number }[] = []
  wish.forEach((w, i) => {
    pools.push({ sum: (w - offsets[i]) * weight[i], weight: weight[i], size: 1 })
    while (pools.length > 1) {
      const b = pools[pools.length - 1], a = pools[pools.length - 2]
      if (a.sum / a.weight <= b.sum / b.weight) break
      pools.pop()
      a.sum += b.sum
      a.weight += b.weight
      a.size += b.size
    }
  })
  return pools.flatMap(p => Array.from({ length: p.size }, () => p.sum / p.weight)).map((y, i) => y + offsets[i])
}

/// A smooth line through the points, level where it leaves and comes.
export function line_of(points: [number, number][]): string {
  let d = `M${points[0][0]} ${points[0][1]}`
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1], [x1, y1] = points[i]
    if (y0 === y1 && x1 >= x0) { d += `H${x1}`; continue }
    const bend = Math.max(24, Math.abs(x1 - x0) / 2)
    d += `C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`
  }
  return d
}

/// Where a process shows its balance: where its lines part, where they meet, or at the process itself.
export interface BalanceAt { cluster: string; side: 'left' | 'right' | 'on'; balances: Balance[] }
export function balances_at(graph: Graph, balances: Balance[]): BalanceAt[] {
  const by_event = new Map<number, Balance[]>()
  for (const b of balances) for (const e of b.events) by_event.set(e, [...(by_event.get(e) ?? []), b])
  const ends = new Map<Balance, { from: Set<string>; to: Set<string> }>()
  for (const band of graph.bands) {
    if (band.kind !== 'transformed') continue
    for (const b of new Set(band.edges.flatMap(e => e.events.flatMap(n => by_event.get(n) ?? [])))) {
      const at = ends.get(b) ?? { from: new Set(), to: new Set() }
      at.from.add(band.from)
      at.to.add(band.to)
      ends.set(b, at)
    }
  }
  const places = new Map<string, BalanceAt>()
  for (const b of balances) {
    const own = graph.of.get(b.process), at = ends.get(b)
    const [cluster, side] = own ? [own, 'on' as const] : !at ? ['', 'on' as const] : at.from.size === 1 ? [[...at.from][0], 'right' as const] : [[...at.to][0], 'left' as const]
    if (!cluster) continue
    const place = places.get(`${cluster} ${side}`) ?? { cluster, side, balances: [] }
    place.balances.push(b)
    places.set(`${cluster} ${side}`, place)
  }
  return [...places.values()]
}

const order_of = ['more_out_than_in', 'loss', 'unknown', 'balanced']
/// Of several the one that needs a look first.
export const worst_balance = (balances: Balance[]): Balance => [...balances].sort((a, b) => order_of.indexOf(a.verdict) - order_of.indexOf(b.verdict))[0]

/// All that lies on the way to and from one cluster.
export function way_of(graph: Graph, id: string): Set<string> {
  const way = new Set([id])
  for (const [from, to] of [['from', 'to'], ['to', 'from']] as const) {
    const walk = [id]
    while (walk.length) {
      const at = walk.pop()!
      for (const b of graph.bands) if (b[from] === at && !way.has(`${b.id}`)) { way.add(b.id); if (!way.has(b[to])) { way.add(b[to]); walk.push(b[to]) } }
    }
  }
  return way
}
