import { expect, it } from 'vitest'
import { l, state_word } from './words'

it('fills in and keeps what it does not know', () => {
  expect(l('printed_now', { first: 'L-00000001', last: 'L-00000003' })).toBe('L-00000001 to L-00000003 were printed.')
  expect(state_word('voided')).toBe('void')
  expect(state_word('elsewhere')).toBe('elsewhere')
})
