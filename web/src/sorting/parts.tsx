// What the pages of a sorting line share.
import { App, Button, Drawer } from 'antd'
import { useState } from 'react'
import { get, post, send_facts, type Body, type FactRow } from '../api'
import { forget, useMay } from '../data'
import { t, word } from '../i18n'
import { mass_taste } from '../prefs'
import { go, Link, usePlace } from '../router'
import '../plant/plant.css'
import { problem_text, When } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { FactForm } from '../ui/fact_form'
import { Table } from '../ui/table'
import { show_mass, show_number } from '../units'
import { uuid7 } from '../uuid7'
import type { LoadRow, OutTurnRow, PalletRow, SortingPack, ToldFact } from './shapes'
import { class_and_size, class_name, named, s, says, size_words } from './words'

export const mass = (mg: number) => show_mass(mg, mass_taste.get())
export const load_at = (load: string) => `/sorting/loads/${encodeURIComponent(load)}`
export const pallet_at = (pallet: string) => `/sorting/pallets/${encodeURIComponent(pallet)}`
export const state_word = (l: Pick<LoadRow, 'state'>) => s(l.state === 'sorted' ? 'through' : l.state)
/// The hold that bars a load, by its name alone.
export const hold_name = (l: Pick<LoadRow, 'hold'>) => l.hold?.split(',')[0] ?? ''
export const HoldLink = ({ of }: { of: Pick<LoadRow, 'hold'> }) => <Link to={`/quality/holds/${encodeURIComponent(hold_name(of))}`} className="state_bad">{s('on_hold')}</Link>

export function SortingTabs() {
  const { path } = usePlace()
  return <nav className="plant_tabs" aria-label={t('nav.sorting')}>{([['/sorting', 'today'], ['/sorting/maturity', 'maturity'], ['/sorting/growers', 'growers']] as const).map(([to, key]) => <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>{s(key)}</Link>)}</nav>
}

/// Tells a fact of this moment, and says what stands in the way.
export function useTell() {
  const { message } = App.useApp()
  return async (kind: string, body: Body) => {
    try {
      const [outcome] = await send_facts([{ id: uuid7(), kind, happened_at: new Date().toISOString(), body }])
      if (outcome.outcome === 'refused') void message.error(outcome.detail ?? outcome.code, 8)
      else if (outcome.warnings?.length) void message.warning(outcome.warnings.map(w => w.detail).join(' '), 8)
      forget('/')
    } catch (e) { void message.error(problem_text(e), 8) }
  }
}

export function ClassBars({ of, pack }: { of: OutTurnRow[]; pack: SortingPack }) {
  const sizes = [...pack.sizes.map(x => x.size), ''].filter(size => of.some(r => r.size === size))
  const classes = pack.classes.filter(c => of.some(r => r.quality === c.quality))
  const tonnes = Math.max(...of.map(r => r.weight_mg)) >= 1e9
  const unit = tonnes ? 't' : 'kg', per = tonnes ? 1e9 : 1e6
  return (
    <Chart height={260} label={s('out_turn_words')} option={p => ({
      ...base(p), grid: { ...(base(p).grid as object), top: 52 },
      tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: number | null) => v == null ? '–' : `${show_number(v, 2)} ${unit}` },
      xAxis: { type: 'category', data: sizes.map(x => x || s('no_size')), name: s('size'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: p.muted, fontSize: 11 }, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.muted, fontSize: 11, interval: 0 } },
      yAxis: value_axis(p, unit, { nameTextStyle: { color: p.muted, fontSize: 11, align: 'right', padding: [0, 8, 0, 0] } }),
      series: classes.map((c, i) => ({ type: 'bar', stack: 'size', name: named(c), barMaxWidth: 44, itemStyle: { color: p.bands[i % p.bands.length] }, data: sizes.map(size => { const row = of.find(r => r.quality === c.quality && r.size === size); return row && row.weight_mg > 0 ? row.weight_mg / per : null }) })),
    })} />
  )
}

export function ClassTable({ of, pack }: { of: OutTurnRow[]; pack: SortingPack }) {
  const all = of.reduce((n, r) => n + r.weight_mg, 0)
  return <Table rows={of} row_key={r => `${r.quality} ${r.size}`} label={s('out_turn')} name="classes" columns={[
    { key: 'quality', title: s('quality'), phone: true, cell: r => class_name(pack, r.quality) },
    { key: 'size', title: s('size'), phone: true, cell: r => r.size ? <><b className="num">{r.size}</b> <span className="muted num">{size_words(pack, r.size)}</span></> : <span className="muted">–</span> },
    { key: 'pieces', title: s('fruits'), right: true, sort: r => r.pieces, cell: r => <span className="num">{show_number(r.pieces, 0)}</span> },
    { key: 'weight', title: s('weight'), right: true, phone: true, sort: r => r.weight_mg, cell: r => <span className="num">{mass(r.weight_mg)}</span> },
    { key: 'share', title: s('share'), right: true, phone: true, sort: r => r.weight_mg, cell: r => <span className="num">{all > 0 ? `${show_number(100 * r.weight_mg / all, 1)} %` : '–'}</span> },
    { key: 'cartons', title: s('cartons'), right: true, sort: r => r.cartons, cell: r => <span className="num">{r.cartons || '–'}</span> },
    { key: 'packed', title: s('packed'), right: true, sort: r => r.packed_mg, cell: r => <span className="num">{r.packed_mg ? mass(r.packed_mg) : '–'}</span> },
  ]} />
}

