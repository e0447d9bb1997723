import { expect, it } from 'vitest'
import { sorting_words } from './catalogue'

const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(m => m[1]).sort().join()

it('both languages fill in the same places, and Chinese has no half-width commas', () => {
  for (const [key, [en, zh]] of Object.entries(sorting_words)) {
    expect(`${key} ${places(zh)}`).toBe(`${key} ${places(en)}`)
    expect(/[\u3400-\u9fff],/.test(zh) ? key : '').toBe('')
  }
})
