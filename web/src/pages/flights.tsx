import { App, Button, Input, Progress, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { post, seg, type FlightCard, type FlightRow, type PoolRow } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_local, from_farm_local } from '../dates'
import { t, word } from '../i18n'
import { go, usePlace } from '../router'
import { Answer, Count, PageHead, PoolLink, problem_text, Section, When } from '../ui/basic'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { send_file, upload_server, upload_shelf } from '../upload'

const kinds = ['auto', 'sturgeon', 'fingerling', 'larva']

export default function Flights() {
  const { query } = usePlace()
  const pool = query.get('pool') ?? ''
  const got = useGet<{ flights: FlightRow[] }>(`/flights${pool ? `?pool=${seg(pool)}` : ''}`)
  const may = useMay()
  const rows = got.data?.flights ?? []
  const waiting = rows.filter(r => r.state === 'counted').length
  const going = rows.filter(r => r.state === 'counting').length
  const columns: Column<FlightRow>[] = [
    { key: 'pool', title: t('field.pool'), phone: true, sort: r => r.pool, cell: r => <><PoolLink pool={r.pool} /> <span className="muted small">{r.site}</span></> },
    { key: 'at', title: t('flights.flown_at'), sort: r => r.at, cell: r => <When at={r.at} /> },
    { key: 'file', title: t('flights.clip'), sort: r => r.file, cell: r => <span className="clip_name">{r.file}</span> },
    { key: 'state', title: t('flights.state'), phone: true, sort: r => r.state, cell: r => <FlightState of={r} /> },
    { key: 'counted', title: t('flights.counted'), right: true, phone: true, sort: r => r.counted?.heads, cell: r => r.counted ? <Count of={r.counted} /> : <span className="muted">–</span> },
    { key: 'agreed', title: t('flights.agreed'), right: true, sort: r => r.signature?.heads, cell: r => r.signature ? <span className="num">{show_number(r.signature.heads)}</span> : <span className="muted">–</span> },
    { key: 'by', title: t('flights.signed_by'), sort: r => r.signature?.by, cell: r => r.signature?.by ?? <span className="muted">–</span> },
  ]
  return (
    <>
      <PageHead title={pool ? `${t('nav.flights')} · ${pool}` : t('nav.flights')}
        sentence={!got.data ? ' ' : going ? t('flights.going', { count: going }) : waiting ? t('flights.waiting', { count: waiting }) : rows.length ? t('flights.all_signed', { count: rows.length }) : t('flights.none')}>
        <p className="sub muted small">{t('flights.honest')}</p>
      </PageHead>
      {may('record') && <NewFlight pool={pool} />}
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.flight} label={t('nav.flights')} empty={t('flights.none')} open={r => go(`/flights/${seg(r.flight)}`)} />}</Answer>
    </>
  )
}

export function FlightState({ of }: { of: FlightRow }) {
  if (of.state === 'counting') return <Progress percent={Math.round((of.job?.progress ?? 0) * 100)} size="small" status="active" style={{ width: 130 }} aria-label={t('flight_state.counting')} />
  const doubt = of.state === 'counted' && of.counted?.verdict !== 'sure'
  return <span className={of.state === 'failed' || doubt ? 'warn' : undefined} title={of.state === 'failed' ? of.job?.said : undefined}>{doubt ? word('verdict', of.counted!.verdict) : word('flight_state', of.state)}</span>
}