export function PalletTable({ of, pack }: { of: PalletRow[]; pack: SortingPack | undefined }) {
  const may = useMay()
  const tell = useTell()
  return <Table rows={of} row_key={r => r.pallet} label={s('pallets')} name="pallets" open={r => go(pallet_at(r.pallet))} columns={[
    { key: 'pallet', title: s('pallet'), phone: true, sort: r => r.pallet, cell: r => <Link to={pallet_at(r.pallet)} className="num">{r.pallet}</Link> },
    { key: 'sscc', title: 'SSCC', cell: r => <span className="num">{r.sscc ?? '–'}</span> },
    { key: 'what', title: s('quality'), phone: true, cell: r => class_and_size(pack, r.quality, r.size) },
    { key: 'cartons', title: s('cartons'), right: true, phone: true, sort: r => r.cartons, cell: r => <span className="num">{r.takes ? s('full', { n: r.cartons, of: r.takes }) : r.cartons}</span> },
    { key: 'net', title: s('net'), right: true, sort: r => r.net_mg, cell: r => <span className="num">{mass(r.net_mg)}</span> },
    { key: 'from', title: s('from'), cell: r => <span className="name_list">{r.parts.map((x, i) => <span key={x.load}>{i > 0 && ', '}<Link to={load_at(x.load)}>{x.load}</Link> <span className="muted">{x.grower}</span></span>)}</span> },
    { key: 'closed', title: s('closed'), phone: true, cell: r => r.sent_at ? <>{s('sent')} <span className="muted">{r.party}</span></> : r.closed_at ? <When at={r.closed_at} /> : may('record') ? <Button size="small" onClick={e => { e.stopPropagation(); void tell('pallet', { pallet: r.pallet }) }}>{s('close')}</Button> : s('open') },
  ]} />
}

/// Everything that was told of a load or a pallet; each can be mended here.
export function Story({ facts, pack }: { facts: ToldFact[]; pack: SortingPack | undefined }) {
  const may = useMay()
  const [mend, set_mend] = useState<FactRow | null>(null)
  return (
    <>
      <Table rows={facts} row_key={f => f.fact} label={s('story')} name="story" columns={[
        { key: 'at', title: s('at'), phone: true, cell: f => <When at={f.at} /> },
        { key: 'kind', title: s('kind'), cell: f => word('kind', f.kind) },
        { key: 'what', title: s('what'), phone: true, cell: f => <span className="name_list">{says(f, pack, mass)}</span> },
        { key: 'by', title: s('by'), cell: f => f.by },
        ...(may('record') ? [{ key: 'mend', title: '', phone: true, cell: (f: ToldFact) => <Button size="small" onClick={async () => set_mend(await get<FactRow>(`/facts/${f.fact}`))}>{s('mend')}</Button> }] : []),
      ]} />
      {mend && <FactForm kind={mend.kind} title={`${t('do.correct')} · ${word('kind', mend.kind)}`} corrects={mend} close={() => set_mend(null)} done={() => forget('/')} />}
    </>
  )
}

/// A list of loads or what a sizer wrote is read and shown before anything is kept.
export function FileDrawer({ of, pack, close }: { of: 'loads' | 'counts'; pack: SortingPack | undefined; close: () => void }) {
  const { message } = App.useApp()
  const [csv, set_csv] = useState('')
  const [read, set_read] = useState<(LoadRow & OutTurnRow)[] | null>(null)
  const [problem, set_problem] = useState('')
  const send = async (text: string, dry_run: boolean) => {
    set_problem('')
    try {
      const answer = await post<Record<'loads' | 'counts', (LoadRow & OutTurnRow)[]>>(`/sorting/${of}`, { csv: text, dry_run, ...(of === 'loads' ? { pack: pack?.pack } : {}) })
      set_read(answer[of])
      if (dry_run) return
      forget('/')
      void message.success(s('kept', { count: answer[of].length }))
      close()
    } catch (e) { set_problem(problem_text(e)) }
  }
  return (
    <Drawer open onClose={close} title={s(of === 'loads' ? 'list' : 'sizer')} size={440} destroyOnHidden>
      <p>{s(of === 'loads' ? 'list_means' : 'sizer_means')}</p>
      <p><input type="file" accept=".csv,text/csv" aria-label={s('choose_file')} onChange={async e => { const text = await e.target.files?.[0]?.text(); if (text) { set_csv(text); set_read(null); await send(text, true) } }} /></p>
      {problem && <p className="state_bad" role="alert">{problem}</p>}
      {read && <>
        <p>{s('read', { count: read.length })}</p>
        <ul>{read.map((r, i) => <li key={i}><b className="num">{r.load}</b> {of === 'loads' ? `${r.grower}: ${mass(r.gross_mg - r.tare_mg)}` : `${class_and_size(pack, r.quality, r.size ?? '')}: ${show_number(r.pieces, 0)}, ${mass(r.weight_mg)}`}</li>)}</ul>
        <Button type="primary" onClick={() => void send(csv, false)}>{s('keep')}</Button>
      </>}
    </Drawer>
  )
}
