import { expect, it } from 'vitest'
import type { RecallAnswer, RecallItem } from '../trace/shapes'
import { reached } from './reached'

const item = (id: string, kind: RecallItem['kind'], more: Partial<RecallItem> = {}): RecallItem => ({ id, name: id, kind, where: 'in_house', ...more })
const answer = (start: string, more: Partial<RecallAnswer>): RecallAnswer => ({ start, items: [], shipments: [], contacts: [], unaccounted: [], truncated: false, ...more })

it('says of several lots what they reach together, each thing once', () => {
  const one = answer('A', {
    items: [item('A', 'lot'), item('blend', 'lot'), item('tin2', 'tin', { container: 'urn:epc:id:sscc:case1', where: 'shipped', holder: 'shop' }), item('tin1', 'tin'), item('urn:epc:id:sscc:case1', 'case', { name: 'case1' })],
    contacts: [{ party: 'shop', name: 'Shop' }],
    shipments: [{ event: 1, shipped_at: '', things: ['urn:epc:id:sscc:case1'], to_party: 'shop', papers: [] }],
  })
  const two = answer('B', { items: [item('B', 'lot'), item('A', 'lot'), item('blend', 'lot'), item('tin1', 'tin')], contacts: [{ party: 'shop', name: 'Shop' }] })
  const r = reached(['A', 'B', 'C'], [one, two, null])
  expect(r.blends).toEqual([{ id: 'blend', name: 'blend' }])
  expect(r.tins.map(x => x.id)).toEqual(['tin1', 'tin2'])
  expect(r.cases).toEqual([{ id: 'urn:epc:id:sscc:case1', name: 'case1' }])
  expect(r.customers).toEqual([{ party: 'shop', name: 'Shop', shipment: 'urn:epc:id:sscc:case1' }])
  expect(r.unknown).toEqual(['C'])
})
