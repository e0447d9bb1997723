import { App, Button } from 'antd'
import { useState } from 'react'
import { post, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { is_zh } from '../i18n'
import { mass_taste } from '../prefs'
import { LotTabs } from '../plant/lot_tabs'
import { go, Link } from '../router'
import type { LotStory } from '../quality/shapes'
import { coded_name, q, q_code, tall } from '../quality/words'
import { Answer, Fact, Facts, Mass, Nothing, PageHead, problem_text, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table } from '../ui/table'
import { show_mass } from '../units'
import { hold_columns, useRules } from './quality'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

/// Whether a lot is safe and may go: what holds it, what was found, and the certificate.
export default function LotQuality({ id = '' }: { id?: string }) {
  const lot = decodeURIComponent(id)
  const path = `/quality/lots/${encodeURIComponent(lot)}`
  const got = useGet<LotStory>(path)
  const rules = useRules()
  const may = useMay()
  const { message } = App.useApp()
  const [form, set_form] = useState<Form | null>(null)
  const l = got.data
  const mass = (mg: number) => show_mass(mg, mass_taste.get())
  const certify = async (market: string) => {
    try {
      const c = await post<{ certificate: string }>('/quality/certificates', { what: 'lot', thing: lot, market })
      forget('/quality')
      void message.success(`${q('certificate')} ${c.certificate}`)
    } catch (e) { void message.error(problem_text(e)) }
  }
  return (
    <>
      <PageHead title={`${q('lot')} ${lot}`} sentence={!l ? ' ' : l.held_mg ? q('lot_sentence_held', { held: mass(l.held_mg), here: mass(l.here_mg) }) : q('lot_sentence_free', { here: mass(l.here_mg) })}
        acts={may('record') && <>
          <Button onClick={() => set_form({ kind: 'hold', title: `${q('put_hold')} · ${lot}`, preset: { what: 'lot', thing: lot }, hide: ['hold', 'what', 'thing', 'since'], first: ['reason', 'markets', 'note'] })}>{q('put_hold')}</Button>
          <Button onClick={() => set_form({ kind: 'lab_sample', title: `${q('take_sample')} · ${lot}`, preset: { what: 'lot', thing: lot, plan: 'lot_release', units: 5 }, hide: ['sample', 'what', 'thing'], first: ['plan', 'units', 'amount_mg', 'laboratory', 'analytes', 'note'] })}>{q('take_sample')}</Button>
        </>} />
      <LotTabs lot={lot} />
      <Answer got={got}>{d => <>
        <Facts>
          <Fact label={q('fish')}><Link to={`/fish/${d.fish}`} className="num">{d.fish}</Link></Fact>
          <Fact label={q('grade')}>{d.grade ?? '–'}</Fact>
          <Fact label={q('here')}><Mass of={d.here_mg} /></Fact>
          <Fact label={q('held')}><Mass of={d.held_mg} /></Fact>
          {d.shipments && <Fact label={q('shipments')}>{d.shipments.join(', ')}</Fact>}
        </Facts>
        {d.holds.length > 0 && <Section title={q('holds')}>
          <Table rows={d.holds} columns={hold_columns(rules, false)} row_key={x => x.hold} open={x => go(`/quality/holds/${encodeURIComponent(x.hold)}`)} label={q('holds')} name="holds" height={tall(d.holds.length, 240)} />
        </Section>}
        <Section title={q('results')}>
          {d.samples.length === 0 && <Nothing>{q('no_results')}</Nothing>}
          {d.samples.map(s => <div key={s.fact}>
            <h3><span className="num">{s.sample}</span> · {q_code(s.what)} <span className="num">{s.thing}</span> · {show_day(farm_day(s.at))}{s.laboratory && ` · ${s.laboratory}`}</h3>
            {s.missing && <p className="small">{q('missing')}: {s.missing.map(a => coded_name(rules?.analytes, a)).join(', ')}</p>}
            {s.results.length > 0 && <Table rows={s.results} label={`${q('results')} ${s.sample}`} name={`results_${s.sample}`} row_key={x => x.fact} height={tall(s.results.length, 320)} columns={[
              { key: 'tested', title: q('tested'), phone: true, sort: x => x.analyte, cell: x => coded_name(rules?.analytes, x.analyte) },
              { key: 'result', title: q('result'), phone: true, cell: x => <>{x.values.join(', ')} <span className="unit">{x.unit}</span></> },
              { key: 'method', title: q('method'), cell: x => x.method ?? '–' },
              { key: 'verdicts', title: q('limit'), phone: true, cell: x => x.verdicts.length ? x.verdicts.map(v => <span key={v.market} className={v.verdict === 'fail' ? 'state_bad' : v.verdict === 'unclear' ? 'state_warn' : ''} title={`${v.limit} · ${v.source}`}>{v.market} {q(v.verdict)}{' '}</span>) : '–' },
            ]} />}
          </div>)}
        </Section>
        <Section title={q('certificate')}>
          <ul className="plain">{d.markets.map(m => <li key={m.market} className="market_row">
            <strong>{is_zh() ? m.name_zh : m.name_en}</strong>: {m.may ? q('may_certify') : m.why}{' '}
            {m.may && may('manage') && <Button size="small" onClick={() => void certify(m.market)}>{q('issue')} {m.market}</Button>}
          </li>)}</ul>
          {d.certificates.length > 0 && <ul className="plain">{d.certificates.map(c => <li key={c.certificate}>
            <a href={`/api/v1/quality/certificates/${c.certificate}/paper.pdf`} target="_blank" rel="noreferrer" className="num">{c.certificate}</a> · {c.market} · {show_day(farm_day(c.at))} · {c.by}</li>)}</ul>}
        </Section>
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/quality')} />}
    </>
  )
}
