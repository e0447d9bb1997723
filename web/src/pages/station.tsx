import { useEffect, useMemo, useRef, useState } from 'react'
import { Problem, type Body, type Envelope } from '../api'
import { forget, online, session, useGet } from '../data'
import { farm_day } from '../dates'
import { outbox, useOutbox } from '../outbox_live'
import { Link } from '../router'
import { useCell } from '../store'
import { uuid7 } from '../uuid7'
import { problem_text } from '../ui/basic'
import { forget_told, remember_told, server_now, step_name, useLine, useSeconds } from '../plant/parts'
import type { LineFish, Materials } from '../plant/shapes'
import { sound, wake_sound } from '../plant/sound'
import { clock_now, clock_text, grams, leading, lot_name, read_typed, too_much } from '../plant/state'
import { named, p, type Word } from '../plant/words'

interface Post { name: string; line: string; steps: string[]; operator: string; salt_batch: string; tin_batch: string }
const post_key = 'osetra_station'
const read_post = (): Post | null => { try { return JSON.parse(localStorage.getItem(post_key) ?? 'null') } catch { return null } }
interface Said { how: 'good' | 'stop'; text: string }

/// A station of the line: works with a scanner and a scale that type, and with nothing else touched.
export default function Station() {
  const [post, set_post] = useState(read_post)
  const { line, reload } = useLine()
  useEffect(() => { document.documentElement.classList.add('at_station'); return () => document.documentElement.classList.remove('at_station') }, [])
  if (!line) return <div className="station page_head"><p className="station_said sentence">…</p></div>
  return post?.steps.length
    ? <AtWork post={post} change={() => { localStorage.removeItem(post_key); set_post({ ...post, steps: [] }) }} reload={reload} />
    : <SetUp was={post} keep={made => { localStorage.setItem(post_key, JSON.stringify(made)); wake_sound(); set_post(made) }} />
}

function SetUp({ was, keep }: { was: Post | null; keep: (p: Post) => void }) {
  const { line } = useLine()
  const materials = useGet<Materials>('/plant/materials').data?.batches ?? []
  const [post, set_post] = useState<Post>(was ?? { name: '', line: 'L1', steps: [], operator: session.get()?.name ?? '', salt_batch: '', tin_batch: '' })
  const of = (material: string) => materials.filter(m => m.material === material && m.left > 0)
  const set = (change: Partial<Post>) => set_post({ ...post, ...change })
  const name = post.name || `${post.line}-${(post.steps[0] ?? 'X').toUpperCase()}`
  return (
    <div className="station station_set page_head">
      <div className="station_top"><h1 className="sentence">{p('set_up')}</h1><Link className="big_link" to="/plant">{p('leave')}</Link></div>
      <div><p className="station_said">{p('which_steps')}</p>
        <div className="choices">{line!.steps.filter(s => !s.rests).map(s => (
          <button key={s.step} type="button" aria-pressed={post.steps.includes(s.step)} className={post.steps.includes(s.step) ? 'chosen' : ''}
            onClick={() => set({ steps: post.steps.includes(s.step) ? post.steps.filter(x => x !== s.step) : [...post.steps, s.step] })}>{named(s)}</button>))}</div>
      </div>
      <label>{p('at_line')}<input value={post.line} maxLength={12} onChange={e => set({ line: e.target.value })} /></label>
      <label>{p('station_name')}<input value={post.name} placeholder={name} maxLength={30} onChange={e => set({ name: e.target.value })} /></label>
      <label>{p('operator')}<input value={post.operator} maxLength={60} onChange={e => set({ operator: e.target.value })} /></label>
      {post.steps.includes('salt') && <label>{p('salt_batch')}<input list="salt_batches" value={post.salt_batch} onChange={e => set({ salt_batch: e.target.value })} /><datalist id="salt_batches">{of('salt').map(m => <option key={m.batch} value={m.batch} />)}</datalist></label>}
      {post.steps.includes('tin') && <label>{p('tin_batch')}<input list="tin_batches" value={post.tin_batch} onChange={e => set({ tin_batch: e.target.value })} /><datalist id="tin_batches">{of('tins').map(m => <option key={m.batch} value={m.batch} />)}</datalist></label>}
      <button type="button" className="go" disabled={!post.steps.length || !post.line} onClick={() => keep({ ...post, name, steps: line!.steps.map(s => s.step).filter(s => post.steps.includes(s)) })}>{p('begin')}</button>
    </div>
  )
}

