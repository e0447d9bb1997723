import { Button } from 'antd'
import { useState } from 'react'
import { seg, type Difference, type PoolCard } from '../api'
import { useAsOf, useGet, useMay, useState_ } from '../data'
import { t } from '../i18n'
import { usePlace } from '../router'
import { Answer, Heads, PageHead, PoolLink, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Exports, Filters, Pick } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'

export default function Differences() {
  const { query } = usePlace()
  const all = query.get('show') === 'all'
  const got = useState_<{ differences: Difference[] }>('/differences', { open: all ? '' : '1' })
  const may = useMay()
  const { past } = useAsOf()
  const [explain, set_explain] = useState<Difference | null>(null)
  const rows = got.data?.differences ?? []
  const open = rows.filter(r => r.open)
  const fish = open.reduce((sum, r) => sum + Math.abs(r.difference - r.explained), 0)
  const columns: Column<Difference>[] = [
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool, cell: r => <><PoolLink pool={r.pool} /> <span className="muted small">{r.site}</span></> },
    { key: 'at', title: t('field.at'), sort: r => r.at, cell: r => <When at={r.at} /> },
    { key: 'counted', title: t('difference.counted'), right: true, cell: r => <span className="num">{show_number(r.counted)}{r.low != null && r.high != null && <span className="error"> {show_number(r.low)}–{show_number(r.high)}</span>}</span>, sort: r => r.counted },
    { key: 'expected', title: t('difference.expected'), right: true, cell: r => <Heads of={r.expected} />, sort: r => r.expected.value },
    { key: 'difference', title: t('difference.difference'), right: true, phone: true, sort: r => r.difference, cell: r => <span className={r.open ? 'num bad' : 'num'}>{r.difference > 0 ? '+' : ''}{show_number(r.difference)}</span> },
    { key: 'explained', title: t('difference.explained'), right: true, sort: r => r.explained, cell: r => <span className="num">{show_number(r.explained)}</span> },
    { key: 'probability', title: t('difference.chance'), right: true, sort: r => r.probability, cell: r => <span className="num">{r.probability < 0.001 ? '< 0.1%' : `${show_number(r.probability * 100, 1)}%`}</span> },
    { key: 'act', title: '', phone: true, cell: r => (r.open && may('record') && !past ? <Button size="small" onClick={() => set_explain(r)}>{t('difference.explain')}</Button> : null) },
  ]
  return (
    <>
      <PageHead title={t('nav.differences')} sentence={!got.data ? ' ' : open.length ? t('differences.sentence', { count: open.length, fish: show_number(fish) }) : t('differences.none')} />
      <Filters end={<Exports list="differences" />}>
        <Pick name="show" label={t('differences.open_only')} options={[{ value: 'all', label: t('differences.all') }]} wide />
      </Filters>
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.fact} label={t('nav.differences')} empty={t('differences.none')} />}</Answer>
      {explain && <Explain of={explain} close={() => set_explain(null)} />}
    </>
  )
}

function Explain({ of, close }: { of: Difference; close: () => void }) {
  const pool = useGet<PoolCard>(`/pools/${seg(of.pool)}`)
  if (!pool.data) return null
  return <FactForm kind="adjust" title={t('difference.explain_title', { pool: of.pool })} hide={['pool', 'about']} first={['cohort', 'heads', 'cause', 'note']}
    preset={{ pool: of.pool, cohort: pool.data.occupants[0]?.cohort, heads: of.difference - of.explained, about: of.fact }} close={close} />
}
