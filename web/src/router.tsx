// Addresses, and nothing else: /pools/P1?site=S1&at=2026-03-31. `at` and `known` stay while a person walks through the pages.
import { useMemo, type AnchorHTMLAttributes, type MouseEvent } from 'react'
import { Cell, useCell } from './store'

const place = new Cell(location.pathname + location.search)
addEventListener('popstate', () => place.set(location.pathname + location.search))

const lasting = ['at', 'known']

export function href_of(to: string): string {
  const url = new URL(to, location.origin)
  const now = new URLSearchParams(location.search)
  for (const name of lasting) {
    const value = now.get(name)
    if (value && !url.searchParams.has(name)) url.searchParams.set(name, value)
  }
  return url.pathname + url.search
}

export function go(to: string, how: 'push' | 'replace' = 'push') {
  const target = href_of(to)
  if (target === location.pathname + location.search) return
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', target)
  place.set(target)
  if (how === 'push') scrollTo(0, 0)
}

export function usePlace() {
  const text = useCell(place)
  return useMemo(() => {
    const url = new URL(text, location.origin)
    return { path: url.pathname, query: url.searchParams }
  }, [text])
}

/// Sets some of the query, keeps the rest; an empty value leaves the address.
export function set_query(changes: Record<string, string | null | undefined>, how: 'push' | 'replace' = 'replace') {
  const url = new URL(location.href)
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value)
    else url.searchParams.delete(name)
  }
  const target = url.pathname + url.search
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', target)
  place.set(target)
}

export function useQuery(name: string, otherwise = ''): [string, (value: string | null | undefined) => void] {
  const { query } = usePlace()
  return [query.get(name) ?? otherwise, value => set_query({ [name]: value === otherwise ? '' : value })]
}

export function Link({ to, onClick, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e)
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey) return
    e.preventDefault()
    go(to)
  }
  return <a {...rest} href={href_of(to)} onClick={follow} />
}
