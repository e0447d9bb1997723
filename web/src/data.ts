// Answers of the server, kept while the page lives: shown at once, asked again when something changed.
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react'
import { get, hear_signal, Problem, query_text, type Session, type Pack, type Kind, type Site } from './api'
import { Cell, useCell } from './store'
import { own_script, useLanguage } from './i18n'
import { usePlace } from './router'

interface Kept { data?: unknown; problem?: Problem; asked?: Promise<void>; stale: boolean }
const kept = new Map<string, Kept>()
const watchers = new Set<(path: string | null) => void>()
export const session = new Cell<Session | null>(null)
export const online = new Cell(navigator.onLine)
addEventListener('online', () => online.set(true))
addEventListener('offline', () => online.set(false))
hear_signal(there => online.set(there))

function ask(path: string): Promise<void> {
  const entry = kept.get(path) ?? { stale: true }
  kept.set(path, entry)
  if (entry.asked && !entry.stale) return entry.asked
  entry.stale = false
  const asked = get(path).then(
    data => { entry.data = data; entry.problem = undefined },
    problem => { entry.problem = problem instanceof Problem ? problem : new Problem(500, 'fault', String(problem)); entry.stale = true },
  ).finally(() => {
    if (entry.asked === asked) entry.asked = undefined
    for (const f of watchers) f(path)
  })
  entry.asked = asked
  return asked
}

/// Everything (or what begins with `prefix`) is asked again the next time it is looked at, and now if it is on the screen.
export function forget(prefix = '') {
  for (const [path, entry] of kept) if (path.startsWith(prefix)) entry.stale = true
  for (const f of watchers) f(null)
}
export function forget_all() { kept.clear() }

export interface Got<T> { data: T | undefined; problem: Problem | undefined; loading: boolean; reload: () => Promise<void> }

/// The answer at `path`; while another path is being asked, the last answer stays (so nothing jumps), marked `loading`.
export function useGet<T>(path: string | null): Got<T> {
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const last = useRef<{ data?: T; base?: string }>({})
  useEffect(() => {
    if (!path) return
    const watch = (changed: string | null) => {
      if (changed === null) {
        if (kept.get(path)?.stale) { void ask(path); redraw() }
      } else if (changed === path) redraw()
    }
    watchers.add(watch)
    const entry = kept.get(path)
    if (!entry || entry.stale) void ask(path)
    redraw()
    return () => { watchers.delete(watch) }
  }, [path])
  const reload = useCallback(async () => {
    if (!path) return
    const entry = kept.get(path)
    if (entry) entry.stale = true
    await ask(path)
  }, [path])
  const entry = path ? kept.get(path) : undefined
  const base = path?.split('?')[0]
  if (entry?.data !== undefined) last.current = { data: entry.data as T, base }
  else if (last.current.base !== base) last.current = {}
  const data = (entry?.data as T | undefined) ?? last.current.data
  return { data, problem: entry?.problem, loading: !!path && (!entry || !!entry.asked), reload }
}

/// The query part every question about a state carries: as of when, as known when.
export function useAsOf() {
  const { query } = usePlace()
  const at = query.get('at') ?? ''
  const known = query.get('known') ?? ''
  return { at, known, past: !!(at || known) }
}

export function useState_<T>(path: string | null, query: Record<string, string | number | null | undefined> = {}): Got<T> {
  const { at, known } = useAsOf()
  return useGet<T>(path && path + query_text({ ...query, at, known }))
}

export const usePack = () => useGet<Pack>('/pack').data
export const useKinds = () => useGet<{ kinds: Kind[] }>('/kinds').data?.kinds
export function useSites() {
  const sites = useGet<{ sites: Site[] }>('/sites').data?.sites
  const lang = useLanguage()
  return useMemo(() => sites?.map(s => ({ ...s, name: own_script(s.name) })), [sites, lang])
}
export const useSession = () => useCell(session)!
export const useMay = () => {
  const s = useCell(session)
  return (p: Session['may'][number]) => !!s?.may.includes(p)
}

let live: EventSource | null = null
let late: ReturnType<typeof setTimeout> | undefined

/// Listens for changes made by others; many at once are taken together.
export function listen() {
  live?.close()
  live = new EventSource('/api/v1/live')
  live.addEventListener('facts', () => {
    clearTimeout(late)
    late = setTimeout(() => forget('/'), 800)
  })
  live.addEventListener('job', () => { forget('/jobs'); forget('/flights'); forget('/breeding') })
}
export function stop_listening() { live?.close(); live = null }
