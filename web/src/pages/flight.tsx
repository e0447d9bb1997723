import { App, Button, Input, Progress, Segmented, Slider, Switch } from 'antd'
import { useCallback, useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { get, post, seg, type Agreement, type Against, type FlightCard, type FrameRow, type MarkRow } from '../api'
import { forget, useGet, useMay, useSession } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { Link } from '../router'
import { Answer, Count, Fact, Facts, Heads, Mass, Nothing, PageHead, PoolLink, problem_text, Section, When } from '../ui/basic'
import { Icon } from '../ui/icons'
import { show_number } from '../units'

type Mode = 'watch' | 'correct' | 'hand'

export default function Flight({ id = '' }: { id?: string }) {
  const got = useGet<FlightCard>(`/flights/${seg(id)}`)
  useEffect(() => {                                       // the job's own changes come by themselves; this is for a worker on another machine that is far behind
    if (got.data?.state !== 'counting') return
    const late = setInterval(() => void got.reload(), 4_000)
    return () => clearInterval(late)
  }, [got.data?.state])
  return <Answer got={got} rows={8} title={t('flight.title')}>{flight => <Card key={id} flight={flight} changed={() => { forget('/') }} />}</Answer>
}

const seconds = (ms: number) => `${show_number(ms / 1000, 2)} s`
const share = (p: number) => (p < 0.001 ? '< 0.1%' : `${show_number(p * 100, 1)}%`)

function Card({ flight, changed }: { flight: FlightCard; changed: () => void }) {
  const { message } = App.useApp()
  const may = useMay()
  const [mode, set_mode] = useState<Mode>(flight.clip && flight.clip.seconds > 0 ? 'watch' : 'correct')
  const counted = flight.counted
  const cancel = () => post(`/jobs/${seg(flight.job!.job)}/cancel`).then(changed).catch(e => message.error(problem_text(e)))
  const again = () => post(`/flights/${seg(flight.flight)}/count`).then(changed).catch(e => message.error(problem_text(e)))
  const sentence = flight.state === 'counting' ? t('flight.counting', { percent: Math.round((flight.job?.progress ?? 0) * 100), said: flight.job?.said || t('flight.starting') })
    : flight.signature ? t('flight.signed_sentence', { heads: show_number(flight.signature.heads), by: flight.signature.by })
    : flight.state === 'failed' ? t('flight.failed', { said: flight.job?.said ?? '' })
    : counted ? t('flight.counted_sentence', { heads: show_number(counted.heads), low: show_number(counted.low), high: show_number(counted.high), verdict: word('verdict', counted.verdict) })
    : t('flight.not_counted')
  return (
    <>
      <PageHead title={`${t('flight.title')} · ${flight.pool} · ${show_instant(flight.at)}`} sentence={sentence}
        acts={may('record') && (flight.state === 'counting' ? <Button onClick={() => void cancel()}>{t('do.cancel')}</Button> : !flight.signature && <Button icon={<Icon name="job" size={16} />} onClick={() => void again()}>{counted ? t('flight.count_again') : t('flight.count')}</Button>)}>
        <p className="sub muted"><PoolLink pool={flight.pool} /> · <span className="clip_name">{flight.file}</span> · {word('fish_kind', flight.fish_kind)}{flight.altitude_m ? ` · ${show_number(flight.altitude_m, 1)} m` : ''} · {flight.by}{flight.note ? ` · ${flight.note}` : ''}</p>
      </PageHead>
      {flight.state === 'counting' && <Progress percent={Math.round((flight.job?.progress ?? 0) * 100)} status="active" aria-label={t('flight_state.counting')} />}
      {counted && counted.verdict !== 'sure' && <p className="notice notice_warn"><Icon name="warn" size={18} /> {t(counted.verdict === 'nothing_seen' ? 'flight.nothing_seen' : 'flight.count_again_means')}</p>}
      {!!flight.reasons?.length && <details className="doubtful"><summary>{t('flight.reasons')}</summary>{flight.reasons.map(r => <p key={r} className="small">{r}</p>)}</details>}
      {counted && (
        <Facts>
          <Fact label={t('flights.counted')}><Count of={counted} /></Fact>
          <Fact label={t('flight.seen_area')}><span className="num">{share(counted.seen_area)}</span></Fact>
          <Fact label={t('flight.detectability')}><span className="num">{share(counted.detectability)}</span></Fact>
          {counted.length_mm != null && <Fact label={t('flight.length')}><span className="num">{show_number(counted.length_mm / 10, 1)}<span className="error"> {show_number(counted.length_low_mm! / 10, 1)}–{show_number(counted.length_high_mm! / 10, 1)}</span> cm</span></Fact>}
          {counted.biomass_mg != null && <Fact label={t('figure.biomass')}><Mass of={{ value: counted.biomass_mg, low: counted.biomass_low_mg!, high: counted.biomass_high_mg! }} /></Fact>}
          <Fact label={t('flight.model')}><span>{counted.model}</span></Fact>
        </Facts>
      )}
      <div className="review">
        <div className="review_picture">
          <Segmented value={mode} onChange={v => set_mode(v as Mode)} aria-label={t('flight.mode')} options={[
            ...(flight.clip && flight.clip.seconds > 0 ? [{ value: 'watch', label: t('flight.watch') }] : []),
            { value: 'correct', label: t('flight.correct'), disabled: !counted }, { value: 'hand', label: t('flight.hand') }]} />
          {mode === 'watch' && <Watch flight={flight} />}
          {mode === 'correct' && <Correct flight={flight} changed={changed} may={may('record')} />}
          {mode === 'hand' && <Hand flight={flight} changed={changed} may={may('record')} />}
        </div>
        <div className="review_side">
          <Sign flight={flight} changed={changed} may={may('record')} mend={may('mend')} />
          <Book flight={flight} />
        </div>
      </div>
      {flight.hand.length > 0 && counted && <Differs flight={flight} />}
    </>
  )
}

/// The frames that the machine looked at, and the marks of those in sight.
function useFrames(flight: FlightCard) {
  const got = useGet<{ times_ms: number[]; marks: number[] }>(flight.counted ? `/flights/${seg(flight.flight)}/times` : null).data
  const times = got?.times_ms
  const kept = useRef(new Map<number, FrameRow>())
  const asked = useRef(new Set<number>())
  const [, redraw] = useState(0)
  useEffect(() => { kept.current.clear(); asked.current.clear() }, [flight.counted?.fact])
  const near = useCallback((ms: number): FrameRow | undefined => {
    if (!times?.length) return undefined
    let low = 0, high = times.length - 1
    while (low < high) { const mid = (low + high + 1) >> 1; if (times[mid] <= ms) low = mid; else high = mid - 1 }
    const at = low + 1 < times.length && times[low + 1] - ms < ms - times[low] ? times[low + 1] : times[low]
    const window = Math.floor(at / 5_000)
    for (const w of [window, window + 1]) {
      if (asked.current.has(w)) continue
      asked.current.add(w)
      void get<{ frames: FrameRow[] }>(`/flights/${seg(flight.flight)}/frames?from_ms=${w * 5_000}&to_ms=${w * 5_000 + 4_999}`).then(r => {
        for (const f of r.frames) kept.current.set(f.at_ms, f)
        redraw(n => n + 1)
      }).catch(() => asked.current.delete(w))
    }
    return kept.current.get(at)
  }, [times, flight.flight])
  return { times: times ?? [], marks: got?.marks ?? [], near }
}

/// One body as a stroke along it and a dot at its head.
function stroke([x, y, axis, length]: MarkRow, least: number) {
  const half = Math.max(length, least) / 2
  const dx = Math.cos(axis) * half, dy = Math.sin(axis) * half
  return `M${(x - dx).toFixed(1)} ${(y - dy).toFixed(1)}L${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`
}

/// How many each frame alone shows, against the number of all frames together and its interval.
function Counts({ flight, times, marks, ms, set }: { flight: FlightCard; times: number[]; marks: number[]; ms: number; set: (ms: number) => void }) {
  const c = flight.counted
  if (!c || times.length < 3) return null
  const most = Math.max(c.high, ...marks) * 1.08 || 1
  const width = 1000, height = 80, from = times[0], to = times.at(-1)!
  const x = (at: number) => ((at - from) / Math.max(1, to - from)) * width
  const y = (n: number) => height - (n / most) * height
  const pointed = (e: MouseEvent<SVGSVGElement>) => {
    const box = e.currentTarget.getBoundingClientRect()
    const at = from + ((e.clientX - box.left) / box.width) * (to - from)
    set(times.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a)))
  }
  return (
    <figure className="counts">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('flight.counts_label', { least: Math.min(...marks), most: Math.max(...marks), heads: c.heads })} onClick={pointed}>
        <rect x="0" width={width} y={y(c.high)} height={Math.max(1, y(c.low) - y(c.high))} className="counts_band" />
        <path d={`M0 ${y(c.heads)}H${width}`} className="counts_heads" />
        <path d={'M' + times.map((at, i) => `${x(at).toFixed(1)} ${y(marks[i] ?? 0).toFixed(1)}`).join('L')} className="counts_line" />
        <path d={`M${x(ms)} 0V${height}`} className="counts_now" />
      </svg>
      <figcaption className="muted small">{t('flight.counts', { least: show_number(Math.min(...marks)), most: show_number(Math.max(...marks)), heads: show_number(c.heads), low: show_number(c.low), high: show_number(c.high) })}</figcaption>
    </figure>
  )
}

