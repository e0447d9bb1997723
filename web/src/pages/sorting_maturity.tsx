import { Button } from 'antd'
import { useState } from 'react'
import { get, query_text, type Body, type FactRow } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { is_zh, t, word } from '../i18n'
import { Link, useQuery } from '../router'
import { q_code } from '../quality/words'
import { load_at, SortingTabs, useTell } from '../sorting/parts'
import { m, type BlockRow, type FloorRow, type HeadingRow, type Maturity } from '../sorting/maturity_words'
import type { SortingDay } from '../sorting/shapes'
import { named } from '../sorting/words'
import { Answer, Nothing, PageHead, Section, When } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { FactForm } from '../ui/fact_form'
import { Filters, Pick } from '../ui/filters'
import { Table } from '../ui/table'
import { show_number } from '../units'

const key_of = (b: BlockRow) => `${b.pack}/${b.grower}/${b.orchard}`
const block_name = (b: { grower: string; orchard: string }) => (b.orchard ? `${b.orchard} · ${b.grower}` : b.grower)
const variety_name = (b: BlockRow) => (is_zh() ? b.name_zh : b.name_en) ?? b.variety
const digits = (f: FloorRow) => ((f.least ?? f.most ?? 1) < 2 ? 2 : 1)
const floor_words = (f: FloorRow) => [f.least != null && m('at_least', { n: show_number(f.least, 2) }), f.most != null && m('at_most', { n: show_number(f.most, 2) })].filter(Boolean).join(', ')

/// "Soluble solids to Titratable acid" of brix/acid: names of both parts are told by the measures that stand alone.
function measure_name(f: FloorRow, all: FloorRow[]): string {
  const own = is_zh() ? f.name_zh : f.name_en
  if (own) return own
  const [a, b] = f.measure.split('/').map(code => { const one = all.find(x => x.measure === code); return (is_zh() ? one?.name_zh : one?.name_en) ?? code })
  return m('over', { a, b })
}
const unit_words = (f: FloorRow) => (f.unit === 'brix' ? '°Brix' : f.unit === 'g/100g' ? '%' : f.unit ?? '')

function Measures({ of }: { of: FloorRow[] }) {
  return <span className="name_list">{of.map((f, i) => <span key={f.measure} className="nowrap">
    <span className={f.n > 0 && f.held ? 'num' : 'num state_bad'} title={`${measure_name(f, of)}: ${floor_words(f)}`}>{f.n > 0 ? `${f.measure} ${show_number(f.mean!, digits(f))}` : `${f.measure} ${m('not_there')}`}</span> <span className="muted num">({f.least != null ? '≥' : '≤'} {show_number((f.least ?? f.most)!, 2)}){i < of.length - 1 && ','}</span> </span>)}</span>
}

/// One measure of a block: its samples, the line through them, and the floor.
function Way({ of, block }: { of: HeadingRow; block: BlockRow }) {
  const name = measure_name(of, block.measures), unit = unit_words(of)
  const points = block.samples.map(s => ({ at: s.at, f: s.measures.find(x => x.measure === of.measure) })).filter(x => x.f && x.f.n > 0)
  if (points.length === 0) return null
  const level = (of.least ?? of.most)!
  const last = points[points.length - 1]
  const line = of.per_day != null && of.reached ? [[last.at, last.f!.mean], [`${of.reached}T12:00:00Z`, level]] : []
  const foot = [of.per_day != null && m('a_week', { n: `${of.per_day > 0 ? '+' : '−'}${show_number(Math.abs(7 * of.per_day), 2)}` }), of.reached && m('about', { day: show_day(of.reached) }), of.earliest && of.latest && m('between', { from: show_day(of.earliest), to: show_day(of.latest) })].filter(Boolean).join(' · ')
  return <figure className="way">
    <figcaption><b>{name}</b>{unit && ` ${unit}`} <span className="muted">{floor_words(of)}{foot && ` · ${foot}`}</span></figcaption>
    <Chart height={180} label={m('way', { name })} option={p => ({
      ...base(p), legend: undefined, grid: { left: 44, right: 16, top: 12, bottom: 28 }, xAxis: time_axis(p), yAxis: value_axis(p, '', { scale: true, min: (v: { min: number }) => Math.floor(10 * Math.min(v.min, level)) / 10, max: (v: { max: number }) => Math.ceil(10 * Math.max(v.max, level)) / 10 }),
      tooltip: { ...(base(p).tooltip as object), trigger: 'item', valueFormatter: (v: number) => show_number(v, 2) },
      series: [
        { type: 'line', name: m('measured'), symbolSize: 8, lineStyle: { width: 1, color: p.line }, itemStyle: { color: p.accent }, data: points.map(x => [x.at, x.f!.mean]),
          markLine: { symbol: 'none', silent: true, label: { show: false }, data: [{ yAxis: level, lineStyle: { color: p.bad, type: 'solid', width: 2 } }] } },
        ...(line.length ? [{ type: 'line', name: m('trend'), symbol: 'none', lineStyle: { color: p.accent, type: 'dashed' as const }, data: line }] : []),
      ],
    })} />
  </figure>
}

