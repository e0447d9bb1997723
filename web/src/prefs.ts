import { Cell } from './store'
import type { MassTaste } from './units'

export type Theme = 'system' | 'light' | 'dark'

function kept<T extends string>(name: string, otherwise: T): Cell<T> {
  const cell = new Cell<T>((localStorage.getItem('osetra.' + name) as T | null) ?? otherwise)
  cell.subscribe(() => localStorage.setItem('osetra.' + name, cell.get()))
  return cell
}

export const language = kept<'en' | 'zh'>('language', navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
export const theme = kept<Theme>('theme', 'system')
export const mass_taste = kept<MassTaste>('mass', 'metric')
export const round_site = kept<string>('round_site', '')

const system_dark = matchMedia('(prefers-color-scheme: dark)')
export const dark = new Cell(false)
export function settle_theme() {
  const is_dark = theme.get() === 'dark' || (theme.get() === 'system' && system_dark.matches)
  dark.set(is_dark)
  document.documentElement.dataset.theme = is_dark ? 'dark' : 'light'
}
theme.subscribe(settle_theme)
system_dark.addEventListener('change', settle_theme)

const narrow_query = matchMedia('(max-width: 899px)')
export const narrow = new Cell(narrow_query.matches)
narrow_query.addEventListener('change', () => narrow.set(narrow_query.matches))
