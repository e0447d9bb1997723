import { is_zh } from '../i18n'
import { tasting_words, type TasteWord } from './catalogue'

export type { TasteWord }
export const tw = (word: TasteWord, values: Record<string, string | number> = {}): string => tasting_words[is_zh() ? 'zh' : 'en'][word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
export const maybe_word = (word: string): string => (word in tasting_words.en ? tw(word as TasteWord) : word)
export const said = (s: { en: string; zh: string }) => (is_zh() ? s.zh : s.en)
