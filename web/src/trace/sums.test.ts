import { expect, it } from 'vitest'
import { sample } from './sample'
import { one_step, reach_of, together, without_attached } from './sums'

const chain = sample()
const fish = chain.nodes.find(n => n.kind === 'fish')!

it('before a tin lie its fish, cohort and both parents, and nothing of the other fish', () => {
  const up = reach_of(chain, chain.start, 'up')
  expect(up.filter(n => n.kind === 'fish').map(n => n.id)).toEqual([fish.id])
  expect(up.filter(n => n.kind === 'parent').length).toBe(2)
  expect(reach_of(chain, chain.start, 'down').filter(n => n.kind === 'case').length).toBe(2)
})

it('one step holds the neighbours alone', () => {
  const step = one_step(chain, fish.id, 'down')
  expect(step.nodes.map(n => n.kind).sort()).toEqual(['fish', 'lot', 'lot'])
  expect(step.edges.length).toBe(2)
  expect(one_step(chain, fish.id, 'up').nodes.map(n => n.kind).sort()).toEqual(['cohort', 'feed', 'fish'])
})

it('a process is no step of its own', () => {
  const harvest = { ...chain.nodes[0], id: 'harvest', kind: 'process' as const }
  const roe = chain.nodes.find(n => n.kind === 'lot' && n.name.includes(fish.id.slice(-8)))!
  const answer = { ...chain, nodes: [fish, harvest, roe], edges: [{ from: fish.id, to: 'harvest', kind: 'transformed' as const, events: [1] }, { from: 'harvest', to: roe.id, kind: 'transformed' as const, events: [1] }] }
  expect(one_step(answer, fish.id, 'down').nodes.length).toBe(3)
})

it('answers put together hold each thing and link once', () => {
  const twice = together(chain, [one_step(chain, fish.id, 'down'), sample()])
  expect(twice.nodes.length).toBe(chain.nodes.length)
  expect(twice.edges.length).toBe(chain.edges.length)
  expect(twice.start).toBe(chain.start)
})

it('a tag is no step of its own, unless it is what was asked for', () => {
  const tag = { ...chain.nodes[0], id: 'tag', kind: 'thing' as const }
  const tagged = { ...chain, nodes: [...chain.nodes, tag], edges: [...chain.edges, { from: 'tag', to: fish.id, kind: 'associated' as const, events: [7] }] }
  expect(without_attached(tagged).nodes.length).toBe(chain.nodes.length)
  expect(without_attached(tagged).edges.length).toBe(chain.edges.length)
  expect(without_attached({ ...tagged, start: 'tag' }).nodes.length).toBe(chain.nodes.length + 1)
})
