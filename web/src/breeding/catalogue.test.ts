import { expect, it } from 'vitest'
import { words } from './catalogue'

const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(m => m[1]).sort().join()
it('both languages say the same figures, in their own script', () => {
  for (const [key, [en, zh]] of Object.entries(words)) {
    expect(`${key} ${places(zh)}`).toBe(`${key} ${places(en)}`)
    expect(/[\u3400-\u9fff]/.test(en), key).toBe(false)
    expect(/[\u3400-\u9fff],/.test(zh), key).toBe(false)
    expect(/[\u3400-\u9fff]/.test(zh), key).toBe(true)
  }
})
