import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import en from './en'
import zh from './zh'

const files = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap(e =>
  e.isDirectory() ? files(join(folder, e.name)) : /\.tsx?$/.test(e.name) && !/\.test\.|en\.ts$|zh\.ts$/.test(e.name) ? [join(folder, e.name)] : [])
const source = files('src').map(f => readFileSync(f, 'utf8')).join('\n')
const en_keys = Object.keys(en), zh_keys = Object.keys(zh)
const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(m => m[1]).sort().join()

it('every key is in both languages', () => {
  expect(zh_keys.sort()).toEqual(en_keys.filter(k => !k.endsWith('_one')).sort())
})
it('both say the same figures', () => {
  for (const key of zh_keys) expect(`${key} ${places(zh[key as keyof typeof zh])}`).toBe(`${key} ${places(en[key as keyof typeof en])}`)
})
it('no Chinese text is left in English or with half-width commas', () => {
  for (const key of zh_keys) {
    const text = zh[key as keyof typeof zh]
    expect(/[\u3400-\u9fff],/.test(text) ? key : '').toBe('')
    if (/[a-z]{3,} [a-z]{3,} [a-z]{3,}/i.test(text)) expect(key).toBe('')
  }
})
it('every key that the pages ask for exists', () => {
  const known = new Set([...en_keys, ...en_keys.map(k => k.replace(/_(one|other)$/, ''))])
  const asked = [...source.matchAll(/\bt\('([a-z_.0-9]+)'/g)].map(m => m[1])
  expect(asked.length).toBeGreaterThan(200)
  expect(asked.filter(k => !known.has(k))).toEqual([])
})
it('no key is left over', () => {
  const areas = /^(field|kind|flight_state|verdict|fish_kind|frame_fault|trait|trait_unit|fit|not_ready|condition|origin|variety_status|spawning_method|parent_method|certificate_purpose|column|layout|role|permission|trace_kind|trace_many|trace_edge|event_type|biz_step|disposition|event_action|event_type_short|error_reason|party_type|transaction_type|captured|param|balance|gap|publish_field|recall_where|substance|pool_kind|count_method|move_reason|purpose|loss_cause|goods_cause|sample_purpose|return_reason|sex|fish_state|step|formula|worst|exception|exception_short|job|job_state|audit|subject|task|figure|act|book|stock|form|held_thing|decision)\./
  expect(zh_keys.map(k => k.replace(/_other$/, '')).filter(k => !areas.test(k) && !source.includes(`'${k}'`))).toEqual([])
})
