import { expect, it } from 'vitest'
import { uuid7, uuid7_after } from './uuid7'

it('is a version 7 id with its millisecond in front', () => {
  const id = uuid7(1_800_000_000_000)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(1_800_000_000_000)
})

it('sorts in the order of making, also within a millisecond and when the clock jumps back', () => {
  const ids: string[] = []
  for (let i = 0; i < 10_000; i++) ids.push(uuid7(1_800_000_001_000 - (i % 3)))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

it('comes after an id of a clock that is ahead', () => {
  const ahead = uuid7(Date.now() + 86_400_000)
  expect(uuid7_after(ahead) > ahead).toBe(true)
  expect(uuid7_after() > '01').toBe(true)
})
