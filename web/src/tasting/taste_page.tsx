import { useCallback, useEffect, useState } from 'react'
import { first_language } from '../public/words'
import { keep, kept, send, type TasteAnswer } from './outbox'
import { say, type Language, type Word } from './taster_words'

interface Trial { round: number; trial: number; reference: boolean; codes: string[]; answered: boolean }
interface Seat {
  company: string; simulated: boolean; tasting: string; title: string; test: string; seat: number; taster: string
  attributes?: string[]; allergens?: string[]; scale_low: number; scale_high: number; closed: boolean; trials: Trial[]
}

type Seated = Seat & { attributes: string[]; allergens: string[] }
const link = () => location.pathname.slice('/taste/'.length)

/// One taster's phone: no account, one trial at a time, big buttons; answers wait on the phone where there is no signal.
export function TastePage() {
  const [language, set_language] = useState<Language>(first_language)
  const [seat, set_seat] = useState<Seated>()
  const [fault, set_fault] = useState<'unreachable' | 'bad'>()
  const [begun, set_begun] = useState(false)
  const [done, set_done] = useState<Set<string>>(new Set())
  const [waiting, set_waiting] = useState<TasteAnswer[]>(() => kept(link()))
  const [refused, set_refused] = useState<string>()
  const w = (word: Word, values?: Record<string, string | number>) => say(language, word, values)

  const load = useCallback(() => {
    set_fault(undefined)
    fetch(`/api/v1/taste/${link()}`).then(async r => {
      if (r.status === 404) return set_fault('bad')
      if (!r.ok) return set_fault('unreachable')
      const got = (await r.json()) as Seat
      const told = { ...got, attributes: got.attributes ?? [], allergens: got.allergens ?? [] }   // empty lists are left out
      const known = [...told.trials.filter(t => t.answered), ...kept(link())].map(t => `${t.round} ${t.trial}`)
      set_seat(told)
      set_done(new Set(known))
      if (known.length) set_begun(true)
    }).catch(() => set_fault('unreachable'))
  }, [])
  useEffect(load, [load])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    try { localStorage.setItem('osetra.language', language) } catch { /* storage may be shut */ }
  }, [language])

  const [sending, set_sending] = useState(false)
  useEffect(() => {
    if (!waiting.length || sending) return
    const go = async () => {
      set_sending(true)
      const sent = await send(link(), waiting)
      keep(link(), sent.left)
      if (sent.refused) set_refused(sent.refused)
      if (sent.left.length < waiting.length) set_waiting(sent.left)
      else setTimeout(() => set_waiting(all => [...all]), 3000)
      set_sending(false)
    }
    void go()
    // what is sent decides when to go on, not the sending itself
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waiting])

  const answer = (a: TasteAnswer) => {
    const all = [...waiting, a]
    keep(link(), all)
    set_waiting(all)
    set_done(new Set([...done, `${a.round} ${a.trial}`]))
    scrollTo(0, 0)
  }
  const open = seat?.trials.filter(t => !done.has(`${t.round} ${t.trial}`)) ?? []
  return (
    <div className="link_page taste">
      <header className="link_top">
        <span className="link_who">{seat ? w('seat', { seat: seat.taster ? `${seat.seat} · ${seat.taster}` : seat.seat }) : 'Osetra'}</span>
        {seat?.simulated && <span className="link_simulated">{w('simulated')}</span>}
        <button type="button" onClick={() => set_language(language === 'en' ? 'zh' : 'en')} lang={language === 'en' ? 'zh-CN' : 'en'} aria-label={w('other_label')}>{w('other')}</button>
      </header>
      <main>
        {fault && <section className="link_said" role="alert"><h1>{w(fault)}</h1><p>{w(fault === 'bad' ? 'bad_means' : 'unreachable_means')}</p>{fault === 'unreachable' && <button type="button" className="link_button" onClick={load}>{w('again')}</button>}</section>}
        {!seat && !fault && <p className="link_waiting" role="status">{w('waiting')} …</p>}
        {refused && <p className="taste_note" role="alert">{w('refused', { why: refused })}</p>}
        {waiting.length > 0 && <p className="taste_note" role="status">{w('sending', { n: waiting.length })}</p>}
        {seat && seat.closed && open.length > 0 && <section className="link_said"><h1>{w('closed')}</h1></section>}
        {seat && !seat.closed && !begun && open.length > 0 && (
          <section className="taste_part">
            <h1>{w('hello', { title: seat.title })}</h1>
            {seat.allergens.length > 0 && <p className="taste_warn">{w('contains', { what: seat.allergens.join(', ') })}</p>}
            <p>{w('rinse')}</p>
            <button type="button" className="taste_go" onClick={() => set_begun(true)}>{w('begin')}</button>
          </section>
        )}
        {seat && !seat.closed && begun && open.length > 0 && <One key={`${open[0].round} ${open[0].trial}`} seat={seat} trial={open[0]} place={seat.trials.length - open.length + 1} w={w} answer={answer} />}
        {seat && open.length === 0 && !waiting.length && <section className="link_said"><h1>{w('thanks')}</h1><p>{w('thanks_means')}</p></section>}
      </main>
    </div>
  )
}

