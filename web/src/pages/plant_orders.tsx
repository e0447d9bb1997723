import { App, Button, Checkbox } from 'antd'
import { useMemo, useState } from 'react'
import { reason_mends, send_facts, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { add_days, farm_day, show_day } from '../dates'
import { t } from '../i18n'
import { FishLink, Mass, Nothing, PageHead, PoolLink, problem_text, Section, useNames } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { uuid7 } from '../uuid7'
import { PlantTabs } from '../plant/parts'
import type { Orders } from '../plant/shapes'
import { p } from '../plant/words'
import type { Estimate } from '../api'

interface RipeFish { fish: string; pool?: string; cohort?: string; species?: string; stage?: string; weight_mg?: Estimate | null; sex?: string }

/// From the list of ripe females to an order: which fish, since when they purge, on which day, to which line.
export default function PlantOrders() {
  const pack = useGet<{ maturity: { code: string; ripe: boolean }[] }>('/pack').data
  const stage = pack?.maturity.find(m => m.ripe)?.code
  const ripe = useGet<{ fish: RipeFish[] }>(stage ? `/fish?stage=${stage}&state=alive&limit=200` : null).data?.fish
  const got = useGet<Orders>('/plant/orders')
  const names = useNames()
  const may = useMay()
  const { message } = App.useApp()
  const least = got.data?.purge_days_least ?? 0
  const ordered = useMemo(() => new Set((got.data?.orders ?? []).flatMap(o => o.fish.map(f => f.fish))), [got.data])
  const free = useMemo(() => (ripe ?? []).filter(f => !ordered.has(f.fish) && f.sex !== 'male'), [ripe, ordered])
  const [chosen, set_chosen] = useState<string[]>([])
  const [purge, set_purge] = useState(farm_day())
  const [day, set_day] = useState('')
  const [line, set_line] = useState('L1')
  const [busy, set_busy] = useState(false)
  const [taking, set_taking] = useState<{ fish: string; kg: string; why?: string } | null>(null)
  const planned = day || add_days(purge, least)
  const tell = async (kind: string, body: Body, reason = '') => {
    set_busy(true)
    try {
      const [outcome] = await send_facts([{ id: uuid7(), kind, body, ...(reason ? { reason } : {}) }])
      if (outcome.outcome === 'refused') {
        if (reason_mends(outcome.code)) set_taking(x => x && { ...x, why: x.why ?? '' })
        throw new Error(outcome.detail ?? outcome.code)
      }
      forget('/')
      return true
    } catch (e) {
      void message.error(problem_text(e), 8)
      return false
    } finally { set_busy(false) }
  }
  const order = async () => {
    const name = `${planned.replaceAll('-', '')}-${line}-${String(1 + (got.data?.orders ?? []).filter(o => o.planned_on === planned).length).padStart(2, '0')}`
    if (await tell('harvest_order', { order: name, fish: chosen, planned_on: planned, purge_from: purge, line })) set_chosen([])
  }
  const take = async () => {
    if (!taking) return
    const mg = Math.round(Number(taking.kg.replace(',', '.')) * 1e6)
    if (await tell('harvest', { fish: [taking.fish], purpose: 'roe', ...(mg > 0 ? { total_mg: mg } : {}) }, taking.why?.trim())) { set_taking(null); void message.success(p('harvest_done')) }
  }
  const columns: Column<RipeFish>[] = [
    ...(may('record') ? [{ key: 'pick', title: '', phone: true, width: 48, cell: (f: RipeFish) => <Checkbox aria-label={f.fish} checked={chosen.includes(f.fish)} onChange={e => set_chosen(e.target.checked ? [...chosen, f.fish] : chosen.filter(x => x !== f.fish))} /> }] : []),
    { key: 'fish', title: p('fish'), phone: true, sort: f => f.fish, cell: f => <FishLink fish={f.fish} /> },
    { key: 'species', title: p('species'), sort: f => f.species, cell: f => names.species(f.species ?? '') },
    { key: 'pool', title: p('pool'), phone: true, sort: f => f.pool, cell: f => f.pool ? <PoolLink pool={f.pool} /> : '–' },
    { key: 'weight', title: p('weight'), right: true, phone: true, sort: f => f.weight_mg?.value, cell: f => <Mass of={f.weight_mg ?? null} /> },
  ]
  const open = (got.data?.orders ?? []).flatMap(o => o.fish.filter(f => !f.harvested_at).map(f => ({ ...f, order: o })))
  return (
    <>
      <PageHead title={p('orders')} sentence={!ripe || !got.data ? ' ' : p('orders_sentence', { ripe: free.length, ordered: open.length })} />
      <PlantTabs />
      {may('record') && (
        <Section title={p('new_order')}>
          <p className="muted">{p('purge_note', { days: least })}</p>
          <form className="plant_form" onSubmit={e => { e.preventDefault(); void order() }}>
            <label>{p('purge_from')}<input type="date" value={purge} onChange={e => set_purge(e.target.value)} /></label>
            <label>{p('planned_on')}<input type="date" value={planned} min={add_days(purge, least)} onChange={e => set_day(e.target.value)} /></label>
            <label>{p('at_line')}<input value={line} maxLength={20} onChange={e => set_line(e.target.value)} /></label>
            <Button type="primary" htmlType="submit" size="large" disabled={!chosen.length || busy || !line}>{p('new_order')} · {p('chosen', { count: chosen.length })}</Button>
          </form>
        </Section>
      )}
      <Section title={p('ripe')}>{ripe && !free.length ? <Nothing>{p('none')}</Nothing> : <Table rows={free} columns={columns} row_key={f => f.fish} label={p('ripe')} name="ripe" height={420} />}</Section>
      <Section title={p('orders')}>
        {(got.data?.orders ?? []).map(o => (
          <div key={o.order} className="section">
            <h3>{o.order} <span className="muted small">{show_day(o.planned_on)}{o.line ? ` · ${o.line}` : ''}{o.purge_from ? ` · ${p('ordered_in', { day: show_day(o.purge_from) })}` : ''}</span></h3>
            <ul className="more_list">
              {o.fish.map(f => (
                <li key={f.fish} className="order_fish">
                  <FishLink fish={f.fish} />{' '}
                  {f.harvested_at ? <span className="muted">{p('taken')} {show_day(f.harvested_at)}</span>
                    : may('record') && (taking?.fish === f.fish
                      ? <form style={{ display: 'inline-flex', gap: 8, flexWrap: 'wrap' }} onSubmit={e => { e.preventDefault(); void take() }}>
                          <input className="num" aria-label={p('weight_kg')} placeholder={p('weight_kg')} inputMode="decimal" autoFocus value={taking.kg} onChange={e => set_taking({ ...taking, kg: e.target.value })} style={{ width: 110 }} />
                          {taking.why != null && <input aria-label={t('fact.reason')} placeholder={t('fact.reason')} autoFocus maxLength={300} value={taking.why} onChange={e => set_taking({ ...taking, why: e.target.value })} style={{ width: 220 }} />}
                          <Button htmlType="submit" type="primary" size="small" disabled={busy || taking.why?.trim() === ''}>{t('do.record')}</Button>
                        </form>
                      : <Button size="small" onClick={() => set_taking({ fish: f.fish, kg: '' })}>{p('harvest_now')}</Button>)}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </Section>
    </>
  )
}