function Watch({ flight }: { flight: FlightCard }) {
  const { times, marks, near } = useFrames(flight)
  const video = useRef<HTMLVideoElement>(null)
  const [ms, set_ms] = useState(0)
  const [shown, set_shown] = useState(true)
  const [broken, set_broken] = useState(false)
  useEffect(() => {
    let next = 0
    const look = () => {
      if (video.current) set_ms(Math.round(video.current.currentTime * 1000))
      next = requestAnimationFrame(look)
    }
    next = requestAnimationFrame(look)
    return () => cancelAnimationFrame(next)
  }, [])
  const frame = near(ms)
  const { width = 16, height = 9 } = flight.clip ?? {}
  const thin = width / 640
  return (
    <>
      <div className="screen" style={{ aspectRatio: `${width} / ${height}` }}>
        <video ref={video} src={`/api/v1/media/${flight.sha256}`} controls muted playsInline preload="auto" onError={() => set_broken(true)} aria-label={flight.file} />
        {shown && frame && (
          <svg className="marks marks_through" viewBox={`0 0 ${frame.width || width} ${frame.height || height}`} aria-hidden="true">
            <path d={frame.points.map(p => stroke(p, thin * 6)).join('')} className="mark_line" strokeWidth={thin * 1.6} />
          </svg>
        )}
      </div>
      <Counts flight={flight} times={times} marks={marks} ms={ms} set={at => { if (video.current) video.current.currentTime = at / 1000 }} />
      {broken && <p className="notice notice_warn"><Icon name="warn" size={18} /> {t('flight.no_video')}</p>}
      <div className="watch_line">
        <label className="switch"><Switch size="small" checked={shown} onChange={set_shown} /> <span>{t('flight.show_marks')}</span></label>
        <span className="num">{frame ? t('flight.in_frame', { count: frame.points.length }) : ' '}{frame?.faults?.length ? <span className="warn"> · {frame.faults.map(f => word('frame_fault', f)).join(', ')}</span> : null}</span>
        {flight.counted?.overlay_sha256 && <a href={`/api/v1/media/${flight.counted.overlay_sha256}`} target="_blank" rel="noreferrer">{t('flight.overlay')}</a>}
      </div>
    </>
  )
}