function ripe_words(b: BlockRow): string {
  if (b.ripe) return m('since', { day: show_day(b.ripe_since) })
  return b.ripe_on ? m('about', { day: show_day(b.ripe_on) }) : m('unknown')
}

/// Which blocks may be harvested by their samples, when others will be, and which loads the gate holds.
export default function SortingMaturity() {
  const [pack] = useQuery('pack')
  const got = useGet<Maturity>('/quality/maturity' + query_text({ pack }))
  const packs = useGet<SortingDay>('/sorting').data?.packs ?? []
  const may = useMay()
  const tell = useTell()
  const [chosen, choose] = useState('')
  const [form, set_form] = useState<{ preset: Body } | null>(null)
  const [mend, set_mend] = useState<FactRow | null>(null)
  const d = got.data
  const one = d?.blocks.find(b => key_of(b) === chosen) ?? d?.blocks.find(b => !b.ripe) ?? d?.blocks[0]
  const next = d?.blocks.filter(b => !b.ripe && b.ripe_on).sort((a, b) => a.ripe_on!.localeCompare(b.ripe_on!))[0]
  const held = d?.loads.filter(l => l.bars).length ?? 0
  const gate = d?.packs.find(p => p.pack === (pack || one?.pack || packs[0]?.pack))
  const pack_name = (code: string) => named(packs.find(p => p.pack === code)) || code
  return (
    <>
      <PageHead title={m('title')} sentence={!d ? ' ' : !d.blocks.length ? m('none') : m('sentence', { ripe: d.ripe, all: d.blocks.length }) + (next ? m('next', { block: block_name(next), day: show_day(next.ripe_on) }) : '') + (held ? m('held', { n: held }) : '')} acts={<>
        {may('record') && <Button type="primary" onClick={() => set_form({ preset: { ...(gate ? { pack: gate.pack } : {}) } })}>{m('take')}</Button>}
        {may('manage') && gate && <Button onClick={() => void tell('maturity_gate', gate.gate ? { pack: gate.pack, lifted: true } : { pack: gate.pack })}>{m(gate.gate ? 'gate_off' : 'gate_on')}</Button>}
      </>} />
      <SortingTabs />
      {packs.length > 1 && <Filters><Pick name="pack" label={t('field.pack')} options={packs.map(p => ({ value: p.pack, label: named(p) }))} /></Filters>}
      {gate && <p className="muted">{pack_name(gate.pack)}: {gate.gate ? m('gate_stands', { day: show_day(farm_day(gate.since)), by: gate.by }) : m('gate_none')}</p>}
      <Answer got={got}>{d => <>
        {d.blocks.length ? <Table rows={d.blocks} row_key={key_of} label={m('title')} name="blocks" open={b => choose(key_of(b))} columns={[
          { key: 'block', title: m('block'), phone: true, sort: b => block_name(b), cell: b => one && key_of(b) === key_of(one) ? <b>{block_name(b)}</b> : block_name(b) },
          { key: 'variety', title: m('variety'), sort: variety_name, cell: b => variety_name(b) || '–' },
          { key: 'state', title: m('state'), phone: true, sort: b => b.state, cell: b => <span className={b.state === 'ripe' ? '' : b.state === 'unripe' ? 'state_bad' : 'muted'}>{m(b.state)}</span> },
          { key: 'sampled', title: m('sampled'), sort: b => b.at, cell: b => show_day(farm_day(b.at)) },
          { key: 'against', title: m('against'), cell: b => <Measures of={b.measures} /> },
          { key: 'ripe', title: m('ripe_on'), phone: true, sort: b => b.ripe_since ?? b.ripe_on ?? '9', cell: ripe_words },
        ]} /> : <Nothing>{m('none')}</Nothing>}
        {one && <Section title={`${block_name(one)}${variety_name(one) ? ` · ${variety_name(one)}` : ''}`} acts={may('record') && <Button onClick={() => set_form({ preset: { pack: one.pack, grower: one.grower, ...(one.orchard ? { orchard: one.orchard } : {}), ...(one.variety ? { variety: one.variety } : {}) } })}>{m('take')}</Button>}>
          <p className="small muted">{m('good_for', { fruits: one.fruits_asked, days: one.good_for_days, source: one.source })}</p>
          <div className="ways">{one.measures.map(f => <Way key={f.measure} of={f} block={one} />)}</div>
          <Table rows={[...one.samples].reverse()} row_key={x => x.fact} label={m('samples')} name="samples" columns={[
            { key: 'sample', title: m('sample'), phone: true, cell: x => <span className="num">{x.sample}</span> },
            { key: 'at', title: m('sampled'), phone: true, sort: x => x.at, cell: x => <When at={x.at} /> },
            { key: 'fruits', title: m('fruits'), right: true, cell: x => <span className="num">{x.fruits}</span> },
            { key: 'against', title: m('against'), phone: true, cell: x => <Measures of={x.measures} /> },
            { key: 'state', title: m('state'), cell: x => m(x.ripe ? 'ripe' : 'unripe') },
            ...(may('record') ? [{ key: 'mend', title: '', cell: (x: { fact: string }) => <Button size="small" onClick={async () => set_mend(await get<FactRow>(`/facts/${x.fact}`))}>{m('mend')}</Button> }] : []),
          ]} />
        </Section>}
        {d.loads.length > 0 && <Section title={m('loads')}>
          <Table rows={d.loads} row_key={x => x.load} label={m('loads')} name="gate" columns={[
            { key: 'load', title: m('load'), phone: true, sort: x => x.load, cell: x => <Link to={load_at(x.load)} className="num">{x.load}</Link> },
            { key: 'received', title: m('received'), sort: x => x.at, cell: x => <When at={x.at} /> },
            { key: 'block', title: m('block'), phone: true, cell: x => block_name(x) },
            { key: 'state', title: m('state'), phone: true, sort: x => x.state, cell: x => m(x.state) },
            { key: 'sample', title: m('sample'), cell: x => <span className="num">{x.sample || '–'}</span> },
            { key: 'hold', title: m('hold'), phone: true, cell: x => x.hold ? <><Link to={`/quality/holds/${encodeURIComponent(x.hold)}`} className="num">{x.hold}</Link> <span className="muted">{q_code(x.hold_state ?? '')}</span></> : '' },
          ]} />
        </Section>}
      </>}</Answer>
      {form && <FactForm kind="maturity_sample" title={m('take')} preset={form.preset} hide={['sample']} first={['pack', 'grower', 'orchard', 'variety', 'values', 'fruits', 'load', 'note']} close={() => set_form(null)} done={() => forget('/')} />}
      {mend && <FactForm kind={mend.kind} title={`${t('do.correct')} · ${word('kind', mend.kind)}`} corrects={mend} close={() => set_mend(null)} done={() => forget('/')} />}
    </>
  )
}
