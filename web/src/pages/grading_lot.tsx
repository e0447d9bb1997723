import { App, Button, Input, Select } from 'antd'
import { useRef, useState } from 'react'
import { post, seg } from '../api'
import { forget, useGet, useMay, useSession } from '../data'
import { is_zh } from '../i18n'
import { Answer, Fact, Facts, FishLink, Nothing, PageHead, problem_text, Section, useNames, When } from '../ui/basic'
import { show_number } from '../units'
import { send_file, upload_server, upload_shelf } from '../upload'
import type { LotCard, Scheme } from '../grading/shapes'
import { g, named } from '../grading/words'
import { LotTabs } from '../plant/lot_tabs'
import { Link } from '../router'

const number = (text: string | undefined) => { const n = Number((text ?? '').replace(',', '.')); return text?.trim() && Number.isFinite(n) ? n : undefined }
const grade_name = (s: Scheme | undefined, code: string | undefined) => `${code ?? ''} ${named(s?.grades.find(x => x.code === code))}`.trim()
const FactsOf = ({ lot }: { lot: string }) => <Link to={`/journal?subject=${seg(`lot:${lot}`)}`} className="small">{g('facts')}</Link>

export default function GradingLot({ id: lot = '' }: { id?: string }) {
  const path = `/grading/lots/${seg(lot)}`
  const got = useGet<LotCard>(path)
  const names = useNames()
  const may = useMay()
  const done = () => { forget('/grading') }
  const card = got.data
  const s = card?.scheme
  const missing = s?.attributes.find(a => a.code === card?.suggested?.missing)
  const sentence = !card ? ' ' : !s ? g('lot_no_scheme') : card.decided ? g('lot_decided', { lot, grade: grade_name(s, card.decided.grade), by: card.decided.by })
    : card.blind ? g('lot_blind', { lot }) : card.suggested?.grade ? g('lot_suggested', { lot, grade: grade_name(s, card.suggested.grade) }) : g('lot_missing', { lot, what: named(missing) })
  return (
    <>
      <PageHead title={g('lot_title')} sentence={sentence}>
        {card && <p className="sub muted small">{names.species(card.species)} · <FishLink fish={card.fish} /> · <When at={card.taken_at} />{s && <> · {named(s)}{!is_zh() && <>: {s.basis}</>}</>}</p>}
      </PageHead>
      <LotTabs lot={lot} />
      <Answer got={got}>{c => (
        <>
          {c.suggested && s && <Why c={c} s={s} />}
          {s && may('record') && <Own key={lot} c={c} s={s} path={path} done={done} />}
          <Tray c={c} path={path} done={done} may={may('record')} />
          {s && <Scores c={c} s={s} />}
          {s && !c.blind && (may('mend') ? <Decide c={c} s={s} path={path} done={done} /> : <p className="muted small">{g('who_decides')}</p>)}
        </>
      )}</Answer>
    </>
  )
}

/// What the rules give and why, and what the panel's past makes of it.
function Why({ c, s }: { c: LotCard; s: Scheme }) {
  const x = c.suggested!
  const reasons = (is_zh() ? x.reasons_zh : x.reasons_en) ?? []
  return (
    <Section title={g('why')}>
      <Facts>
        {x.grade && <Fact label={g('rules_say')} wide><strong>{grade_name(s, x.grade)}</strong><ul className="plain">{reasons.map(r => <li key={r}>{r}</li>)}</ul></Fact>}
        {x.probability && <Fact label={g('panel_says')} wide>
          <div className="grade_bars">{s.grades.map(w => <div key={w.code} className="grade_bar"><span>{w.code} {named(w)}</span><span className="bar"><i style={{ width: `${100 * (x.probability![w.code] ?? 0)}%` }} /></span><span className="num">{show_number(100 * (x.probability![w.code] ?? 0))}%</span></div>)}</div>
          <p className="muted small">{g('panel_words', { n: x.model_lots ?? 0, right: show_number(100 * (x.model_right ?? 0)), error: show_number(x.model_error ?? 0, 2) })}</p>
        </Fact>}
        {c.decided && <Fact label={g('by')}>{c.decided.by}, <When at={c.decided.at} /> <FactsOf lot={c.lot} />{c.decided.reason && <p className="small">{c.decided.reason}</p>}</Fact>}
      </Facts>
      {x.no_model && <p className="muted small" title={x.no_model}>{g('no_model')}</p>}
      <Known c={c} s={s} />
    </Section>
  )
}