function AtWork({ post, change, reload }: { post: Post; change: () => void; reload: () => void }) {
  const { line: seen } = useLine()
  const line = seen!
  useSeconds()
  const here = useCell(online)
  const waiting = useOutbox()
  const [tag, set_tag] = useState('')
  const [said, set_said] = useState<Said | null>(null)
  const [typed, set_typed] = useState('')
  const [roe_mg, set_roe] = useState<number | null>(null)
  const [salt_mg, set_salt] = useState<number | null>(null)
  const [serial, set_serial] = useState('')
  const [last_net, set_last_net] = useState<number | null>(null)
  const [scale, set_scale] = useState<{ weight_mg: number; stable: boolean } | null>(null)
  const box = useRef<HTMLInputElement>(null)
  const now = server_now()

  useEffect(() => { const wake = () => wake_sound(); addEventListener('pointerdown', wake); addEventListener('keydown', wake); return () => { removeEventListener('pointerdown', wake); removeEventListener('keydown', wake) } }, [])
  // A scanner types wherever it is: what it types ends in the box.
  useEffect(() => {
    const key = (e: KeyboardEvent) => { if (document.activeElement !== box.current && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey && !(document.activeElement instanceof HTMLInputElement)) box.current?.focus() }
    addEventListener('keydown', key)
    box.current?.focus()
    return () => removeEventListener('keydown', key)
  }, [])
  useEffect(() => {
    const live = new EventSource('/api/v1/live')
    live.addEventListener('scale', e => { try { const w = JSON.parse((e as MessageEvent<string>).data); if (!w.station || w.station === post.name) set_scale(w) } catch { /* not of a scale */ } })
    return () => live.close()
  }, [post.name])

  const fish = line.fish.find(f => f.fish === tag)
  const clock = fish && leading(fish, now)
  const of = clock && clock_now(clock, now)
  const heard = useRef(new Set<string>())
  useEffect(() => {
    for (const f of line.fish) {
      const c = leading(f, now)
      if (!c || (post.line && f.line && f.line !== post.line)) continue
      const state = clock_now(c, now).state
      if (state === 'good' || heard.current.has(f.fish + state)) continue
      heard.current.add(f.fish + state)
      sound(state)
    }
  })
  const here_next = (f: LineFish) => !!f.next && post.steps.includes(f.next)
  const queue = useMemo(() => [
    ...line.fish.filter(f => here_next(f) && (!post.line || !f.line || f.line === post.line)),
    ...(post.steps.includes(line.steps[0]?.step) ? line.waiting.filter(w => w.harvested && (!post.line || !w.line || w.line === post.line)).map(w => ({ fish: w.fish, next: line.steps[0].step, line: w.line ?? '', species: '', clocks: [], tins: 0, weights: { tinned_mg: 0, tolerance_mg: 0, holds: true } }) as LineFish) : []),
  ], [line, post])

  const say = (how: Said['how'], text: string) => { set_said({ how, text }); sound(how) }
  const tell = async (kind: string, body: Body, done: string) => {
    const envelope: Envelope = { id: uuid7(), kind, happened_at: new Date(server_now()).toISOString(), body }
    const me = session.get()!.person
    remember_told(envelope)
    await outbox.add(envelope, me, new Date().toISOString())   // on this station's disk before anything else
    say('good', done)
    await outbox.sync(me).catch((e: unknown) => { if (!(e instanceof Problem && e.unreachable)) say('stop', problem_text(e)) })
    const refused = outbox.items.find(i => i.id === envelope.id && i.state === 'refused')
    if (refused && refused.code !== 'step_told') say('stop', refused.detail ?? refused.code ?? '')
    if (refused) forget_told(envelope.id)
    if (refused) await outbox.give_up(refused.id)   // said aloud here, to the person who can mend it; the server keeps its task
    forget('/plant')
    reload()
    return !refused
  }
  const name_of = (code: string | undefined) => step_name(line.steps, code)
  const clear = () => { set_tag(''); set_roe(null); set_salt(null); set_serial('') }
  const own = { station: post.name, ...(post.operator ? { operator: post.operator } : {}) }

  const scan = async (t: string) => {
    const known = line.fish.find(f => f.fish === t) ?? queue.find(f => f.fish === t)
    set_roe(null); set_salt(null); set_serial('')
    if (!known) { set_tag(''); say('stop', p('stop_unknown', { tag: t })); return }
    set_tag(t)
    if (!known.next) { say('stop', p('stop_done', { tag: t })); return }
    if (!post.steps.includes(known.next)) { say('stop', line.steps.find(s => s.step === known.next)?.rests ? p('stop_done', { tag: t }) : p('stop_next', { step: name_of(known.next) })); return }
    const step = line.steps.find(s => s.step === known.next)!
    if (step.told_by === 'rubbing') { await tell('rubbing', { fish: t, station: post.name }, p('done_step', { step: named(step) })); return }
    if (step.told_by === 'step' && !step.weighs) { await tell('step', { fish: t, step: step.step, line: post.line, ...own }, p('done_step', { step: named(step) })); return }
    set_said(null)
  }
  const weighed = async (mg: number) => {
    if (!fish?.next || !post.steps.includes(fish.next)) { say('stop', p('stop_no_fish')); return }
    const step = line.steps.find(s => s.step === fish.next)!
    const done = p('done_step', { step: named(step) })
    const stop = (what: string) => { const most = too_much(fish, what, mg); if (most != null) say('stop', p('stop_body', { g: grams(mg), most: grams(most) })); return most != null }
    if (mg <= 0) { if (step.weighs !== 'roe' || roe_mg == null) { say('stop', p('stop_weight', { g: grams(mg) })); return } }
    if (step.weighs === 'ovary') { await tell('step', { fish: tag, step: step.step, line: post.line, weight_mg: mg, ...own }, done); return }
    if (step.weighs === 'roe') {
      if (roe_mg == null) { if (!stop('roe')) { set_roe(mg); set_said(null) } return }
      if (roe_mg + mg > (fish.weights.ovary_mg ?? Infinity)) { say('stop', p('stop_body', { g: grams(roe_mg + mg), most: grams(fish.weights.ovary_mg) })); return }
      const lot = fish.lot ?? lot_name(farm_day(server_now()), tag)
      if (await tell('roe', { fish: tag, lot, ovary_mg: fish.weights.ovary_mg ?? roe_mg + mg, roe_mg, waste_mg: mg, station: post.name }, done)) set_roe(null)
      return
    }
    if (step.weighs === 'salt') {
      if (salt_mg == null) { if (!stop('salt')) { set_salt(mg); set_said(null) } return }
      if (await tell('salt', { lot: fish.lot!, salt_mg, ...(mg > 0 ? { drained_mg: mg } : {}), ...(post.salt_batch ? { salt_lot: post.salt_batch } : {}), station: post.name }, done)) set_salt(null)
      return
    }
    if (step.weighs === 'tin') {
      if (!serial) { say('stop', p('scan_tin')); return }
      if (stop('tin')) return
      set_last_net(mg)
      if (await tell('tin', { tin: serial, lot: fish.lot!, net_mg: mg, station: post.name, ...(post.tin_batch ? { tin_batch: post.tin_batch } : {}) }, done)) set_serial('')
    }
  }
  const take = async (raw: string) => {
    const read = read_typed(raw)
    set_typed('')
    if (!read) return
    if ('tag' in read) return scan(read.tag)
    if ('weight_mg' in read && !(fish?.next === 'tin' && !serial && /^\d{6,}$/.test(raw.trim()))) return weighed(read.weight_mg)
    const name = 'serial' in read ? read.serial : raw.trim()
    if (fish && line.steps.find(s => s.step === fish.next)?.weighs === 'tin' && post.steps.includes(fish.next!)) { set_serial(name); set_said(null) } else say('stop', p('stop_no_fish'))
  }
  const step = fish && line.steps.find(s => s.step === fish.next)
  const mine = !!fish?.next && post.steps.includes(fish.next)
  const wants: Word | null = !mine || !step?.weighs ? null : step.weighs === 'ovary' ? 'w_ovary' : step.weighs === 'roe' ? (roe_mg == null ? 'w_roe' : 'w_waste') : step.weighs === 'salt' ? (salt_mg == null ? 'w_salt' : 'w_drained') : serial ? 'w_tin' : null
  const look = said?.how === 'stop' ? 'stop' : of?.state === 'late' ? 'stop' : of?.state === 'warn' ? 'warn' : said?.how === 'good' ? 'good' : ''
  const pending = waiting.filter(w => w.state === 'pending').length, refused = waiting.filter(w => w.state === 'refused').length
  return (
    <div className="station page_head">
      <div className="station_top">
        <h1 className="sentence">{post.name} <span className="muted">{post.steps.map(name_of).join(' · ')}</span></h1>
        {!here && <span className="signal signal_bad" role="status">{p('kept', { count: pending })}</span>}
        {here && pending > 0 && <span className="signal" role="status">{p('kept', { count: pending })}</span>}
        {refused > 0 && <Link className="big_link" to="/tasks">{p('refused', { count: refused })}</Link>}
        <button type="button" onClick={change}>{p('change')}</button><Link className="big_link" to="/plant">{p('leave')}</Link>
      </div>
      <section className={`station_now ${look}`} aria-live="polite">
        {of && <div className="station_clock" role="timer" aria-label={named(clock!)}>{clock_text(of.seconds)}</div>}
        {of && <div className={`station_tag clock_${of.state}`}>{of.left >= 0 ? `${clock_text(of.left)} ${p('to_go')}` : `${clock_text(of.left)} ${p('over')}`}</div>}
        {fish && <div className="station_tag">{fish.lot ?? fish.fish}</div>}
        {said && <div className="station_said" role={said.how === 'stop' ? 'alert' : 'status'}>{said.text}</div>}
        <div className="station_next">{!fish ? p('scan_fish') : wants ? p('weigh', { what: p(wants) }) : mine && step?.weighs === 'tin' ? p('scan_tin') : fish.next ? `→ ${name_of(fish.next)}` : ''}</div>
        {mine && step?.weighs === 'salt' && salt_mg == null && fish!.weights.roe_mg != null && <div className="station_tag">{p('between', { least: grams((fish!.weights.roe_mg * 3) / 97), most: grams((fish!.weights.roe_mg * 5) / 95) })}</div>}
        {mine && step?.weighs === 'tin' && fish!.weights.caviar_left_mg != null && <div className="station_tag">{p('tins_left', { g: grams(fish!.weights.caviar_left_mg) })}{serial ? ` · ${serial}` : ''}</div>}
        {wants && scale && <div className="station_scale">{grams(scale.weight_mg)} g</div>}
        <div className="station_acts">
          {wants && scale?.stable && <button type="button" className="go" onClick={() => void weighed(scale.weight_mg)}>{p('scale_live')}: {grams(scale.weight_mg)} g</button>}
          {wants === 'w_salt' && fish!.suggested_salt_mg != null && <button type="button" className="go" onClick={() => void weighed(fish!.suggested_salt_mg!)}>{p('use_salt', { g: grams(fish!.suggested_salt_mg) })}</button>}
          {(wants === 'w_drained' || wants === 'w_waste') && <button type="button" onClick={() => void weighed(0)}>{p('none')}</button>}
          {wants === 'w_tin' && last_net != null && <button type="button" className="go" onClick={() => void weighed(last_net)}>{p('same_weight', { g: grams(last_net) })}</button>}
          {fish && <button type="button" onClick={() => { clear(); set_said(null) }}>{p('undo')}</button>}
        </div>
      </section>
      <form className="station_typed" onSubmit={e => { e.preventDefault(); void take(typed) }}>
        <input ref={box} value={typed} autoComplete="off" inputMode="text" enterKeyHint="done" aria-label={p('typed')} placeholder={p('typed')} onChange={e => set_typed(e.target.value)} />
        <button type="submit" className="go" aria-label="OK">OK</button>
      </form>
      <p className="station_said">{queue.length ? p('queue') : p('nothing_here')}</p>
      <div className="station_queue">
        {queue.slice(0, 12).map(f => { const c = leading(f, now); const o = c && clock_now(c, now)
          return <button key={f.fish} type="button" className={f.fish === tag ? 'chosen' : ''} onClick={() => void scan(f.fish)}><span className="num">{f.lot ?? f.fish}</span><span>{o ? <b className={`num clock_${o.state}`}>{clock_text(o.seconds)}</b> : name_of(f.next)}</span></button> })}
      </div>
    </div>
  )
}