/// A frame standing still, with what is drawn over it, larger on wish. `click` gets pixels of the picture.
function Still({ flight, ms, width, height, click, children, label }: {
  flight: FlightCard; ms: number; width: number; height: number; click?: (x: number, y: number) => void; children: ReactNode; label: string
}) {
  const [zoom, set_zoom] = useState(1)
  const pointed = (e: MouseEvent<SVGSVGElement>) => {
    if (!click) return
    const box = e.currentTarget.getBoundingClientRect()
    click(((e.clientX - box.left) / box.width) * width, ((e.clientY - box.top) / box.height) * height)
  }
  return (
    <div className="still">
      <div className="still_box" tabIndex={0} role="region" aria-label={label}>
        <div className="screen" style={{ aspectRatio: `${width} / ${height}`, width: `${zoom * 100}%` }}>
          <img src={`/api/v1/flights/${seg(flight.flight)}/picture?at_ms=${ms}`} alt={label} draggable={false} />
          <svg className={click ? 'marks marks_click' : 'marks'} viewBox={`0 0 ${width} ${height}`} onClick={pointed}>{children}</svg>
        </div>
      </div>
      <div className="zoom" role="group" aria-label={t('flight.zoom')}>
        {[1, 2, 4].map(z => <button key={z} type="button" aria-pressed={z === zoom} onClick={() => set_zoom(z)}>{z}×</button>)}
      </div>
    </div>
  )
}

