import { beforeEach, expect, it } from 'vitest'
import type { Envelope, Outcome } from './api'
import { Outbox, type Shelf, type Waiting } from './outbox'

class Unreachable extends Error {}
let disk: Map<string, Waiting>
let sent: { facts: Envelope[]; witnessed: boolean }[]
let answer: (facts: Envelope[], witnessed: boolean) => Outcome[]

const shelf: Shelf = {
  all: async () => [...disk.values()],
  put: async item => { disk.set(item.id, structuredClone(item)) },
  remove: async id => { disk.delete(id) },
}
const box = () => new Outbox(shelf, { send: async (facts, witnessed) => { sent.push({ facts, witnessed }); return answer(facts, witnessed) } }, e => e instanceof Unreachable)
const fact = (id: string): Envelope => ({ id, kind: 'round', happened_at: '2026-01-11T01:00:00Z', body: { pool: 'P1' } })
const accept = (facts: Envelope[]): Outcome[] => facts.map(f => ({ id: f.id, outcome: 'accepted' }))

beforeEach(() => { disk = new Map(); sent = []; answer = accept })

it('has a fact on the disk before it says so, and finds it after the battery died', async () => {
  await box().add(fact('b'), 'zhang', '')
  await box().add(fact('a'), 'zhang', '')
  const again = box()
  await again.open()
  expect(again.items.map(i => i.id)).toEqual(['a', 'b'])
})

it('sends once, marked as offline, and forgets only what was taken', async () => {
  const o = box()
  await o.add(fact('a'), 'zhang', '')
  await Promise.all([o.sync('zhang'), o.sync('zhang')])
  expect(sent).toHaveLength(1)
  expect(sent[0].facts[0].offline).toBe(true)
  expect(disk.size).toBe(0)
})

it('keeps everything while the server is out of reach', async () => {
  answer = () => { throw new Unreachable() }
  const o = box()
  await o.add(fact('a'), 'zhang', '')
  await o.sync('zhang')
  expect(o.items[0].state).toBe('pending')
  expect(disk.size).toBe(1)
})

it('a lost answer is harmless: the second sending is a duplicate', async () => {
  const o = box()
  await o.add(fact('a'), 'zhang', '')
  answer = facts => facts.map(f => ({ id: f.id, outcome: 'duplicate' }))
  await o.sync('zhang')
  expect(o.items).toEqual([])
})

it('a refused fact stays until a person decides', async () => {
  answer = (facts, witnessed) => facts.map(f => (witnessed ? { id: f.id, outcome: 'accepted' } : { id: f.id, outcome: 'refused', code: 'not_enough_fish', detail: 'P1 holds 3 fish.' }))
  const o = box()
  await o.add(fact('a'), 'zhang', '')
  await o.add(fact('b'), 'zhang', '')
  await o.sync('zhang')
  expect(o.items.map(i => [i.state, i.detail])).toEqual([['refused', 'P1 holds 3 fish.'], ['refused', 'P1 holds 3 fish.']])
  await o.sync('zhang')
  expect(sent).toHaveLength(1)   // it is not sent again by itself
  expect((await o.insist('a')).outcome).toBe('accepted')
  expect(sent[1].witnessed).toBe(true)
  await o.give_up('b')
  expect(disk.size).toBe(0)
})

it('nobody sends for another person on a shared phone', async () => {
  const o = box()
  await o.add(fact('a'), 'zhang', '')
  await o.sync('li')
  expect(sent).toEqual([])
  expect(o.items).toHaveLength(1)
})

it('sends a long day in batches, and stops when the server answers about something else', async () => {
  const o = box()
  for (let i = 0; i < 120; i++) await o.add(fact(String(i).padStart(4, '0')), 'zhang', '')
  await o.sync('zhang')
  expect(sent.map(s => s.facts.length)).toEqual([50, 50, 20])
  answer = () => []
  await o.add(fact('x'), 'zhang', '')
  await o.sync('zhang')
  expect(o.items.map(i => i.id)).toEqual(['x'])
})
