import { Button } from 'antd'
import { useState } from 'react'
import { query_text, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { t } from '../i18n'
import { go, Link, useQuery } from '../router'
import { Answer, Fact, Facts, Nothing, PageHead, Section, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Day, Filters, Pick } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { ClassBars, ClassTable, FileDrawer, HoldLink, load_at, mass, PalletTable, SortingTabs, state_word, useTell } from '../sorting/parts'
import type { LoadRow, SortingDay } from '../sorting/shapes'
import { named, s } from '../sorting/words'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

function sentence(d: SortingDay): string {
  const values = { sorted: mass(d.sorted_mg), pace: mass(1e6 * (d.pace.kg_per_hour ?? 0)), can: mass(1e6 * (d.pace.can_kg_per_hour ?? 0)), waiting: d.waiting, mass: mass(d.waiting_mg), hours: show_number(d.pace.hours_to_go ?? 0, 1) }
  if (!d.loads.length) return s('none')
  if (d.pace.kg_per_hour && d.pace.can_kg_per_hour) return s(d.waiting ? 'sentence' : 'sentence_done', values)
  return s(d.sorted_mg ? 'sentence_sorted' : 'sentence_waiting', values)
}

/// The sorting line of a day: what waits, what runs, what came of it, how fast, and where it stands now.
export default function Sorting() {
  const [day] = useQuery('day')
  const [pack] = useQuery('pack')
  const got = useGet<SortingDay>('/sorting' + query_text({ day, pack }))
  const may = useMay()
  const tell = useTell()
  const [form, set_form] = useState<Form | null>(null)
  const [file, set_file] = useState<'loads' | 'counts' | null>(null)
  const d = got.data
  const next = (l: LoadRow) => {
    if (!may('record') || l.hold) return null
    const act = (label: string, run: () => void) => <Button size="small" onClick={e => { e.stopPropagation(); run() }}>{label}</Button>
    if (l.state === 'waiting') return act(s('start'), () => void tell('sort_start', { load: l.load }))
    if (l.state === 'running') return act(s('end'), () => void tell('sort_end', { load: l.load }))
    return l.packed_mg < l.sorted_mg ? act(s('cartons_act'), () => set_form({ kind: 'cartons', title: `${s('pack_cartons')} · ${l.load}`, preset: { load: l.load }, hide: ['load'], first: ['pallet', 'quality', 'size', 'cartons'] })) : null
  }
  const columns: Column<LoadRow>[] = [
    { key: 'load', title: s('load'), phone: true, sort: l => l.load, cell: l => <Link to={load_at(l.load)} className="num">{l.load}</Link> },
    { key: 'grower', title: s('grower'), phone: true, sort: l => l.grower, cell: l => l.grower },
    { key: 'received', title: s('received'), sort: l => l.received_at, cell: l => <When at={l.received_at} /> },
    { key: 'net', title: s('net'), right: true, phone: true, sort: l => l.net_mg, cell: l => <span className="num">{mass(l.net_mg)}</span> },
    { key: 'state', title: s('state'), phone: true, sort: l => l.state, cell: l => l.hold ? <HoldLink of={l} /> : l.state === 'running' ? <b>{state_word(l)}{l.line ? ` ${l.line}` : ''}</b> : state_word(l) },
    { key: 'sorted', title: s('sorted'), right: true, sort: l => l.sorted_mg, cell: l => <span className="num">{l.sorted_mg ? mass(l.sorted_mg) : '–'}</span> },
    { key: 'packed', title: s('packed'), right: true, sort: l => l.packed_mg, cell: l => <span className="num">{l.packed_mg ? mass(l.packed_mg) : '–'}</span> },
    { key: 'act', title: '', phone: true, cell: next },
  ]
  return (
    <>
      <PageHead title={t('nav.sorting')} sentence={d ? sentence(d) : ' '} acts={may('record') && d && <>
        <Button type="primary" onClick={() => set_form({ kind: 'load', title: s('weigh_in'), preset: { pack: d.pack }, hide: [], first: ['load', 'grower', 'orchard', 'variety', 'gross_mg', 'tare_mg', 'pack'] })}>{s('weigh_in')}</Button>
        <Button onClick={() => set_file('counts')}>{s('sizer')}</Button>
        <Button onClick={() => set_file('loads')}>{s('list')}</Button>
      </>} />
      <SortingTabs />
      <Filters>
        <Day name="day" label={s('day')} />
        {d && <Pick name="pack" label={named(d)} options={d.packs.map(p => ({ value: p.pack, label: named(p) }))} />}
      </Filters>
      <Answer got={got}>{d => <>
        {d.pace.kg_per_hour != null && <Facts>
          <Fact label={s('pace')}><span className="num">{s('per_hour', { mass: mass(1e6 * d.pace.kg_per_hour) })}</span></Fact>
          {d.pace.can_kg_per_hour != null && <Fact label={s('can')}><span className="num">{s('per_hour', { mass: mass(1e6 * d.pace.can_kg_per_hour) })}</span></Fact>}
          <Fact label={s('hours')}><span className="num">{show_number(d.pace.hours, 1)}</span></Fact>
          {d.pace.mean_g != null && <Fact label={s('mean')}><span className="num">{show_number(d.pace.mean_g, d.pace.mean_g < 20 ? 1 : 0)} g</span></Fact>}
          <Fact label={s('to_go')}><span className="num">{mass(d.to_do_mg)}</span></Fact>
          <Fact label={s('cartons')}><span className="num">{show_number(d.cartons, 0)}</span></Fact>
        </Facts>}
        <Section title={s('loads')}>
          {d.loads.length ? <Table rows={d.loads} columns={columns} row_key={l => l.load} open={l => go(load_at(l.load))} label={s('loads')} name="loads" /> : <Nothing>{s('none')}</Nothing>}
        </Section>
        {d.out_turn.length > 0 && <Section title={s('out_turn')}>
          <ClassBars of={d.out_turn} pack={d} />
          <ClassTable of={d.out_turn} pack={d} />
        </Section>}
        {d.pallets.length > 0 && <Section title={s('pallets')}><PalletTable of={d.pallets} pack={d} /></Section>}
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/')} />}
      {file && <FileDrawer of={file} pack={d} close={() => set_file(null)} />}
    </>
  )
}