function Known({ c, s }: { c: LotCard; s: Scheme }) {
  const best = s.grades[0]!
  return (
    <div className="scroll_x"><table className="plain_table"><thead><tr><th>{g('known')}</th><th className="right" /><th>{g('asks', { grade: named(best) })}</th></tr></thead><tbody>
      {s.attributes.map(a => <tr key={a.code}><td>{named(a)}</td><td className="right num">{c.values?.[a.code] == null ? '–' : `${show_number(c.values[a.code]!, a.kind === 'scored' ? 1 : 2)} ${a.unit}`}</td>
        <td className="muted">{(is_zh() ? a.limits_zh : a.limits_en)[best.code] ?? '–'}</td></tr>)}
    </tbody></table></div>
  )
}

function Own({ c, s, path, done }: { c: LotCard; s: Scheme; path: string; done: () => void }) {
  const { message } = App.useApp()
  const me = useSession()
  const mine = c.scores.find(x => x.grader === me.person)
  const [typed, set_typed] = useState<Record<string, string>>(Object.fromEntries(Object.entries(mine?.values ?? {}).map(([k, v]) => [k, String(v)])))
  const [busy, set_busy] = useState(false)
  const judged = s.attributes.filter(a => !(a.camera && c.photo))
  const scores = judged.filter(a => number(typed[a.code]) != null).map(a => `${a.code}=${number(typed[a.code])}`)
  const send = async () => {
    set_busy(true)
    try { await post(`${path}/scores`, { scheme: s.code, scores }); done() }
    catch (e) { message.error(problem_text(e)) }
    finally { set_busy(false) }
  }
  return (
    <Section title={g('own')}>
      <p className="muted small">{g('own_words')}</p>
      <form className="grade_form" onSubmit={e => { e.preventDefault(); void send() }}>
        {judged.map(a => <label key={a.code}>{named(a)} <span className="muted small">{show_number(a.from, 0)}–{show_number(a.to, 0)} {a.unit}</span>
          <Input id={`score_${a.code}`} inputMode="decimal" value={typed[a.code] ?? ''} onChange={e => set_typed({ ...typed, [a.code]: e.target.value })} /></label>)}
        <Button type="primary" htmlType="submit" loading={busy} disabled={!scores.length}>{g('save')}</Button>
      </form>
    </Section>
  )
}

