import { App, Button, Input } from 'antd'
import { useState } from 'react'
import { post } from '../api'
import { forget, useGet, useMay } from '../data'
import { Answer, Fact, Facts, PageHead, problem_text, Section } from '../ui/basic'
import { show_money, show_number } from '../units'
import type { Scheme, Use, Uses } from '../grading/shapes'
import { g, named } from '../grading/words'

/// What grades cost, and what each use leaves made of each grade.
export default function GradingUses() {
  const got = useGet<Uses>('/grading/uses')
  const may = useMay()
  const first = got.data?.uses[0]
  const scheme = (code: string) => got.data?.prices.find(p => p.scheme.code === code)?.scheme
  const best = first?.grades.find(x => x.grade === first.best)
  return (
    <>
      <PageHead title={g('uses')} sentence={!got.data ? ' ' : first && best ? g('uses_sentence', { use: named(first), grade: named(scheme(first.scheme)?.grades.find(x => x.code === first.best)), margin: show_money(best.margin_minor, got.data.currency) }) : g('uses_none')}>
        <p className="sub muted small">{g('start_values')}</p>
      </PageHead>
      <Answer got={got}>{data => (
        <>
          {data.uses.map(u => <Of key={u.code} u={u} s={scheme(u.scheme)} currency={data.currency} />)}
          <Section title={`${g('prices')}, ${g('per_kg')}`}>
            {data.prices.map(p => <Prices key={p.scheme.code} s={p.scheme} of={p.price_minor_per_kg} currency={data.currency} may={may('manage')} />)}
          </Section>
        </>
      )}</Answer>
    </>
  )
}

function Of({ u, s, currency }: { u: Use; s: Scheme | undefined; currency: string }) {
  const rest = u.parts.reduce((sum, p) => sum + p.cost_minor, 0)
  return (
    <Section title={named(u)}>
      <Facts>
        <Fact label={g('sells')}><span className="num">{show_money(u.price_minor, currency)}</span></Fact>
        <Fact label={g('goods')}><span className="num">{show_number(u.grams, 1)} <span className="unit">g</span></span> <span className="muted small">{show_number(100 * u.loss)}% {g('loss')}</span></Fact>
        <Fact label={g('rest')}><span className="num">{show_money(rest, currency)}</span></Fact>
        <Fact label={g('pays_below')}><span className="num">{show_money(u.pays_below_minor_per_kg, currency)}</span> <span className="muted small">{g('per_kg')}</span></Fact>
      </Facts>
      <div className="scroll_x"><table className="plain_table"><thead><tr><th>{g('grade')}</th><th className="right">{g('goods')}</th><th className="right">{g('margin')}</th><th /></tr></thead><tbody>
        {u.grades.map(m => <tr key={m.grade} className={m.allowed ? undefined : 'muted'}><td>{m.grade} {named(s?.grades.find(x => x.code === m.grade))}</td><td className="right num">{show_money(m.goods_minor, currency)}</td>
          <td className="right num">{show_money(m.margin_minor, currency)} <span className="muted small">{show_number(100 * m.margin_share)}%</span></td><td>{!m.allowed ? <span className="muted small">{g('not_for')}</span> : u.best === m.grade ? <strong>{g('best')}</strong> : null}</td></tr>)}
      </tbody></table></div>
      <p className="muted small">{g('bill')}: {u.parts.map(p => `${named(p)} ${show_number(p.amount)} ${p.unit} ${show_money(p.cost_minor, currency)}`).join(' · ')}</p>
    </Section>
  )
}

function Prices({ s, of, currency, may }: { s: Scheme; of: Record<string, number>; currency: string; may: boolean }) {
  const { message } = App.useApp()
  const [typed, set_typed] = useState<Record<string, string>>({})
  const keep = async (grade: string) => {
    const yuan = Number((typed[grade] ?? '').replace(',', '.'))
    if (!Number.isFinite(yuan) || yuan < 0) return
    try {
      await post('/grading/prices', { scheme: s.code, grade, price_minor: Math.round(yuan * 100), currency })
      set_typed({ ...typed, [grade]: '' })
      forget('/grading')
    } catch (e) { message.error(problem_text(e)) }
  }
  return (
    <>
      <h3>{named(s)}</h3>
      <div className="scroll_x"><table className="plain_table"><tbody>
        {s.grades.map(w => <tr key={w.code}><td>{w.code} {named(w)}</td><td className="right num">{of[w.code] == null ? '–' : show_money(of[w.code]!, currency)}</td>
          {may && <td><form className="price_form" onSubmit={e => { e.preventDefault(); void keep(w.code) }}><Input aria-label={`${g('set_price')} ${named(s)} ${w.code}`} placeholder={g('set_price')} inputMode="decimal" value={typed[w.code] ?? ''} onChange={e => set_typed({ ...typed, [w.code]: e.target.value })} /><Button htmlType="submit" disabled={!typed[w.code]?.trim()}>{g('keep')}</Button></form></td>}</tr>)}
      </tbody></table></div>
    </>
  )
}
