import { App, Button, Drawer, Input, InputNumber, Segmented, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { post, Problem, query_text, seg } from '../api'
import { forget, useGet, useMay } from '../data'
import { is_zh } from '../i18n'
import { go, useQuery } from '../router'
import { Answer, Fact, Facts, Nothing, PageHead, problem_text, Section, When } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { grams, type Code, type Design, type LabelCard, type LabelList, type LabelRow } from '../labels/shapes'
import { l, state_word } from '../labels/words'
import '../labels/labels.css'

const every_language = ['en', 'zh', 'fr', 'de', 'ja']
const language_names: Record<string, string> = { en: 'English', zh: '中文', fr: 'Français', de: 'Deutsch', ja: '日本語' }
const states = ['', 'issued', 'printed', 'applied', 'spoiled', 'voided']

export default function Labels() {
  const [state, set_state] = useQuery('state')
  const [q, set_q] = useQuery('q')
  const [number, set_number] = useQuery('label')
  const [print, set_print] = useQuery('print')
  const got = useGet<LabelList>(`/labels${query_text({ state: q ? '' : state, q })}`)
  const may = useMay()
  const sum = (...of: string[]) => (got.data?.counts ?? []).filter(c => of.includes(c.state)).reduce((n, c) => n + c.labels, 0)
  const columns: Column<LabelRow>[] = [
    { key: 'name', title: l('number'), phone: true, sort: r => r.name, cell: r => <b className="num">{r.name}</b> },
    { key: 'state', title: l('state'), phone: true, sort: r => r.state, cell: r => state_word(r.state) },
    { key: 'tin', title: l('tin'), phone: true, sort: r => r.tin, cell: r => r.tin ?? '–' },
    { key: 'changed', title: l('changed'), sort: r => r.changed_at, cell: r => <When at={r.changed_at} /> },
  ]
  const total = (got.data?.counts ?? []).reduce((n, c) => n + c.labels, 0)
  return (
    <>
      <PageHead title={l('labels')}
        sentence={!got.data ? ' ' : !total ? l('none_yet') : l('sentence', { printed: show_number(sum('printed', 'issued')), applied: show_number(sum('applied')), spoiled: show_number(sum('spoiled', 'voided')) })}
        acts={may('record') && <Button type="primary" onClick={() => set_print(print ? '' : '1')}>{l('print')}</Button>} />
      {print && <PrintRun />}
      <Section title={l('register')} acts={<Input.Search allowClear aria-label={l('search')} placeholder={l('search')} defaultValue={q} onSearch={text => set_q(text.trim())} style={{ width: 260 }} />}>
        {!q && <Segmented value={state} onChange={v => set_state(String(v))} options={states.map(s => ({ value: s, label: s ? state_word(s) : l('all') }))} style={{ marginBottom: 12, maxWidth: '100%', overflowX: 'auto' }} />}
        <Answer got={got}>{d => d.labels.length ? <Table rows={d.labels} columns={columns} row_key={r => r.name} label={l('register')} name="labels" height={480} open={r => set_number(r.name)} /> : <Nothing>{l('none_yet')}</Nothing>}</Answer>
      </Section>
      {may('manage') && <Codes />}
      {number && <LabelDrawer number={number} close={() => set_number('')} />}
    </>
  )
}

/// What is wanted at the left, how it will look at the right; printing gives out the numbers.
function PrintRun() {
  const designs = useGet<{ designs: Design[] }>('/labels/designs').data?.designs ?? []
  const { message } = App.useApp()
  const [tin, set_tin] = useQuery('tin')
  const [lot, set_lot] = useQuery('lot')
  const [by, set_by] = useState<'tin' | 'lot'>(lot ? 'lot' : 'tin')
  const [net, set_net] = useState<number | null>(30)
  const [count, set_count] = useState<number | null>(1)
  const [name, set_name] = useState('tin-70x50')
  const design = designs.find(d => d.name === name)
  const [width, set_width] = useState<number | null>(null)
  const [height, set_height] = useState<number | null>(null)
  const [languages, set_languages] = useState<string[]>([])
  const [format, set_format] = useState('pdf')
  const [storage, set_storage] = useState('−2 … +2 °C')
  const [refused, set_refused] = useState('')
  const [busy, set_busy] = useState(false)
  const wanted = by === 'tin' ? tin.trim() : lot.trim()
  const asked = useMemo(() => !wanted ? '' : '/api/v1/labels/preview.svg' + query_text({
    tin: by === 'tin' ? wanted : '', lot: by === 'lot' ? wanted : '', net_mg: by === 'lot' ? Math.round((net ?? 0) * 1000) : '', design: name, width_mm: width, height_mm: height, languages: languages.join(','), storage,
  }), [wanted, by, net, name, width, height, languages, storage])
  const [picture, set_picture] = useState('')
  useEffect(() => {
    let gone = false
    if (!asked) { set_picture(''); set_refused(''); return }
    const wait = setTimeout(async () => {
      const reply = await fetch(asked, { headers: { 'X-Osetra': '1' } }).catch(() => null)
      if (gone || !reply) return
      if (reply.ok) { set_picture(URL.createObjectURL(await reply.blob())); set_refused('') }
      else { set_picture(''); set_refused((await reply.json().catch(() => ({ detail: '' }))).detail) }
    }, 200)
    return () => { gone = true; clearTimeout(wait) }
  }, [asked])
  const run = async () => {
    set_busy(true)
    try {
      const issued = await post<{ runs: { first: string; last: string; count: number }[] }>('/labels/runs', {
        ...(by === 'tin' ? { tins: [wanted] } : { lot: wanted, net_mg: Math.round((net ?? 0) * 1000), count: count ?? 1 }), design: name, storage,
        ...(width ? { width_mm: width } : {}), ...(height ? { height_mm: height } : {}), ...(languages.length ? { languages } : {}),
      })
      for (const r of issued.runs) {
        const zpl = format.startsWith('zpl')
        const reply = await fetch('/api/v1/labels/print', { method: 'POST', headers: { 'X-Osetra': '1', 'Content-Type': 'application/json' }, body: JSON.stringify({ number: r.first, count: r.count, format: zpl ? 'zpl' : 'pdf', ...(format === 'a4' ? { sheet: 'a4' } : {}), ...(zpl ? { dpi: format === 'zpl300' ? 300 : 203 } : {}) }) })
        if (!reply.ok) { const p = await reply.json(); throw new Problem(reply.status, p.code, p.detail) }
        const link = document.createElement('a')
        link.href = URL.createObjectURL(await reply.blob())
        link.download = `${r.first}.${zpl ? 'zpl' : 'pdf'}`
        link.click()
        void message.success(l('printed_now', { first: r.first, last: r.last }))
      }
      forget('/labels')
    } catch (e) { set_refused(problem_text(e)) } finally { set_busy(false) }
  }
  return (
    <Section title={l('print')}>
      <div className="label_sheet">
        <form className="label_form" onSubmit={e => { e.preventDefault(); void run() }}>
          <Segmented block value={by} onChange={v => set_by(v as 'tin' | 'lot')} options={[{ value: 'tin', label: l('for_tin') }, { value: 'lot', label: l('for_lot') }]} />
          {by === 'tin' ? <Input id="label_tin" size="large" value={tin} onChange={e => set_tin(e.target.value)} aria-label={l('tin_field')} placeholder={l('tin_field')} autoFocus />
            : <>
                <Input id="label_lot" size="large" value={lot} onChange={e => set_lot(e.target.value)} aria-label={l('lot_field')} placeholder={l('lot_field')} autoFocus />
                <div className="label_pair">
                  <label>{l('net')}<InputNumber id="label_net" min={1} value={net} onChange={set_net} style={{ width: '100%' }} /></label>
                  <label>{l('count')}<InputNumber id="label_count" min={1} max={10_000} value={count} onChange={set_count} style={{ width: '100%' }} /></label>
                </div>
              </>}
          <label>{l('design')}<Select id="label_design" value={name} onChange={v => { set_name(v); set_width(null); set_height(null); set_languages([]) }} style={{ width: '100%' }} options={designs.filter(d => !d.codes?.includes('gs1_128')).map(d => ({ value: d.name, label: d.name }))} /></label>
          <div className="label_pair">
            <label>{l('width')}<InputNumber min={10} max={300} value={width ?? design?.width_mm} onChange={set_width} style={{ width: '100%' }} /></label>
            <label>{l('height')}<InputNumber min={10} max={300} value={height ?? design?.height_mm} onChange={set_height} style={{ width: '100%' }} /></label>
          </div>
          <label>{l('languages')}<Select mode="multiple" value={languages.length ? languages : design?.languages ?? []} onChange={set_languages} style={{ width: '100%' }} options={every_language.map(v => ({ value: v, label: language_names[v] }))} /></label>
          <label>{l('storage')}<Input value={storage} onChange={e => set_storage(e.target.value)} /></label>
          <label>{l('format')}<Select value={format} onChange={set_format} style={{ width: '100%' }} options={(['pdf', 'a4', 'zpl203', 'zpl300'] as const).map(v => ({ value: v, label: l(v) }))} /></label>
          <Button type="primary" size="large" htmlType="submit" loading={busy} disabled={!wanted || !!refused}>{l('print')}</Button>
          <p className="muted small">{l('once')}</p>
        </form>
        <div>
          <div className="label_view">{picture ? <img src={picture} alt={l('preview')} /> : <span className="muted">{l('preview_none')}</span>}</div>
          {refused && <p className="notice notice_warn" role="alert">{refused}</p>}
        </div>
      </div>
    </Section>
  )
}

function LabelDrawer({ number, close }: { number: string; close: () => void }) {
  const got = useGet<LabelCard>(`/labels/${seg(number)}`)
  const may = useMay()
  const [act, set_act] = useState<'apply' | 'spoil' | 'void' | ''>('')
  const [text, set_text] = useState('')
  const [said, set_said] = useState('')
  const send = async () => {
    try {
      await post(`/labels/${seg(number)}/${act}`, act === 'apply' ? { tin: text.trim() } : { reason: text.trim() })
      set_act(''); set_text(''); set_said('')
      forget('/labels')
    } catch (e) { set_said(problem_text(e)) }
  }
  const d = got.data
  return (
    <Drawer open onClose={close} title={number} size={420}>
      <Answer got={got}>{card => (
        <>
          <Facts>
            <Fact label={l('state')}>{state_word(card.state)}</Fact>
            {card.tin && <Fact label={l('tin')}><a onClick={() => go(`/tins?scan=${seg(card.tin!)}`)}>{card.tin}</a></Fact>}
            {card.content && <Fact label="CITES" wide><span className="num">{card.content.label}</span></Fact>}
            {card.content?.net_mg && <Fact label={l('net_weight')}>{grams(card.content.net_mg)}</Fact>}
          </Facts>
          {may('record') && <div className="label_acts">
            {d?.state === 'printed' && <Button type="primary" onClick={() => set_act('apply')}>{l('apply')}</Button>}
            {(d?.state === 'printed' || d?.state === 'issued') && <Button onClick={() => set_act('spoil')}>{l('spoil')}</Button>}
            {(d?.state === 'printed' || d?.state === 'issued' || d?.state === 'applied') && <Button onClick={() => set_act('void')}>{l('void')}</Button>}
          </div>}
          {act && <form className="label_form" style={{ marginTop: 12 }} onSubmit={e => { e.preventDefault(); void send() }}>
            <Input autoFocus size="large" value={text} onChange={e => set_text(e.target.value)} placeholder={act === 'apply' ? l('which_tin') : l('reason')} aria-label={act === 'apply' ? l('which_tin') : l('reason')} />
            <Button type="primary" htmlType="submit" disabled={!text.trim()}>{l('record')}</Button>
          </form>}
          {said && <p className="notice notice_warn" role="alert">{said}</p>}
          <h3>{l('acts')}</h3>
          <ul className="more_list">{card.acts.map((a, i) => <li key={i}><When at={a.acted_at} /> <b>{state_word(a.state)}</b> <span className="muted">{a.author}{a.tin ? ` · ${a.tin}` : ''}{a.reason ? ` · ${a.reason}` : ''}</span></li>)}</ul>
        </>
      )}</Answer>
    </Drawer>
  )
}

function Codes() {
  const got = useGet<{ codes: Code[] }>('/labels/codes')
  const open = (got.data?.codes ?? []).filter(c => !c.may_print)
  const [code, set_code] = useState('')
  const [source, set_source] = useState('')
  const [said, set_said] = useState('')
  if (!open.length) return null
  const send = async () => {
    try { await post(`/labels/codes/${seg(code)}/confirm`, { source: source.trim() }); set_code(''); set_source(''); set_said(''); forget('/labels') } catch (e) { set_said(problem_text(e)) }
  }
  return (
    <details className="label_codes">
      <summary>{l('codes')} ({open.length})</summary>
      <p className="muted small">{l('codes_mean')}</p>
      <ul>{open.map(c => (
        <li key={c.code}><b className="num">{c.code}</b> <i>{c.latin}</i> <span className="muted">{is_zh() ? c.name_zh : c.name_en}</span>{' '}
          {code === c.code ? <form style={{ display: 'inline-flex', gap: 8 }} onSubmit={e => { e.preventDefault(); void send() }}><Input autoFocus size="small" value={source} onChange={e => set_source(e.target.value)} placeholder={l('looked_up')} aria-label={l('looked_up')} /><Button size="small" type="primary" htmlType="submit" disabled={!source.trim()}>{l('confirm')}</Button></form>
            : <Button size="small" onClick={() => { set_code(c.code); set_source('') }}>{l('confirm')}</Button>}</li>
      ))}</ul>
      {said && <p className="notice notice_warn" role="alert">{said}</p>}
    </details>
  )
}
