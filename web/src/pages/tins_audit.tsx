import { Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { post } from '../api'
import { Link } from '../router'
import { Nothing, PageHead, problem_text, Section } from '../ui/basic'
import { Camera, Detector } from '../ui/camera'
import { Table, type Column } from '../ui/table'
import { grams, type AuditFound } from '../labels/shapes'
import { l, state_word } from '../labels/words'
import '../labels/labels.css'

const kept = 'osetra_audit'
const read_kept = (): string[] => { try { return JSON.parse(localStorage.getItem(kept) ?? '[]') } catch { return [] } }

/// Counting a store room by scanning: what was scanned is kept in the browser, so that a dead battery loses nothing.
export default function TinsAudit() {
  const [scans, put_scans] = useState<string[]>(read_kept)
  const [text, set_text] = useState('')
  const [lot, set_lot] = useState('')
  const [found, set_found] = useState<AuditFound | null>(null)
  const [said, set_said] = useState('')
  const [camera, set_camera] = useState(false)
  const last = useRef('')
  const set_scans = (all: string[]) => { put_scans(all); localStorage.setItem(kept, JSON.stringify(all)); set_found(null) }
  const add = (raw: string) => { const one = raw.trim(); if (one) set_scans([...read_kept(), one]) }
  const compare = async () => {
    try { set_found(await post<AuditFound>('/tins/audit', { scans, ...(lot.trim() ? { lot: lot.trim() } : {}) })); set_said('') } catch (e) { set_said(problem_text(e)) }
  }
  type Missing = AuditFound['missing'][number]
  const columns: Column<Missing>[] = [
    { key: 'tin', title: l('tin'), phone: true, sort: m => m.tin, cell: m => <Link to={`/tins?scan=${encodeURIComponent(m.tin)}`}>{m.tin}</Link> },
    { key: 'lot', title: l('lot'), phone: true, sort: m => m.lot, cell: m => m.lot },
    { key: 'net', title: l('net_weight'), right: true, phone: true, sort: m => m.net_mg, cell: m => <span className="num">{grams(m.net_mg)}</span> },
    { key: 'container', title: l('container'), sort: m => m.container, cell: m => m.container ?? '–' },
  ]
  const agrees = found && !found.missing.length && !(found.twice ?? []).length && !(found.unknown ?? []).length && !found.unexpected.length
  return (
    <>
      <PageHead title={l('audit')} sentence={!found ? l('audit_how') : agrees ? l('agrees', { expected: found.expected })
        : l('differs', { seen: found.seen, expected: found.expected, missing: found.missing.length, mg: grams(found.missing_mg), twice: (found.twice ?? []).length, unknown: (found.unknown ?? []).length, unexpected: found.unexpected.length })} />
      <form onSubmit={e => { e.preventDefault(); add(text); set_text('') }}>
        <Input id="audit_scan" className="big_scan num" autoFocus autoComplete="off" value={text} onChange={e => set_text(e.target.value)} placeholder={l('tin_field')} aria-label={l('tin_field')} />
      </form>
      <p className="scan_count" aria-live="polite">{l('scans', { count: scans.length })}</p>
      {scans.length > 0 && <p className="num muted">{scans.slice(-3).join('  ·  ')}</p>}
      <div className="scan_row">
        <Button type="primary" size="large" onClick={() => void compare()} disabled={!scans.length}>{l('compare')}</Button>
        <Button size="large" onClick={() => set_scans(scans.slice(0, -1))} disabled={!scans.length}>{l('undo')}</Button>
        <Button size="large" onClick={() => set_scans([])} disabled={!scans.length}>{l('start_again')}</Button>
        {Detector && <Button size="large" onClick={() => set_camera(!camera)}>{l('camera')}</Button>}
        <Input size="large" style={{ maxWidth: 280 }} value={lot} onChange={e => { set_lot(e.target.value); set_found(null) }} placeholder={l('only_lot')} aria-label={l('only_lot')} />
      </div>
      {camera && <Camera take={raw => { if (raw !== last.current) { last.current = raw; add(raw) } }} failed={set_said} />}
      {said && <p className="notice notice_warn" role="alert">{said}</p>}
      {found && !agrees && <>
        {found.missing.length > 0 && <Section title={l('missing')}><Table rows={found.missing} columns={columns} row_key={m => m.tin} label={l('missing')} name="missing" height={400} /></Section>}
        {(found.twice ?? []).length > 0 && <Section title={l('twice')}><p className="num">{found.twice!.join(', ')}</p></Section>}
        {(found.unknown ?? []).length > 0 && <Section title={l('unknown')}><p className="num">{found.unknown!.join(', ')}</p></Section>}
        {found.unexpected.length > 0 && <Section title={l('unexpected')}><ul className="more_list">{found.unexpected.map(u => <li key={u.tin}><Link to={`/tins?scan=${encodeURIComponent(u.tin)}`}>{u.tin}</Link> <span className="muted">{state_word(u.gone)}</span></li>)}</ul></Section>}
      </>}
      {found && agrees && <Nothing>{l('agrees', { expected: found.expected })}</Nothing>}
    </>
  )
}