type Say = (word: Word, values?: Record<string, string | number>) => string

function One({ seat, trial, place, w, answer }: { seat: Seated; trial: Trial; place: number; w: Say; answer: (a: TasteAnswer) => void }) {
  const [chosen, set_chosen] = useState<string>()
  const [order, set_order] = useState<string[]>([])
  const [scores, set_scores] = useState<Record<string, number>>({})
  const [comment, set_comment] = useState('')
  const scored = seat.attributes.length > 0
  const ranked = seat.test === 'ranking'
  const ready = scored ? seat.attributes.every(a => scores[a] != null) : ranked ? order.length === trial.codes.length : chosen != null
  const steps = Array.from({ length: seat.scale_high - seat.scale_low + 1 }, (_, i) => seat.scale_low + i)
  const send_it = () => answer({
    round: trial.round, trial: trial.trial, ...(scored || ranked ? {} : { chosen }), ...(comment.trim() ? { comment: comment.trim() } : {}),
    scores: scored ? seat.attributes.map(a => `${trial.codes[0]}/${a}=${scores[a]}`) : ranked ? order.map((code, i) => `${code}=${i + 1}`) : [],
  })
  return (
    <section className="taste_part">
      <p className="taste_place">{w('of', { n: place, all: seat.trials.length })}</p>
      <progress max={seat.trials.length} value={place - 1} aria-hidden="true" />
      {scored ? (
        <>
          <p className="taste_small">{w('taste')}</p>
          <p className="taste_code">{trial.codes[0]}</p>
          {seat.attributes.map(a => (
            <fieldset key={a} className="taste_scale">
              <legend>{seat.test === 'hedonic' ? w('hedonic') : a}</legend>
              <div>{steps.map(n => <button type="button" key={n} aria-pressed={scores[a] === n} onClick={() => set_scores({ ...scores, [a]: n })}>{n}</button>)}</div>
              <p className="taste_ends"><span>{w('low')}</span><span>{w('high')}</span></p>
            </fieldset>
          ))}
        </>
      ) : (
        <>
          <h1>{w(seat.test as Word)}</h1>
          <p className="taste_small">{w('in_order')}: {trial.reference ? `${w('reference')} → ` : ''}{trial.codes.join(' → ')}</p>
          <div className="taste_codes">
            {trial.codes.map(code => {
              const at = order.indexOf(code)
              return (
                <button type="button" key={code} aria-pressed={ranked ? at >= 0 : chosen === code} onClick={() => (ranked ? at < 0 && set_order([...order, code]) : set_chosen(code))}>
                  {code}{ranked && at >= 0 && <span className="taste_rank">{at + 1}</span>}
                </button>
              )
            })}
            {seat.test === 'paired' && <button type="button" className="taste_tie" aria-pressed={chosen === '='} onClick={() => set_chosen('=')}>{w('no_difference')}</button>}
          </div>
          {ranked && order.length > 0 && <button type="button" className="taste_undo" onClick={() => set_order([])}>{w('undo')}</button>}
        </>
      )}
      <label className="taste_comment">{w('comment')}<textarea value={comment} maxLength={600} rows={2} onChange={e => set_comment(e.target.value)} /></label>
      <button type="button" className="taste_go" disabled={!ready} onClick={send_it}>{w('next')}</button>
    </section>
  )
}
