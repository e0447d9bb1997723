import { Button, Segmented } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { forget } from '../data'
import { Link, set_query, useQuery } from '../router'
import { ask, next_of, type CaptureJob } from '../trace/epcis'
import { show_number } from '../units'
import { Nothing, PageHead, problem_text, Section, Waiting } from '../ui/basic'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'

/// Documents of partners go in here: what became of each event is said.
export default function Capture() {
  const [behaviour, set_behaviour] = useState<'rollback' | 'proceed'>('rollback')
  const [teller, set_teller] = useState<'foreign' | 'ours'>('foreign')
  const [over, set_over] = useState(false)
  const [said, set_said] = useState('')
  const [sending, set_sending] = useState('')
  const [job, set_job] = useQuery('job')
  const [jobs, set_jobs] = useState<CaptureJob[] | null>(null)
  const [next, set_next] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const list = useCallback(async (from = '/capture?perPage=30', before: CaptureJob[] = []) => {
    try {
      const { data, headers } = await ask<CaptureJob[]>('GET', from)
      set_jobs([...before, ...data])
      set_next(next_of(headers.get('Link')))
    } catch (e) { set_said(problem_text(e)) }
  }, [])
  useEffect(() => void list(), [list])

  const send = async (files: FileList | File[]) => {
    set_said('')
    for (const f of files) {
      set_sending(f.name)
      try {
        const head = (await f.slice(0, 400).text()).replace(/^\uFEFF/, '').trimStart()
        const type = head.startsWith('<') ? 'application/xml' : 'application/json'
        const { headers } = await ask('POST', '/capture', { type, body: f, headers: { 'GS1-Capture-Error-Behaviour': behaviour, 'Osetra-Teller': teller } })
        const id = decodeURIComponent((headers.get('Location') ?? '').split('/').at(-1) ?? '')
        set_query({ job: id }, 'push')
      } catch (e) { set_said(`${f.name}: ${problem_text(e)}`) }
    }
    set_sending('')
    void list()
  }
  const columns: Column<CaptureJob>[] = [
    { key: 'at', title: t('capture.at'), cell: j => <time className="num when">{show_instant(j.createdAt)}</time>, phone: true, width: 180 },
    { key: 'state', title: t('capture.state'), cell: j => <JobState job={j} />, phone: true },
    { key: 'how', title: t('capture.behaviour'), cell: j => t(j.captureErrorBehaviour === 'proceed' ? 'capture.proceed' : 'capture.rollback') },
    { key: 'id', title: t('capture.job'), cell: j => <code>{j.captureID}</code> },
  ]
  return (
    <>
      <PageHead title={t('nav.capture')} sentence={t('capture.sentence')} />
      <div className={over ? 'drop drop_over' : 'drop'} onDragOver={e => { e.preventDefault(); set_over(true) }} onDragLeave={() => set_over(false)} onDrop={e => { e.preventDefault(); set_over(false); void send(e.dataTransfer.files) }}>
        <Icon name="capture" size={32} />
        <p>{sending ? t('capture.sending', { file: sending }) : t('capture.drop')}</p>
        <input ref={file} id="capture_file" type="file" className="hidden_input" accept=".json,.jsonld,.xml,application/json,application/ld+json,application/xml,text/xml" multiple aria-label={t('capture.choose')} onChange={e => { if (e.target.files) void send([...e.target.files]); e.target.value = '' }} />
        <Button type="primary" onClick={() => file.current?.click()} loading={!!sending}>{t('capture.choose')}</Button>
        <div className="drop_choices">
          <Segmented value={teller} onChange={v => set_teller(v as 'foreign' | 'ours')} aria-label={t('capture.teller')} options={[{ value: 'foreign', label: t('capture.foreign') }, { value: 'ours', label: t('capture.ours') }]} />
          <Segmented value={behaviour} onChange={v => set_behaviour(v as 'rollback' | 'proceed')} aria-label={t('capture.behaviour')} options={[{ value: 'rollback', label: t('capture.rollback') }, { value: 'proceed', label: t('capture.proceed') }]} />
        </div>
        <p className="muted small">{t(teller === 'foreign' ? 'capture.foreign_means' : 'capture.ours_means')} {t(behaviour === 'rollback' ? 'capture.rollback_means' : 'capture.proceed_means')}</p>
      </div>
      {said && <p className="notice notice_bad" role="alert"><Icon name="warn" size={18} /> {said}</p>}
      {job && <Job key={job} id={job} done={() => { void list(); forget('/trace') }} />}
      <Section title={t('capture.jobs')}>
        {!jobs ? <Waiting rows={4} /> : jobs.length ? <Table rows={jobs} columns={columns} row_key={j => j.captureID} open={j => { set_job(j.captureID); scrollTo(0, 0) }} label={t('capture.jobs')} more={next ? () => void list(next, jobs) : undefined} /> : <Nothing>{t('capture.no_jobs')}</Nothing>}
      </Section>
    </>
  )
}

