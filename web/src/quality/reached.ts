// What the recalls of several lots come to together. Pure.
import type { RecallAnswer, RecallContact, RecallItem } from '../trace/shapes'

export interface Reached {
  blends: { id: string; name: string }[]                      // lots that something of a barred lot went into
  tins: RecallItem[]
  cases: { id: string; name: string }[]
  customers: (RecallContact & { shipment?: string })[]        // shipment: what of it they were sent, to open
  unknown: string[]                                           // lots of which no event tells
}

const tail = (id: string) => id.split(/[/:]/).pop() ?? id
/// \param ids what was asked, answer by answer
export function reached(ids: string[], answers: (RecallAnswer | null)[]): Reached {
  const tins = new Map<string, RecallItem>(), blends = new Map<string, string>(), cases = new Map<string, string>(), customers = new Map<string, Reached['customers'][number]>()
  const unknown: string[] = []
  const asked = new Set(answers.map(a => a?.start))
  answers.forEach((a, i) => {
    if (!a) return void unknown.push(ids[i])
    for (const x of a.items) {
      if (asked.has(x.id)) continue
      if (x.kind === 'lot') blends.set(x.id, x.name)
      else if (x.kind === 'case') cases.set(x.id, x.name)
      else tins.set(x.id, x)
      if (x.container && !cases.has(x.container)) cases.set(x.container, tail(x.container))
    }
    for (const c of a.contacts) customers.set(c.party, { ...c, shipment: customers.get(c.party)?.shipment ?? a.shipments.find(s => s.to_party === c.party)?.things[0] })
  })
  const named = (all: Map<string, string>) => [...all].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name))
  return { blends: named(blends), tins: [...tins.values()].sort((a, b) => a.name.localeCompare(b.name)), cases: named(cases), customers: [...customers.values()], unknown }
}
