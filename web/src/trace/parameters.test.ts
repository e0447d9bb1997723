import { expect, it } from 'vitest'
import { help_of, is_class, pairs_from, pairs_of, parameters, query_object, query_string, with_value, type Pair } from './parameters'

it('an address and its parameters are the same', () => {
  const pairs: Pair[] = [['EQ_bizStep', 'shipping|receiving'], ['GE_eventTime', '2026-01-01T00:00:00+08:00'], ['EQ_ILMD_osetra:grade', 'A+'], ['MATCH_anyEPC', 'https://id.gs1.org/01/09521234100065/21/1']]
  expect(query_string(pairs)).toContain('EQ_ILMD_osetra:grade=A%2B')
  expect(pairs_of(query_string(pairs).slice(1))).toEqual(pairs)
  expect(query_string([['EQ_bizStep', ''], ['', 'x']])).toBe('')
})

it('a saved query holds lists as lists and numbers as numbers, and comes back', () => {
  const pairs: Pair[] = [['eventType', 'ObjectEvent|AggregationEvent'], ['GE_quantity_KGM', '1.5'], ['EQ_quantity', '1|2'], ['EXISTS_errorDeclaration', 'true'], ['orderBy', 'eventTime'], ['perPage', '50'], ['LT_eventTime', '2026-01-01T00:00:00Z']]
  expect(query_object(pairs)).toEqual({ eventType: ['ObjectEvent', 'AggregationEvent'], GE_quantity_KGM: 1.5, EQ_quantity: [1, 2], EXISTS_errorDeclaration: null, orderBy: 'eventTime', perPage: 50, LT_eventTime: '2026-01-01T00:00:00Z' })
  expect(pairs_from(query_object(pairs))).toEqual(pairs)
})

it('every name has help, written ones by their pattern', () => {
  for (const [name, help] of [['EQ_bizTransaction_po', 'transaction'], ['GE_quantity_KGM', 'quantity_unit'], ['EQ_ILMD_osetra:species', 'ilmd'], ['EQ_osetra:species', 'extension'], ['GT_maxValue_CEL', 'sensor_value'], ['EQ_SENSORREPORT_ex:a', 'sensor_extension'], ['HASATTR_readPoint', 'has_attribute']] as const)
    expect(`${name} ${help_of(name)}`).toBe(`${name} ${help}`)
  expect(help_of('EQ_nothing')).toBeUndefined()
  expect(new Set(parameters.map(p => p.name)).size).toBe(parameters.length)
})

it('one parameter is set, changed and taken away', () => {
  const pairs: Pair[] = [['a', '1'], ['b', '2']]
  expect(with_value(pairs, 'a', '3')).toEqual([['a', '3'], ['b', '2']])
  expect(with_value(pairs, 'c', '3')).toEqual([['a', '1'], ['b', '2'], ['c', '3']])
  expect(with_value(pairs, 'a', '')).toEqual([['b', '2']])
})

it('classes and things are told apart', () => {
  for (const [text, yes] of [['https://id.gs1.org/01/09521234100058/10/L1', true], ['https://id.gs1.org/01/09521234100058', true], ['https://id.gs1.org/01/09521234100058/21/S1', false], ['urn:epc:class:lgtin:9521234.010005.L1', true], ['urn:epc:id:sgtin:9521234.010005.1', false], ['https://id.gs1.org/00/395212340000003909', false]] as const)
    expect(`${text} ${is_class(text)}`).toBe(`${text} ${yes}`)
})