function JobState({ job }: { job: CaptureJob }) {
  const { events, refused, duplicates } = job['osetra:outcome']
  if (job.running) return <span className="progress"><Icon name="clock" size={16} /> {t('capture.running', { count: events, n: show_number(events) })}</span>
  if (job.success) return <span className="good"><Icon name="check" size={16} /> {duplicates === events ? t('capture.known', { count: events, n: show_number(events) }) : t('capture.success', { count: events, n: show_number(events) })}</span>
  const stays = job.captureErrorBehaviour === 'proceed' && refused < events
  return <span className={stays ? 'warn' : 'bad'}><Icon name="warn" size={16} /> {stays ? t('capture.partly', { n: show_number(refused), of: show_number(events) }) : t('capture.refused_all', { n: show_number(refused), of: show_number(events) })}</span>
}

const marks = { accepted: 'check', duplicate: 'copy', refused: 'warn', rolled_back: 'undo' } as const

/// One job: while it runs it is asked again; then what became of each event.
function Job({ id, done }: { id: string; done: () => void }) {
  const [job, set_job] = useState<CaptureJob | null>(null)
  const [said, set_said] = useState('')
  const [only, set_only] = useState('')
  useEffect(() => {
    let gone = false
    let timer: ReturnType<typeof setTimeout>
    const look = async (pause: number, first = false) => {
      try {
        const { data } = await ask<CaptureJob>('GET', `/capture/${encodeURIComponent(id)}`)
        if (gone) return
        set_job(data)
        if (data.running) timer = setTimeout(() => void look(Math.min(2000, pause * 1.5)), pause)
        else if (!first) done()
      } catch (e) { if (!gone) set_said(problem_text(e)) }
    }
    void look(120, true)
    return () => { gone = true; clearTimeout(timer) }
  }, [id])
  if (said) return <p className="notice notice_bad" role="alert">{said}</p>
  if (!job) return <Waiting rows={3} />
  const outcome = job['osetra:outcome'], results = outcome.results ?? []
  const kinds = (['accepted', 'duplicate', 'refused', 'rolled_back', 'warned'] as const).map(k => [k, results.filter(r => (k === 'warned' ? !!r.warnings?.length : r.outcome === k)).length] as const).filter(([, n]) => n > 0)
  const shown = results.filter(r => !only || (only === 'warned' ? !!r.warnings?.length : r.outcome === only))
  return (
    <Section title={t('capture.result')} className="capture_result">
      <p className="sentence" role="status"><JobState job={job} /></p>
      <p className="muted small">{show_instant(job.createdAt)} · {t(job.captureErrorBehaviour === 'proceed' ? 'capture.proceed' : 'capture.rollback')} · <code>{job.captureID}</code></p>
      {!job.running && results.length === 0 && job.errors.map((e, i) => <p key={i} className="notice notice_bad"><Icon name="warn" size={16} /> {e.detail}</p>)}
      {kinds.length > 1 && (
        <div className="capture_counts" role="group" aria-label={t('filter.label')}>
          {kinds.map(([k, n]) => <button key={k} type="button" className={`big_count captured_${k}`} aria-pressed={only === k} onClick={() => set_only(only === k ? '' : k)}><b className="num">{show_number(n)}</b> {word('captured', k)}</button>)}
        </div>
      )}
      <ol className="capture_events">
        {shown.slice(0, 500).map(r => (
          <li key={r.index} className={`captured_${r.outcome}`}>
            <span className="captured_mark"><Icon name={marks[r.outcome]} size={16} /></span>
            <div>
              <b>{t('capture.event_no', { n: show_number(r.index + 1) })}: {word('captured', r.outcome)}</b>
              {r.detail && <p>{r.detail}{r.at && <code> {r.at}</code>}</p>}
              {r.warnings?.map((w, i) => <p key={i} className="warn">{w.detail}{w.at && <code> {w.at}</code>}</p>)}
              {r.outcome === 'accepted' || r.outcome === 'duplicate' ? <Link to={`/events?event=${encodeURIComponent(r.eventID)}`}><code>{r.eventID}</code></Link> : <code>{r.eventID}</code>}
            </div>
          </li>
        ))}
      </ol>
      {shown.length > 500 && <p className="muted small">{t('today.and_more', { count: shown.length - 500 })}</p>}
    </Section>
  )
}
