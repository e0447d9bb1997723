import { useMemo } from 'react'
import type { PoolRow } from '../api'
import { t, word, type Key } from '../i18n'
import { Link } from '../router'
import { show_estimate } from '../units'
import { StateMark } from './basic'

export const rank = { ok: 0, watch: 1, warn: 2, bad: 3 } as const

export const state_words = (bad: number, warn: number) =>
  bad && warn ? t('pools.bad_warn', { bad, warn }) : bad ? t('pools.bad', { count: bad }) : warn ? t('pools.warn', { count: warn }) : t('pools.well')

/// Every pool as a mark, by site and in walking order; colour and shape tell its worst state.
export function PoolGrid({ pools, site_names, big }: { pools: PoolRow[]; site_names: Map<string, string>; big?: boolean }) {
  const groups = useMemo(() => {
    const by = new Map<string, PoolRow[]>()
    for (const p of pools) if (!p.closed) by.set(p.site, [...(by.get(p.site) ?? []), p])
    for (const rows of by.values())
      rows.sort((a, b) => (a.walk_order ?? 1e9) - (b.walk_order ?? 1e9) || a.pool.localeCompare(b.pool, undefined, { numeric: true }))
    return [...by].sort((a, b) => a[0].localeCompare(b[0], undefined, { numeric: true }))
  }, [pools])
  return (
    <div className={big ? 'pool_grid pool_grid_big' : 'pool_grid'}>
      {groups.map(([site, rows]) => (
        <div key={site} className="pool_grid_site">
          <Link to={`/pools?site=${encodeURIComponent(site)}`} className="pool_grid_name">{site_names.get(site) ?? site}</Link>
          <ul>
            {rows.map(p => {
              const about = `${p.pool}: ${t(`worst.${p.worst}` as Key)}, ${show_estimate(p.heads).text} ${t('unit.heads')}` +
                (p.seen_today ? '' : `, ${t('pool.not_seen_today')}`) + p.exceptions.map(e => `, ${word('exception_short', e)}`).join('')
              return (
                <li key={p.pool}>
                  <Link to={`/pools/${encodeURIComponent(p.pool)}`} title={about} aria-label={about}
                    className={`pool_mark${p.seen_today ? '' : ' pool_unseen'}`}>
                    <StateMark worst={p.worst} size={big ? 14 : 13} />
                    {big && <span>{p.pool}</span>}
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </div>
  )
}

export function GridKey() {
  return (
    <p className="grid_key small muted">
      {(['ok', 'watch', 'warn', 'bad'] as const).map(w => <StateMark key={w} worst={w} label />)}
      <span className="pool_mark pool_unseen pool_mark_key" aria-hidden="true" /> {t('pool.not_seen_today')}
    </p>
  )
}
