import { Button } from 'antd'
import { useMemo, useState } from 'react'
import type { PoolRow } from '../api'
import { useMay, useSites, useState_ } from '../data'
import { show_instant } from '../dates'
import { own_script, t, word, type Key } from '../i18n'
import { go, usePlace } from '../router'
import { Answer, Figure, Heads, Mass, Num, PageHead, PoolLink, StateMark } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Exports, Filters, Pick, Words } from '../ui/filters'
import { Icon } from '../ui/icons'
import { rank, state_words } from '../ui/pool_grid'
import { Table, type Column } from '../ui/table'
import { show_volume } from '../units'

export default function Pools() {
  const got = useState_<{ pools: PoolRow[] }>('/pools')
  const sites = useSites()
  const may = useMay()
  const [adding, set_adding] = useState<'pool' | 'site' | null>(null)
  const { query } = usePlace()
  const q = (query.get('q') ?? '').toLowerCase(), site = query.get('site'), worst = query.get('worst'), kind = query.get('pool_kind'), closed = query.get('closed')
  const rows = useMemo(() => (got.data?.pools ?? []).filter(p =>
    (!site || p.site === site) && (!kind || p.pool_kind === kind) && (closed === 'all' || !p.closed) &&
    (!worst || rank[p.worst] >= rank[worst as keyof typeof rank]) &&
    (!q || `${p.pool} ${p.name ?? ''} ${p.cohorts.join(' ')}`.toLowerCase().includes(q))), [got.data, q, site, worst, kind, closed])
  const kinds = useMemo(() => [...new Set((got.data?.pools ?? []).map(p => p.pool_kind))], [got.data])
  const columns: Column<PoolRow>[] = [
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool,
      cell: r => <><StateMark worst={r.worst} /> <PoolLink pool={r.pool} />{r.closed && <span className="muted small"> {t('pool.closed')}</span>}</> },
    { key: 'name', title: t('field.name'), sort: r => r.name, cell: r => own_script(r.name ?? '') },
    { key: 'site', title: t('field.site'), sort: r => r.site, cell: r => r.site },
    { key: 'cohorts', title: t('nav.cohorts'), cell: r => <span className="clip" title={r.cohorts.join(', ')}>{r.cohorts.slice(0, 2).join(', ')}{r.cohorts.length > 2 && ` +${r.cohorts.length - 2}`}</span> },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => r.heads.value, cell: r => <Figure figure="heads" subject={`pool:${r.pool}`}><Heads of={r.heads} /></Figure> },
    { key: 'mean', title: t('figure.mean'), right: true, sort: r => r.mean_mg?.value, cell: r => <Figure figure="mean" subject={`pool:${r.pool}`}><Mass of={r.mean_mg} /></Figure> },
    { key: 'biomass', title: t('figure.biomass'), right: true, phone: true, sort: r => r.biomass_mg?.value, cell: r => <Figure figure="biomass" subject={`pool:${r.pool}`}><Mass of={r.biomass_mg} /></Figure> },
    { key: 'volume', title: t('field.volume_ml'), right: true, sort: r => r.volume_ml, cell: r => <span className="num">{show_volume(r.volume_ml)}</span> },
    { key: 'density', title: 'kg/m³', right: true, sort: r => r.density_mg_per_l, cell: r => <Num of={r.density_mg_per_l == null ? null : r.density_mg_per_l / 1000} decimals={1} /> },
    { key: 't', title: '°C', right: true, sort: r => r.temperature_mc, cell: r => <Num of={r.temperature_mc == null ? null : r.temperature_mc / 1000} decimals={1} /> },
    { key: 'o', title: t('pool.oxygen_head'), right: true, sort: r => r.oxygen_ug_l, cell: r => <Num of={r.oxygen_ug_l == null ? null : r.oxygen_ug_l / 1000} decimals={1} /> },
    { key: 'seen', title: t('round.seen'), right: true, sort: r => r.last_seen_at, cell: r => <span className={r.seen_today ? 'num' : 'num muted'}>{r.last_seen_at ? show_instant(r.last_seen_at) : t('pool.never')}</span> },
  ]
  return (
    <>
      <PageHead title={t('nav.pools')} sentence={got.data ? sentence(rows) : ' '}
        acts={may('manage') && <>
          <Button icon={<Icon name="plus" size={16} />} onClick={() => set_adding('pool')}>{t('pool.new')}</Button>
          <Button icon={<Icon name="plus" size={16} />} onClick={() => set_adding('site')}>{t('site.new')}</Button>
        </>} />
      <Filters end={<Exports list="pools" query={site ? { site } : {}} />}>
        <Words name="q" label={t('pool.find')} />
        <Pick name="site" label={t('filter.every_site')} options={(sites ?? []).map(s => ({ value: s.site, label: s.name }))} wide />
        <Pick name="pool_kind" label={t('filter.every_kind')} options={kinds.map(k => ({ value: k, label: word('pool_kind', k) }))} />
        <Pick name="worst" label={t('filter.every_state')} options={(['watch', 'warn', 'bad'] as const).map(w => ({ value: w, label: t('filter.at_least', { state: t(`worst.${w}` as Key) }) }))} />
        <Pick name="closed" label={t('filter.open_only')} options={[{ value: 'all', label: t('filter.closed_too') }]} />
      </Filters>
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.pool} label={t('nav.pools')} open={r => go(`/pools/${encodeURIComponent(r.pool)}`)} empty={t('pool.none')} />}</Answer>
      {adding && <FactForm kind={adding} title={t(adding === 'pool' ? 'pool.new' : 'site.new')} preset={adding === 'pool' && site ? { site } : {}}
        first={['site', 'pool', 'name', 'pool_kind', 'volume_ml']} close={() => set_adding(null)} />}
    </>
  )
}

function sentence(rows: PoolRow[]): string {
  const bad = rows.filter(r => r.worst === 'bad').length, warn = rows.filter(r => r.worst === 'warn').length
  const seen = rows.filter(r => r.seen_today).length
  return `${t('pools.sentence', { count: rows.length, seen })} ${state_words(bad, warn)}`
}
