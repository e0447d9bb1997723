import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { all_words, day_words, say, script_of } from './words'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort().join()
const source = ['link_page.tsx'].map(f => readFileSync(`src/public/${f}`, 'utf8')).join()

it('both languages say the same figures, and no word is left over', () => {
  for (const key of Object.keys(all_words.en) as (keyof typeof all_words.en)[]) {
    expect(`${key} ${places(all_words.zh[key])}`).toBe(`${key} ${places(all_words.en[key])}`)
    if (!['tin', 'lot', 'case', 'fish', 'place', 'party', 'item', 'thing'].includes(key)) expect(source.includes(`'${key}'`) ? '' : key).toBe('')
  }
})
it('fills in, writes days and takes the reader\'s half of a name', () => {
  expect(say('en', 'genuine_means', { who: 'Yunhu' })).toBe('Issued by Yunhu.')
  expect(day_words('en', '2026-03-14')).toBe('14 March 2026')
  expect(day_words('zh', '2026-03-14T01:00:00Z')).toBe('2026年3月14日')
  expect(script_of('zh', '云湖网箱场 Yunhu Lake Cages')).toBe('云湖网箱场')
  expect(script_of('zh', 'Osetra Demo 示范公司')).toBe('示范公司')
  expect(script_of('en', 'Osetra Demo 示范公司')).toBe('Osetra Demo')
  expect(script_of('en', 'Yunhu')).toBe('Yunhu')
  expect(script_of('en', '云湖网箱场 Yunhu Lake Cages')).toBe('Yunhu Lake Cages')
})