function Tray({ c, path, done, may }: { c: LotCard; path: string; done: () => void; may: boolean }) {
  const { message } = App.useApp()
  const picker = useRef<HTMLInputElement>(null)
  const [file, set_file] = useState<File | null>(null)
  const [marker, set_marker] = useState('15')
  const [scale, set_scale] = useState('')
  const [busy, set_busy] = useState(false)
  const measure = async () => {
    if (!file) return
    set_busy(true)
    try {
      const sha256 = await send_file(file, upload_server, upload_shelf, () => undefined)
      await post(`${path}/photos`, { photo_sha256: sha256, ...(number(scale) ? { px_per_mm: number(scale) } : { marker_mm: number(marker) }) })
      set_file(null)
      done()
    } catch (e) { message.error(problem_text(e)) } finally { set_busy(false) }
  }
  const p = c.photo
  const mm = (um: number) => show_number(um / 1000, 2)
  return (
    <Section title={g('camera')}>
      {p && <figure className="tray">
        <figcaption>{g('photo_told', { eggs: p.eggs, mean: mm(p.mean_um), low: mm(p.mean_low_um), high: mm(p.mean_high_um), spread: mm(p.spread_um), broken: show_number((100 * p.broken) / p.eggs, 1) })} · <span className={p.verdict === 'sure' ? 'muted' : 'warn'}>{g(p.verdict)}</span>{p.lightness == null && <> · <span className="muted">{g('not_calibrated')}</span></>} · <FactsOf lot={c.lot} /></figcaption>
        <img src={`/api/v1/media/${p.overlay_sha256}`} alt={g('overlay')} />
      </figure>}
      {may && <div className="grade_form">
        <p className="muted small">{g('camera_words')}</p>
        <input ref={picker} type="file" accept="image/jpeg,image/png" hidden data-testid="tray" onChange={e => set_file(e.target.files?.[0] ?? null)} />
        <Button onClick={() => picker.current?.click()}>{file ? file.name : g('choose')}</Button>
        {file && <>
          <label>{g('marker')}<Input inputMode="decimal" value={marker} onChange={e => set_marker(e.target.value)} disabled={!!scale} /></label>
          <label>{g('or_scale')}<Input id="tray_scale" inputMode="decimal" value={scale} onChange={e => set_scale(e.target.value)} /></label>
          <Button type="primary" loading={busy} onClick={measure}>{busy ? g('measuring') : g('measure')}</Button>
        </>}
      </div>}
    </Section>
  )
}

function Scores({ c, s }: { c: LotCard; s: Scheme }) {
  const seen = s.attributes.filter(a => c.scores.some(x => x.values[a.code] != null))
  return (
    <Section title={g('scores')}>
      {c.blind && c.graders > c.scores.length && <p className="muted small">{g('blind', { n: c.graders })}</p>}
      {c.scores.length ? <div className="scroll_x"><table className="plain_table"><thead><tr><th>{g('grader')}</th>{seen.map(a => <th key={a.code} className="right">{named(a)}</th>)}<th /></tr></thead><tbody>
        {c.scores.map(x => <tr key={x.grader}><td>{x.grader}</td>{seen.map(a => <td key={a.code} className="right num">{x.values[a.code] == null ? '–' : show_number(x.values[a.code]!, a.kind === 'scored' ? 1 : 2)}</td>)}<td><When at={x.at} /></td></tr>)}
      </tbody></table></div> : !c.blind && <Nothing>{g('no_scores')}</Nothing>}
    </Section>
  )
}

function Decide({ c, s, path, done }: { c: LotCard; s: Scheme; path: string; done: () => void }) {
  const { message } = App.useApp()
  const [grade, set_grade] = useState<string | undefined>(undefined)
  const [reason, set_reason] = useState('')
  const [busy, set_busy] = useState(false)
  const chosen = grade ?? c.decided?.grade ?? c.suggested?.grade
  const other = chosen !== c.suggested?.grade && !!c.suggested?.grade
  const sign = async () => {
    set_busy(true)
    try { await post(`${path}/grade`, { scheme: s.code, grade: chosen, ...(reason.trim() ? { reason: reason.trim() } : {}) }); done() }
    catch (e) { message.error(problem_text(e)) }
    finally { set_busy(false) }
  }
  return (
    <Section title={g('decide')}>
      <p className="muted small">{g('decide_words')}</p>
      <form className="grade_form" onSubmit={e => { e.preventDefault(); void sign() }}>
        <label>{g('grade')}<Select aria-label={g('grade')} value={chosen} onChange={set_grade} options={s.grades.map(w => ({ value: w.code, label: `${w.code} · ${named(w)}` }))} /></label>
        {other && <label>{g('reason')}<Input id="grade_reason" value={reason} onChange={e => set_reason(e.target.value)} /></label>}
        <Button type="primary" htmlType="submit" loading={busy} disabled={!chosen || (other && !reason.trim())}>{g('sign')}</Button>
      </form>
    </Section>
  )
}
