import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { set_api_language } from '../api'
import { set_date_language } from '../dates'
import { language } from '../prefs'
import en from './en'

type Whole = keyof typeof en & string
type Base<K> = K extends `${infer B}_one` ? B : K extends `${infer B}_other` ? B : K
export type Key = Base<Whole> & string
/// What a second language must have: every key, but no singular of its own.
export type Catalogue = Record<Exclude<Whole, `${string}_one`>, string>

const settings = { keySeparator: false, nsSeparator: false, returnNull: false, interpolation: { escapeValue: false } } as const

export async function start_language() {
  await i18next.init({ ...settings, lng: 'en', fallbackLng: 'en', resources: { en: { translation: en } } })
  await use_language(language.get())
  language.subscribe(() => void use_language(language.get()))
}

async function use_language(lang: 'en' | 'zh') {
  if (lang === 'zh' && !i18next.hasResourceBundle('zh', 'translation'))
    i18next.addResourceBundle('zh', 'translation', (await import('./zh')).default)
  set_date_language(lang)
  set_api_language(lang)
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  await i18next.changeLanguage(lang)
}

export const t = (key: Key, values?: Record<string, unknown>): string => i18next.t(key, values)

/// A word of the trade that may be newer than this catalogue: a fact kind, a field, a refusal's code.
export const word = (area: string, code: string, otherwise?: string, values?: Record<string, unknown>): string =>
  i18next.exists(`${area}.${code}`) ? i18next.t(`${area}.${code}`, values) : (otherwise ?? code.replace(/_/g, ' '))

export const has_word = (area: string, code: string) => i18next.exists(`${area}.${code}`)
/// Names are often written in both scripts, "云湖网箱场 Yunhu Lake Cages" or the other way round: the part in the reader's.
export function own_script(name: string): string {
  const zh_first = /^([\u3400-\u9fff][^A-Za-z]*?)\s*([A-Za-z].*)$/.exec(name), en_first = /^([A-Za-z][^\u3400-\u9fff]*?)\s*([\u3400-\u9fff][^A-Za-z]*)$/.exec(name)
  const zh = zh_first?.[1] ?? en_first?.[2], en = zh_first?.[2] ?? en_first?.[1]
  return (is_zh() ? zh : en) ?? name
}
export const is_zh = () => i18next.language === 'zh'
/// A text with {{names}} in it, each in its place; what is not given is left empty.
export const fill = (text: string, values: Record<string, unknown>) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))

const subscribe = (f: () => void) => {
  i18next.on('languageChanged', f)
  return () => i18next.off('languageChanged', f)
}
/// Redraws the caller when the language changes.
export const useLanguage = () => useSyncExternalStore(subscribe, () => i18next.language)
