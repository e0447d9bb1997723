import { expect, it } from 'vitest'
import { words as breeding } from '../breeding/catalogue'
import { words as plant } from '../plant/catalogue'
import { sorting_words as sorting } from '../sorting/catalogue'
import { maturity_words as maturity } from '../sorting/maturity_catalogue'
import { case_words as cases } from '../labels/case_catalogue'
import { review_words as reviews } from '../tasting/review_catalogue'

const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(m => m[1]).sort().join()
it.each(Object.entries({ breeding, plant, sorting, maturity, cases, reviews }))('both languages of %s say the same figures, in their own script', (_, words) => {
  for (const [key, [en, zh]] of Object.entries(words)) {
    expect(`${key} ${places(zh)}`).toBe(`${key} ${places(en)}`)
    expect(/[\u3400-\u9fff]/.test(en), key).toBe(false)
    expect(/[\u3400-\u9fff],/.test(zh), key).toBe(false)
    expect(/[\u3400-\u9fff]/.test(zh), key).toBe(true)
  }
})
