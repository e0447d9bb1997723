import { Button, Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { get, query_text, seg, send_facts } from '../api'
import { forget, useGet, useMay } from '../data'
import { Link } from '../router'
import { c, type Cases } from '../labels/cases'
import { grams, type TinStory } from '../labels/shapes'
import { sscc_of } from '../labels/sscc'
import { l, state_word } from '../labels/words'
import { sound, wake_sound } from '../plant/sound'
import { Answer, Nothing, PageHead, problem_text, Section, When } from '../ui/basic'
import { Table } from '../ui/table'
import { uuid7 } from '../uuid7'
import '../labels/labels.css'

interface Said { good: boolean; text: string }

/// A case is filled with a scanner alone: tins one after another, and the label of the case closes it.
export default function TinsPack() {
  const got = useGet<Cases>('/cases')
  const may = useMay()
  const [tins, set_tins] = useState<TinStory[]>([])
  const [text, set_text] = useState('')
  const [said, set_said] = useState<Said | null>(null)
  const [closed, set_closed] = useState<{ name: string; tins: number; net: number } | null>(null)
  const [busy, set_busy] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const net = tins.reduce((n, t) => n + t.net_mg, 0)
  // A scanner types wherever it is: what it types ends in the box.
  useEffect(() => {
    const wake = () => wake_sound()
    const key = (e: KeyboardEvent) => {
      wake_sound()
      const input = box.current
      if (input && document.activeElement !== input && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey && !(document.activeElement instanceof HTMLInputElement)) input.focus()
    }
    addEventListener('keydown', key)
    addEventListener('pointerdown', wake)
    return () => { removeEventListener('keydown', key); removeEventListener('pointerdown', wake) }
  }, [])
  const say = (good: boolean, words: string) => { sound(good ? 'good' : 'stop'); set_said(good ? null : { good, text: words }) }

  const close = async (name: string) => {
    if (!tins.length) return say(false, c('first'))
    set_busy(true)
    try {
      const [outcome] = await send_facts([{ id: uuid7(), kind: 'case', happened_at: new Date().toISOString(), body: { container: name, tins: tins.map(t => t.tin) } }])
      if (outcome.outcome === 'refused') return say(false, outcome.detail ?? outcome.code ?? '')
      say(true, '')
      set_closed({ name, tins: tins.length, net })
      set_tins([])
      forget('/')
    } catch (e) { say(false, problem_text(e)) } finally { set_busy(false); box.current?.focus() }
  }
  const scanned = async (typed: string) => {
    if (!typed || busy) return
    const label = sscc_of(typed)
    if (label) return close(label)
    set_busy(true)
    try {
      const tin = await get<TinStory>(`/tins${query_text({ scan: typed })}`)
      if (tins.some(t => t.tin === tin.tin)) return say(false, c('twice', { tin: tin.tin }))
      if (tin.gone) return say(false, c('gone', { tin: tin.tin, gone: state_word(tin.gone) }))
      if (tin.container) return say(false, c('elsewhere', { tin: tin.tin, case: tin.container }))
      if (tin.hold) return say(false, c('held', { tin: tin.tin, hold: tin.hold }))
      say(true, '')
      set_closed(null)
      set_tins([...tins, tin])
    } catch (e) { say(false, problem_text(e)) } finally { set_busy(false); box.current?.focus() }
  }
  const sentence = closed ? c('done', { case: closed.name, n: closed.tins, net: grams(closed.net) }) : tins.length ? c('filled', { n: tins.length, net: grams(net) }) : c('empty')
  const paper = (name: string, how: string) => `/api/v1/cases/${seg(name)}/label.${how}`
  return (
    <>
      <PageHead title={c('title')} sentence={sentence} acts={<Link to="/tins"><Button>{l('tins')}</Button></Link>} />
      {may('record') && <form onSubmit={e => { e.preventDefault(); const typed = text.trim(); set_text(''); void scanned(typed) }}>
        <Input id="case_scan" ref={at => { box.current = at?.input ?? null }} className="big_scan num" autoFocus autoComplete="off" value={text} onChange={e => set_text(e.target.value)} placeholder={c('field')} aria-label={c('field')} />
      </form>}
      {said && <p className="state_bad" role="alert">{said.text}</p>}
      <div className="label_acts">
        {tins.length > 0 && got.data && <Button type="primary" size="large" disabled={busy} onClick={() => void close(got.data!.next)}>{c('close', { case: got.data.next })}</Button>}
        {closed && <><Button type="primary" href={paper(closed.name, 'pdf')} target="_blank">{c('label')}</Button><Button href={paper(closed.name, 'zpl')}>{c('zpl')}</Button></>}
      </div>
      {tins.length > 0 && <Section title={c('in_case')}>
        <Table rows={[...tins].reverse()} row_key={t => t.tin} label={c('in_case')} name="in_case" columns={[
          { key: 'tin', title: c('tin'), phone: true, cell: t => <span className="num">{t.tin}</span> },
          { key: 'lot', title: c('lot'), phone: true, cell: t => <span className="num">{t.lot}</span> },
          { key: 'net', title: c('net'), right: true, phone: true, cell: t => <span className="num">{grams(t.net_mg)}</span> },
          { key: 'out', title: '', phone: true, cell: t => <Button size="small" onClick={() => set_tins(tins.filter(x => x !== t))}>{c('out')}</Button> },
        ]} />
      </Section>}
      <Answer got={got}>{d => <Section title={c('last')}>
        {d.cases.length > 0 && d.cases.every(x => !x.sscc) && <p className="muted">{c('no_identity')}</p>}
        {d.cases.length ? <Table rows={d.cases} row_key={x => x.container} label={c('last')} name="cases" columns={[
          { key: 'case', title: c('case'), phone: true, sort: x => x.closed_at, cell: x => <span className="num">{x.container}</span> },
          { key: 'sscc', title: 'SSCC', cell: x => x.sscc ? <Link to={`/trace?id=${encodeURIComponent(`https://id.gs1.org/00/${x.sscc}`)}`} className="num">{x.sscc}</Link> : '–' },
          { key: 'tins', title: c('tins'), right: true, phone: true, cell: x => <span className="num">{x.tins}</span> },
          { key: 'net', title: c('net'), right: true, cell: x => <span className="num">{grams(x.net_mg)}</span> },
          { key: 'lots', title: c('lots'), cell: x => <span className="name_list">{x.lots.map(lot => <span key={lot.lot}><Link to={`/plant/lots/${seg(lot.lot)}`}>{lot.lot}</Link></span>)}</span> },
          { key: 'closed', title: c('closed'), cell: x => <When at={x.closed_at} /> },
          { key: 'left', title: c('left'), cell: x => <span className="num">{x.shipment ?? ''}</span> },
          { key: 'label', title: '', phone: true, cell: x => x.sscc ? <a href={paper(x.container, 'pdf')} target="_blank" rel="noreferrer">{c('label')}</a> : '' },
        ]} /> : <Nothing>{c('none')}</Nothing>}
      </Section>}</Answer>
    </>
  )
}