function Scrub({ times, ms, set, label }: { times: number[]; ms: number; set: (ms: number) => void; label: string }) {
  const at = Math.max(0, times.indexOf(ms))
  if (times.length < 2) return null
  return (
    <div className="scrub">
      <Button size="small" icon={<Icon name="left" size={16} />} aria-label={t('do.before')} disabled={at === 0} onClick={() => set(times[at - 1])} />
      <Slider min={0} max={times.length - 1} value={at} onChange={i => set(times[i])} tooltip={{ formatter: i => seconds(times[i ?? 0]) }} ariaLabelForHandle={label} />
      <Button size="small" icon={<Icon name="right" size={16} />} aria-label={t('do.after')} disabled={at === times.length - 1} onClick={() => set(times[at + 1])} />
      <span className="num small">{seconds(times[at])}</span>
    </div>
  )
}

const text_of = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`
const place_of = (text: string): [number, number] => text.split(' ').map(Number) as [number, number]

/// Marks that the machine missed are added, what is no fish is struck.
function Correct({ flight, changed, may }: { flight: FlightCard; changed: () => void; may: boolean }) {
  const { message } = App.useApp()
  const { times, marks, near } = useFrames(flight)
  const [ms, set_ms] = useState<number | null>(null)
  const at = ms ?? times[0] ?? 0
  const frame = near(at)
  const told = flight.corrected.find(c => c.frame_ms === at)
  const [draft, set_draft] = useState<{ at: number; added: string[]; struck: string[] } | null>(null)
  const now = draft?.at === at ? draft : { at, added: told?.added ?? [], struck: told?.struck ?? [] }
  const dirty = draft?.at === at
  const width = frame?.width || flight.clip?.width || 16, height = frame?.height || flight.clip?.height || 9
  const thin = width / 640
  const struck = new Set(now.struck)
  const toggle = (p: MarkRow) => {
    const text = text_of(p[0], p[1])
    set_draft({ ...now, struck: struck.has(text) ? now.struck.filter(s => s !== text) : [...now.struck, text] })
  }
  const click = (x: number, y: number) => {
    const reach = thin * 7
    const mine = now.added.findIndex(a => { const [ax, ay] = place_of(a); return Math.hypot(ax - x, ay - y) < reach })
    if (mine >= 0) return set_draft({ ...now, added: now.added.filter((_, i) => i !== mine) })
    const near_by = frame?.points.map(p => [p, Math.hypot(p[0] - x, p[1] - y)] as const).sort((a, b) => a[1] - b[1])[0]
    if (near_by && near_by[1] < Math.max(reach, near_by[0][3] * 0.3)) return toggle(near_by[0])
    set_draft({ ...now, added: [...now.added, text_of(x, y)] })
  }
  const save = () => post(`/flights/${seg(flight.flight)}/marks`, { frame_ms: at, added: now.added, struck: now.struck })
    .then(() => { set_draft(null); changed() }).catch(e => message.error(problem_text(e)))
  if (!flight.counted) return <Nothing>{t('flight.not_counted')}</Nothing>
  const doubtful = [...(frame?.points ?? [])].filter(p => p[4] < 0.6).sort((a, b) => a[4] - b[4]).slice(0, 12)
  const left = (frame?.points.length ?? 0) - now.struck.length + now.added.length
  return (
    <>
      <Still flight={flight} ms={at} width={width} height={height} click={may && !flight.signature ? click : undefined} label={t('flight.frame_at', { at: seconds(at) })}>
        <path d={(frame?.points ?? []).filter(p => !struck.has(text_of(p[0], p[1]))).map(p => stroke(p, thin * 6)).join('')} className="mark_line" strokeWidth={thin * 1.6} />
        <path d={(frame?.points ?? []).filter(p => struck.has(text_of(p[0], p[1]))).map(p => stroke(p, thin * 6)).join('')} className="mark_struck" strokeWidth={thin * 1.6} />
        {now.added.map(place_of).map(([x, y], i) => <circle key={i} cx={x} cy={y} r={thin * 5} className="mark_added" strokeWidth={thin * 1.6} />)}
      </Still>
      <Scrub times={times} ms={at} set={set_ms} label={t('flight.frame')} />
      <Counts flight={flight} times={times} marks={marks} ms={at} set={set_ms} />
      <div className="watch_line">
        <span className="num">{t('flight.marks_line', { machine: frame?.points.length ?? 0, added: now.added.length, struck: now.struck.length, left })}</span>
        {may && !flight.signature && <><Button type="primary" size="small" disabled={!dirty} onClick={() => void save()}>{t('do.save')}</Button>{dirty && <Button size="small" onClick={() => set_draft(null)}>{t('do.leave')}</Button>}</>}
        {told && !dirty && <span className="muted small">{told.by} · <When at={told.at} /></span>}
      </div>
      <p className="muted small">{t('flight.correct_how')}</p>
      {doubtful.length > 0 && may && !flight.signature && (
        <details className="doubtful"><summary>{t('flight.doubtful', { count: doubtful.length })}</summary>
          <ul>{doubtful.map(p => { const text = text_of(p[0], p[1]); return (
            <li key={text}><span className="num">{show_number(p[4] * 100)}%</span> <span className="muted num">x {Math.round(p[0])}, y {Math.round(p[1])}</span>
              <Button size="small" onClick={() => toggle(p)}>{struck.has(text) ? t('flight.keep') : t('flight.strike')}</Button></li>) })}</ul>
        </details>
      )}
    </>
  )
}

/// Every fish marked by a person who does not see what the machine marked.
function Hand({ flight, changed, may }: { flight: FlightCard; changed: () => void; may: boolean }) {
  const { message } = App.useApp()
  const { times: looked } = useFrames(flight)
  const times = useMemo(() => {
    if (looked.length) return looked
    const length = flight.clip?.seconds ?? 0
    return Array.from({ length: Math.max(1, Math.min(600, Math.ceil(length))) }, (_, i) => i * 1_000)
  }, [looked, flight.clip?.seconds])
  const [ms, set_ms] = useState<number | null>(null)
  const at = ms ?? times[Math.floor(times.length / 2)] ?? 0
  const [draft, set_draft] = useState<string[]>([])
  const width = flight.clip?.width || 16, height = flight.clip?.height || 9
  const thin = width / 640
  const click = (x: number, y: number) => {
    const hit = draft.findIndex(a => { const [ax, ay] = place_of(a); return Math.hypot(ax - x, ay - y) < thin * 5 })
    set_draft(hit >= 0 ? draft.filter((_, i) => i !== hit) : [...draft, text_of(x, y)])
  }
  const save = () => post(`/flights/${seg(flight.flight)}/hand-count`, { frame_ms: at, points: draft })
    .then(() => { set_draft([]); changed() }).catch(e => message.error(problem_text(e)))
  const done = flight.hand.filter(h => h.frame_ms === at)
  return (
    <>
      <Still flight={flight} ms={at} width={width} height={height} click={may ? click : undefined} label={t('flight.frame_at', { at: seconds(at) })}>
        {draft.map(place_of).map(([x, y], i) => <circle key={i} cx={x} cy={y} r={thin * 4} className="mark_added" strokeWidth={thin * 1.6} />)}
      </Still>
      <Scrub times={times} ms={at} set={v => { set_ms(v); set_draft([]) }} label={t('flight.frame')} />
      <div className="watch_line">
        <b className="num">{t('flight.hand_line', { count: draft.length })}</b>
        {may && <><Button type="primary" size="small" disabled={!draft.length} onClick={() => void save()}>{t('do.save')}</Button>{draft.length > 0 && <Button size="small" onClick={() => set_draft(draft.slice(0, -1))}>{t('flight.undo')}</Button>}</>}
      </div>
      <p className="muted small">{t('flight.hand_how')}</p>
      {done.map(h => <p key={h.by} className="small">{t('flight.hand_done', { count: h.count, by: h.by, at: show_instant(h.at) })}</p>)}
    </>
  )
}

/// The agreed number, under a person's name.
function Sign({ flight, changed, may, mend }: { flight: FlightCard; changed: () => void; may: boolean; mend: boolean }) {
  const { message, modal } = App.useApp()
  const me = useSession()
  const from = flight.suggested ?? flight.counted
  const [heads, set_heads] = useState('')
  const [low, set_low] = useState('')
  const [high, set_high] = useState('')
  const [why, set_why] = useState('')
  const [busy, set_busy] = useState(false)
  useEffect(() => {
    if (!from) return
    set_heads(String(from.heads))
    set_low(String(from.low))
    set_high(String(from.high))
  }, [from?.heads, from?.low, from?.high])
  const act = (path: string, body: object) => {
    set_busy(true)
    void post(`/flights/${seg(flight.flight)}/${path}`, body).then(changed).catch(e => message.error(problem_text(e))).finally(() => set_busy(false))
  }
  const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : NaN)
  if (flight.signature) {
    const s = flight.signature
    const take_back = () => {
      let reason = ''
      modal.confirm({
        title: t('flight.take_back'), icon: null, okText: t('flight.take_back'), cancelText: t('do.leave'),
        content: <label className="form"><span>{t('flight.why_back')}</span><Input id="unsign_reason" onChange={e => { reason = e.target.value }} /></label>,
        onOk: () => post(`/flights/${seg(flight.flight)}/unsign`, { reason }).then(changed).catch(e => { message.error(problem_text(e)) }),
      })
    }
    return (
      <Section title={t('flight.agreed')} acts={may && (mend || s.by === me.person) && <Button size="small" onClick={take_back}>{t('flight.take_back')}</Button>}>
        <p className="agreed"><Count of={s} unit={t('unit.heads')} /></p>
        <p className="small">{t('flight.signed_by', { by: s.by })} · <When at={s.at} /></p>
        {s.why && <p className="small">{s.why}</p>}
        <p className="small"><Link to={`/pools/${seg(flight.pool)}`}>{t('flight.see_pool', { pool: flight.pool })}</Link> · <Link to={`/journal?subject=${encodeURIComponent(`pool:${flight.pool}`)}`}>{t('nav.journal')}</Link></p>
      </Section>
    )
  }
  if (!flight.counted || !may) return null
  const n = whole(heads), l = whole(low), h = whole(high)
  const differs = n !== flight.counted.heads
  const sound = n >= 0 && l <= n && n <= h && (!differs || why.trim())
  return (
    <Section title={t('flight.agreed')}>
      <form className="sign_form" onSubmit={e => { e.preventDefault(); if (sound) act('sign', { heads: n, low: l, high: h, ...(why.trim() ? { why: why.trim() } : {}) }) }}>
        <label><span>{t('flight.number')}</span><Input id="sign_heads" inputMode="numeric" value={heads} onChange={e => set_heads(e.target.value)} /></label>
        <label><span>{t('flight.low')}</span><Input id="sign_low" inputMode="numeric" value={low} onChange={e => set_low(e.target.value)} /></label>
        <label><span>{t('flight.high')}</span><Input id="sign_high" inputMode="numeric" value={high} onChange={e => set_high(e.target.value)} /></label>
        {differs && <label className="sign_why"><span>{t('flight.why_differs')}</span><Input id="sign_why" value={why} onChange={e => set_why(e.target.value)} /></label>}
        {flight.suggested && <p className="small muted sign_why">{t('flight.suggested', { count: flight.corrected.length, share: show_number(flight.suggested.share * 100, 1), heads: show_number(flight.counted.heads) })}</p>}
        <Button type="primary" htmlType="submit" loading={busy} disabled={!sound}>{t('flight.sign')}</Button>
        <p className="small muted sign_why">{t('flight.sign_means')}</p>
      </form>
    </Section>
  )
}

/// The count against the book.
function Book({ flight }: { flight: FlightCard }) {
  const b = flight.book
  if (!b) return null
  const against: Against | undefined = b.signed ?? b.counted
  const line = (label: string, value: ReactNode, bad = false) => <tr><th scope="row">{label}</th><td className={bad ? 'num right bad' : 'num right'}>{value}</td></tr>
  const signed = (v: number) => `${v > 0 ? '+' : ''}${show_number(Math.round(v))}`
  return (
    <Section title={t('flight.book_title')}>
      <table className="steps book">
        <tbody>
          {line(t('flight.book'), show_number(b.book))}
          {b.last_count_at && line(t('flight.last_count', { at: show_instant(b.last_count_at) }), show_number(b.last_count ?? 0))}
          {b.deaths_recorded != null && line(t('flight.deaths_since'), show_number(b.deaths_recorded))}
          {b.unseen_loss != null && line(t('flight.unseen_loss'), show_number(b.unseen_loss, b.unseen_loss < 10 ? 1 : 0))}
          {line(t('flight.expected'), <Heads of={b.expected} />)}
          {against && line(t(b.signed ? 'flight.agreed' : 'flights.counted'), <Count of={flight.signature ?? flight.counted!} />)}
          {against && line(t('flight.unexplained'), `${signed(against.difference)} ± ${show_number(Math.round(1.96 * against.sd))}`, against.probability < 0.05)}
          {against && line(t('flight.chance'), share(against.probability), against.probability < 0.05)}
          {line(t('flight.before'), <Heads of={b.expected} />)}
          {(b.after || against) && line(t(b.after ? 'flight.after' : 'flight.would_be'), <b><Heads of={b.after ?? against!.after} /></b>)}
        </tbody>
      </table>
      <p className="muted small">{t('flight.formula')}</p>
    </Section>
  )
}

/// Where hand and machine differ, over a frame that was counted by hand.
function Differs({ flight }: { flight: FlightCard }) {
  const got = useGet<Agreement>(`/flights/${seg(flight.flight)}/agreement`)
  return (
    <Section title={t('flight.differs_title')}>
      <Answer got={got} rows={3}>{a => {
        const width = 1600, height = 900
        const worst = Math.max(1, ...a.only_hand.map((v, i) => Math.max(v, a.only_machine[i])))
        return (
          <>
            <p>{t('flight.differs', { count: a.frames, frames: a.frames, hand: show_number(a.hand), machine: show_number(a.machine), both: show_number(a.both), recall: share(a.recall), precision: share(a.precision) })}</p>
            <div className="screen heat" style={{ aspectRatio: `${flight.clip?.width ?? 16} / ${flight.clip?.height ?? 9}` }}>
              <img src={`/api/v1/flights/${seg(flight.flight)}/picture?at_ms=${flight.hand[0].frame_ms}`} alt={flight.file} />
              <svg className="marks" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('flight.differs_title')}>
                {a.all.map((_, i) => {
                  const x = (i % a.columns) * (width / a.columns), y = Math.floor(i / a.columns) * (height / a.rows)
                  const box = { x, width: width / a.columns, height: height / a.rows }
                  return (
                    <g key={i}>
                      {a.only_hand[i] > 0 && <rect {...box} y={y} className="heat_missed" opacity={0.2 + 0.6 * (a.only_hand[i] / worst)}><title>{t('flight.missed_here', { count: a.only_hand[i] })}</title></rect>}
                      {a.only_machine[i] > 0 && <rect {...box} y={y + box.height / 2} height={box.height / 2} className="heat_false" opacity={0.2 + 0.6 * (a.only_machine[i] / worst)}><title>{t('flight.false_here', { count: a.only_machine[i] })}</title></rect>}
                    </g>
                  )
                })}
              </svg>
            </div>
            <p className="small heat_key"><span className="key_missed" /> {t('flight.key_missed')} <span className="key_false" /> {t('flight.key_false')} · <a href={`/api/v1/flights/${seg(flight.flight)}/truth`} download={`${flight.file}.truth.json`}>{t('flight.truth')}</a></p>
          </>
        )
      }}</Answer>
    </Section>
  )
}
