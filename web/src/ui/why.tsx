import { Drawer } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { Estimate, Why } from '../api'
import { forget, useAsOf, useSites, useState_ } from '../data'
import { show_at, show_day, show_instant } from '../dates'
import { is_zh, t, word } from '../i18n'
import { mass_taste, narrow } from '../prefs'
import { useCell } from '../store'
import { Link } from '../router'
import { group_digits, show_density, show_estimate, show_mass, show_mass_estimate, show_number, show_temperature } from '../units'
import { asked, close_why, open_why } from '../why_state'
import { Answer, as_estimate } from './basic'
import { FactList } from './facts'

const taken = (value: number | Estimate | null) => (value == null ? null : as_estimate(value))

function Value({ why }: { why: Why }) {
  const taste = useCell(mass_taste)
  const e = taken(why.value)
  if (!e) return <span className="num">–</span>
  const unit = why.unit
  const shown =
    unit === 'mg' ? show_mass_estimate(e, taste)
    : unit === 'mg_per_l' || unit === 'mg/l' ? { text: show_density(e.value), error: '', unit: 'kg/m³' }
    : unit === 'mc' ? { text: show_temperature(e.value), error: '', unit: '°C' }
    : show_estimate(e, 1, unit === 'heads' || unit === 'fish' ? t('unit.heads') : unit)
  return <span className="num">{shown.text}{shown.error && <span className="error"> ±&#8239;{shown.error}</span>} <span className="unit">{shown.unit}</span></span>
}

function step_value(value: Why['steps'][number]['value'], unit: string): string {
  if (value == null) return '–'
  if (typeof value === 'string') return group_digits(in_words(value))
  const e = as_estimate(value)
  if (unit === 'mg' && Math.abs(e.value) > 1000) return show_mass(e.value, mass_taste.get())
  return show_number(e.value, Number.isInteger(e.value) ? 0 : 2)
}

/// What a step is called: the server's words, in the reader's language where the pattern is known.
function step_label(label: string): string {
  const counted = /^counted (\S+) \((\w+)\)$/.exec(label)
  if (counted) return t('step_counted', { day: show_day(counted[1]), method: word('count_method', counted[2]) })
  const weighed = /^untagged (.+) counted from the weighing of$/.exec(label)
  if (weighed) return t('step_weighed', { cohort: weighed[1] })
  const warm = /^degree-days in (.+) since/.exec(label)
  if (warm) return t('step_warm', { pool: warm[1] })
  const on = /^weight on (\S+)$/.exec(label)
  if (on) return t('step_weight', { day: show_day(on[1]) })
  return word('step', label, label)
}

/// The server's sentence in English; ours in Chinese.
function formula(why: Why, figure: string, kind: string): string {
  if (!is_zh()) return why.formula
  const which = kind === 'fish' || kind === 'cohort' ? kind : kind === 'pool' ? figure : 'sum'
  return word('formula', which, why.formula)
}

const in_words = (text: string) => (is_zh() ? text.replace(/(\d) fish\b/g, '$1 尾').replace(/(\d[\d.,]* ?(?:g|kg|t)?) to (\d)/g, '$1 到 $2') : text)

/// From the right: figure -> formula in words -> the facts behind it, each of which can be mended here.
export function WhyPanel() {
  const ask = useCell(asked)
  const is_narrow = useCell(narrow)
  return (
    <Drawer open={!!ask} onClose={close_why} size={is_narrow ? '100%' : 480} title={t('why.title')} className="why" destroyOnHidden>
      {ask && <WhyOf key={`${ask.figure} ${ask.subject}`} {...ask} />}
    </Drawer>
  )
}

/// One subject's figure; made anew for each, so that none is ever shown under another's heading.
function WhyOf({ figure, subject }: { figure: string; subject: string }) {
  const { at, known } = useAsOf()
  const got = useState_<Why>('/why', { figure, subject })
  const before = useRef<{ moment: string; why: Why } | null>(null)
  const [was, set_was] = useState<Why | null>(null)
  const moment = `${at} ${known}`
  useEffect(() => { set_was(null); before.current = null }, [moment])
  useEffect(() => {
    if (!got.data || got.loading) return
    if (before.current?.moment === moment && JSON.stringify(before.current.why.value) !== JSON.stringify(got.data.value)) set_was(before.current.why)
    before.current = { moment, why: got.data }
  }, [got.data, got.loading, moment])
  const sites = useSites()
  const kind = subject.split(':')[0]
  const id = subject.slice(kind.length + 1)
  const part = kind === 'company' ? 'site' : kind === 'site' || kind === 'cohort' ? 'pool' : ''
  return (
    <Answer got={got}>
      {why => (
        <>
          <p className="why_subject">{word('figure', figure)} · {kind === 'company' ? t('why.company') : `${word('subject', kind)} ${id}`}</p>
          <p className="why_value" aria-live="polite"><Value why={why} /></p>
          {was && <p className="why_was">{t('why.was')} <Value why={was} /></p>}
          <p className="muted small">{at ? t('asof.as_of', { at: show_at(at) }) : t('asof.now')}{known ? ` · ${t('asof.known', { at: show_instant(known) })}` : ''}</p>
          <p className="why_formula">{group_digits(formula(why, figure, kind))}</p>
          {why.steps.length > 0 && (
            <table className="steps">
              <tbody>{why.steps.map((s, i) => <tr key={i}><th scope="row">{part ? <button type="button" className="quiet" onClick={() => open_why(figure, `${part}:${s.label}`)}>{(part === 'site' && sites?.find(x => x.site === s.label)?.name) || s.label}</button> : step_label(s.label)}</th><td className="num right">{step_value(s.value, why.unit)}</td></tr>)}</tbody>
            </table>
          )}
          <h3>{t('why.facts')}</h3>
          {why.facts.length ? <FactList facts={why.facts} mended={() => forget('/')} /> : <p className="nothing">{t('why.no_facts')}</p>}
          {why.more && (kind === 'company'
            ? <Link to="/journal" onClick={close_why}>{t('why.more')}</Link>
            : <Link to={`/journal?subject=${encodeURIComponent(subject)}`} onClick={close_why}>{t('why.more')}</Link>)}
        </>
      )}
    </Answer>
  )
}
