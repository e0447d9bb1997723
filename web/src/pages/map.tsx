import { lazy, Suspense, useMemo, useState } from 'react'
import { Segmented } from 'antd'
import type { PoolRow, Today } from '../api'
import { useState_ } from '../data'
import { own_script, t } from '../i18n'
import { narrow } from '../prefs'
import { useQuery } from '../router'
import { useCell } from '../store'
import { Answer, Nothing, PageHead, Waiting } from '../ui/basic'
import { GridKey, PoolGrid, state_words } from '../ui/pool_grid'

const Drawn = lazy(() => import('../ui/map_drawn'))

export function has_webgl(): boolean {
  try {
    return !!document.createElement('canvas').getContext('webgl2')
  } catch {
    return false
  }
}

/// Sites on a quiet map without borders; or every pool as a mark, where there is no room or no WebGL for a map.
export default function MapPage() {
  const today = useState_<Today>('/today')
  const pools = useState_<{ pools: PoolRow[] }>('/pools')
  const is_narrow = useCell(narrow)
  const can_draw = useMemo(has_webgl, [])
  const [as, set_as] = useQuery('as', is_narrow || !can_draw ? 'grid' : 'map')
  const [failed, set_failed] = useState(false)
  const names = useMemo(() => new Map(today.data?.site_summary.map(s => [s.site, own_script(s.name)])), [today.data])
  const rows = pools.data?.pools.filter(p => !p.closed) ?? []
  const bad = rows.filter(p => p.worst === 'bad').length, warn = rows.filter(p => p.worst === 'warn').length
  const sentence = !today.data || !pools.data ? ' ' : `${t('map.sentence', { count: today.data.site_summary.length, pools: rows.length })} ${state_words(bad, warn)}`
  const grid = as === 'grid' || !can_draw || failed
  return (
    <div className="map_page">
      <PageHead title={t('nav.map')} sentence={sentence}
        acts={can_draw && <Segmented value={grid ? 'grid' : 'map'} onChange={v => set_as(v)} options={[{ value: 'map', label: t('map.map') }, { value: 'grid', label: t('map.grid') }]} aria-label={t('map.as')} />} />
      <Answer got={pools} rows={10}>
        {p => (p.pools.length ? (
          <>
            {grid ? <PoolGrid pools={p.pools} site_names={names} big />
              : today.data ? <Suspense fallback={<Waiting rows={10} />}><Drawn sites={today.data.site_summary} pools={p.pools} failed={() => set_failed(true)} /></Suspense> : <Waiting rows={10} />}
            <GridKey />
          </>
        ) : <Nothing>{t('pool.none')}</Nothing>)}
      </Answer>
    </div>
  )
}
