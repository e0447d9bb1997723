import { expect, it } from 'vitest'
import { tasting_words } from './catalogue'
import { taster_words } from './taster_words'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort().join()

it('both languages fill in the same places, and Chinese has no half-width commas', () => {
  for (const { en, zh } of [taster_words, tasting_words] as { en: Record<string, string>; zh: Record<string, string> }[])
    for (const key of Object.keys(en)) {
      expect(`${key} ${places(zh[key])}`).toBe(`${key} ${places(en[key])}`)
      expect(/[\u3400-\u9fff],/.test(zh[key]) ? key : '').toBe('')
    }
})
