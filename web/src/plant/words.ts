// How the plant's pages say things.
import { fill, is_zh } from '../i18n'
import { words } from './catalogue'

export type Word = keyof typeof words

export const p = (key: Word, values: Record<string, string | number> = {}) =>
  fill(words[key][is_zh() ? 1 : 0], values)
export const named = (of: { name_en: string; name_zh: string }) => (is_zh() ? of.name_zh : of.name_en)