/// Chooses a clip, says of which pool it is, sends it in pieces and has it counted.
function NewFlight({ pool: asked }: { pool: string }) {
  const { message } = App.useApp()
  const pools = useGet<{ pools: PoolRow[] }>('/pools').data?.pools
  const picker = useRef<HTMLInputElement>(null)
  const stop = useRef(false)
  const [file, set_file] = useState<File | null>(null)
  const [over, set_over] = useState(false)
  const [pool, set_pool] = useState(asked)
  const [at, set_at] = useState('')
  const [kind, set_kind] = useState('auto')
  const [altitude, set_altitude] = useState('')
  const [scale, set_scale] = useState('')
  const [note, set_note] = useState('')
  const [sent, set_sent] = useState<{ bytes: number; waiting: boolean } | null>(null)
  const [wrong, set_wrong] = useState('')
  const [unfinished, set_unfinished] = useState(upload_shelf.all())
  useEffect(() => () => { stop.current = true }, [])
  useEffect(() => set_pool(asked), [asked])

  const choose = (f: File | null | undefined) => {
    if (!f) return
    set_file(f)
    set_wrong('')
    set_at(farm_local(Math.min(f.lastModified || Date.now(), Date.now())))
  }
  const number = (text: string) => { const n = Number(text.replace(',', '.')); return text.trim() && n > 0 ? n : undefined }
  const send = async () => {
    if (!file || !pool) return
    stop.current = false
    set_wrong('')
    try {
      const sha256 = await send_file(file, upload_server, upload_shelf, (bytes, waiting) => set_sent({ bytes, waiting }), () => stop.current)
      if (!sha256) return
      const flight = await post<FlightCard>('/flights', {
        pool, sha256, file: file.name, fish_kind: kind, ...(at ? { flown_at: from_farm_local(at) } : {}), ...(number(altitude) ? { altitude_m: number(altitude) } : {}),
        ...(number(scale) ? { px_per_m: number(scale) } : {}), ...(note.trim() ? { note: note.trim() } : {}),
      })
      forget('/flights')
      go(`/flights/${seg(flight.flight)}`)
    } catch (e) {
      set_wrong(problem_text(e))
      message.error(problem_text(e))
    } finally {
      set_sent(null)
      set_unfinished(upload_shelf.all())
    }
  }
  const cancel = () => { stop.current = true; set_sent(null) }
  return (
    <Section className="new_flight">
      {!file && (
        <div className={over ? 'drop drop_over' : 'drop'} onDragOver={e => { e.preventDefault(); set_over(true) }} onDragLeave={() => set_over(false)}
          onDrop={e => { e.preventDefault(); set_over(false); choose(e.dataTransfer.files[0]) }}>
          <Icon name="drone" size={32} />
          <p>{t('flights.drop')}</p>
          <Button type="primary" onClick={() => picker.current?.click()}>{t('flights.choose')}</Button>
          <p className="muted small">{t('flights.kinds')}</p>
          {unfinished.map(u => <p key={u.upload} className="small">{t('flights.unfinished', { file: u.name })} <button type="button" className="quiet" onClick={() => { upload_shelf.drop(u.upload); set_unfinished(upload_shelf.all()) }}>{t('flights.forget')}</button></p>)}
        </div>
      )}
      <input ref={picker} id="flight_file" type="file" accept="video/*,image/*,.mp4,.mov,.mkv,.avi,.jpg,.jpeg,.png" className="hidden_input" aria-label={t('flights.choose')} tabIndex={-1}
        onChange={e => { choose(e.target.files?.[0]); e.target.value = '' }} />
      {file && (
        <form className="flight_form" onSubmit={e => { e.preventDefault(); void send() }}>
          <p className="flight_file"><Icon name="drone" size={18} /> <b className="clip_name">{file.name}</b> <span className="muted num">{show_number(file.size / 1e6, 1)} MB</span>
            {!sent && <button type="button" className="quiet" onClick={() => set_file(null)}>{t('flights.another')}</button>}</p>
          <label><span>{t('field.pool')}</span><Select id="flight_pool" value={pool || undefined} onChange={set_pool} showSearch={{ optionFilterProp: 'label' }} placeholder={t('flights.which_pool')} disabled={!!sent}
            options={pools?.filter(p => !p.closed).map(p => ({ value: p.pool, label: p.name && p.name !== p.pool ? `${p.pool} · ${p.name}` : p.pool }))} /></label>
          <label><span>{t('flights.flown_at')}</span><input type="datetime-local" value={at} onChange={e => set_at(e.target.value)} disabled={!!sent} /></label>
          <label><span>{t('flights.fish_kind')}</span><Select id="flight_kind" value={kind} onChange={set_kind} disabled={!!sent} options={kinds.map(k => ({ value: k, label: word('fish_kind', k) }))} /></label>
          <label><span>{t('flights.altitude')}</span><Input id="flight_altitude" inputMode="decimal" value={altitude} onChange={e => set_altitude(e.target.value)} disabled={!!sent} placeholder={t('flights.if_known')} /></label>
          <label><span>{t('flights.scale')}</span><Input id="flight_scale" inputMode="decimal" value={scale} onChange={e => set_scale(e.target.value)} disabled={!!sent} placeholder={t('flights.if_known')} /></label>
          <label className="flight_note"><span>{t('field.note')}</span><Input id="flight_note" value={note} onChange={e => set_note(e.target.value)} disabled={!!sent} /></label>
          {sent ? (
            <div className="flight_sending">
              <Progress percent={file.size ? Math.floor((100 * sent.bytes) / file.size) : 0} status="active" aria-label={t('flights.sending')} />
              <span className="small" role="status">{sent.waiting ? t('flights.lost') : t('flights.sent', { sent: show_number(sent.bytes / 1e6, 1), all: show_number(file.size / 1e6, 1) })}</span>
              <Button size="small" onClick={cancel}>{t('flights.pause')}</Button>
            </div>
          ) : (
            <div className="form_end">
              <Button type="primary" htmlType="submit" disabled={!pool}>{t('flights.send')}</Button>
              {wrong && <span className="bad" role="alert">{wrong}</span>}
            </div>
          )}
        </form>
      )}
    </Section>
  )
}
