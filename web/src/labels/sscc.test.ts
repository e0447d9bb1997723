import { expect, it } from 'vitest'
import { sscc_of } from './sscc'

it('a case label is known by its check digit, however the scanner types it', () => {
  for (const typed of ['395212340000003008', '00395212340000003008', '(00)395212340000003008', ']C100395212340000003008', '(00) 3952 1234 0000 0030 08']) expect(sscc_of(typed)).toBe('395212340000003008')
  for (const typed of ['395212340000003009', '88001', 'T-1', '', '00395212340000003009', '(01)09521234000013(21)T1']) expect(sscc_of(typed)).toBeUndefined()
})
