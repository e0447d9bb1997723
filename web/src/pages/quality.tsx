import { App, Button, Drawer } from 'antd'
import { useState } from 'react'
import { post, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { t } from '../i18n'
import { mass_taste } from '../prefs'
import { go, Link } from '../router'
import type { HoldRow, LotRow, Overview, Rules } from '../quality/shapes'
import { coded_name, q, q_code, tall } from '../quality/words'
import { Answer, Mass, Nothing, PageHead, problem_text, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { show_mass } from '../units'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

export const useRules = () => useGet<Rules>('/quality/rules').data
export const hold_columns = (rules: Rules | undefined, amount = true): Column<HoldRow>[] => [
  { key: 'hold', title: q('hold'), phone: true, sort: x => x.put_at, cell: x => <Link to={`/quality/holds/${encodeURIComponent(x.hold)}`} className="num">{x.hold}</Link> },
  { key: 'on', title: q('on'), sort: x => x.thing, cell: x => <>{q_code(x.what)} <span className="num">{x.thing}</span></> },
  { key: 'why', title: q('why'), sort: x => x.reason, cell: x => coded_name(rules?.hold_reasons, x.reason) },
  { key: 'markets', title: q('markets'), sort: x => x.markets, cell: x => x.markets.replaceAll(',', ', ') || q('all') },
  { key: 'since', title: q('since'), sort: x => x.put_at, cell: x => show_day(farm_day(x.put_at)) },
  { key: 'state', title: q('state'), sort: x => x.state, cell: x => q_code(x.state) },
  ...(amount ? [{ key: 'held', title: q('held'), right: true, phone: true, sort: (x: HoldRow) => x.held_mg, cell: (x: HoldRow) => x.held_mg ? <Mass of={x.held_mg} /> : <span className="muted">–</span> }] : []),
]

export default function Quality() {
  const got = useGet<Overview>('/quality')
  const rules = useRules()
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const [sheet, set_sheet] = useState(false)
  const o = got.data
  const mass = (mg: number) => show_mass(mg, mass_taste.get())
  const markets = rules?.markets.map(m => m.code) ?? []
  const columns: Column<LotRow>[] = [
    { key: 'lot', title: q('lot'), phone: true, sort: x => x.lot, cell: x => <span className="num">{x.lot}</span> },
    { key: 'grade', title: q('grade'), sort: x => x.grade, cell: x => x.grade ?? '–' },
    { key: 'here', title: q('here'), right: true, phone: true, sort: x => x.here_mg, cell: x => <Mass of={x.here_mg} /> },
    { key: 'held', title: q('held'), right: true, phone: true, sort: x => x.held_mg, cell: x => x.held_mg ? <Mass of={x.held_mg} /> : <span className="muted">–</span> },
    { key: 'may', title: q('may_go'), sort: x => x.barred?.length ?? 0, cell: x => x.barred?.length === markets.length || x.held_mg >= x.here_mg ? q('nowhere') : markets.filter(m => !x.barred?.includes(m)).join(', ') },
    { key: 'missing', title: q('missing'), sort: x => x.awaited?.length ?? 0, cell: x => x.awaited?.length ? x.awaited.map(a => a.split(':')[0]).join(', ') : <span className="muted">–</span> },
  ]
  return (
    <>
      <PageHead title={t('nav.quality')}
        sentence={!o ? ' ' : o.held_mg ? q('sentence', { held: mass(o.held_mg), here: mass(o.here_mg), lots: o.held_lots, free: mass(o.free_mg) }) : q('sentence_free', { here: mass(o.here_mg) })}
        acts={may('record') && <>
          <Button onClick={() => set_form({ kind: 'hold', title: q('put_hold'), preset: { what: 'lot' }, hide: ['hold'], first: ['what', 'thing', 'reason', 'markets', 'since', 'note'] })}>{q('put_hold')}</Button>
          <Button onClick={() => set_form({ kind: 'lab_sample', title: q('take_sample'), preset: { what: 'lot', plan: 'lot_release', units: 5 }, hide: ['sample'], first: ['what', 'thing', 'plan', 'units', 'amount_mg', 'laboratory', 'analytes', 'note'] })}>{q('take_sample')}</Button>
          <Button onClick={() => set_sheet(true)}>{q('sheet')}</Button>
        </>} />
      <Answer got={got}>{d => <>
        <Section title={q('holds')}>
          {d.holds.length ? <Table rows={d.holds} columns={hold_columns(rules)} row_key={x => x.hold} open={x => go(`/quality/holds/${encodeURIComponent(x.hold)}`)} label={q('holds')} name="holds" height={tall(d.holds.length, 360)} /> : <Nothing>{q('nothing')}</Nothing>}
        </Section>
        <Section title={q('awaited')}>
          {d.awaited.length ? <Table rows={d.awaited} label={q('awaited')} name="awaited" row_key={x => x.sample} height={tall(d.awaited.length, 300)} columns={[
            { key: 'sample', title: q('sample'), phone: true, sort: x => x.at, cell: x => <span className="num">{x.sample}</span> },
            { key: 'on', title: q('on'), phone: true, sort: x => x.thing, cell: x => <>{q_code(x.what)} <span className="num">{x.thing}</span></> },
            { key: 'laboratory', title: q('laboratory'), sort: x => x.laboratory, cell: x => x.laboratory ?? '–' },
            { key: 'missing', title: q('missing'), sort: x => x.missing?.length ?? 0, cell: x => (x.missing ?? []).map(a => coded_name(rules?.analytes, a)).join(', ') },
            { key: 'days', title: q('days'), right: true, phone: true, sort: x => x.days, cell: x => <span className="num">{x.days}</span> },
          ]} /> : <Nothing>{q('no_awaited')}</Nothing>}
        </Section>
        <Section title={q('lots')}>
          {d.lots.length ? <Table rows={d.lots} columns={columns} row_key={x => x.lot} open={x => go(`/quality/lots/${encodeURIComponent(x.lot)}`)} label={q('lots')} name="lots" height={tall(d.lots.length, 480)} /> : <Nothing>{q('no_lots')}</Nothing>}
        </Section>
        {d.decided.length > 0 && <Section title={q('decided')}>
          <Table rows={d.decided} columns={hold_columns(rules, false)} row_key={x => x.hold} open={x => go(`/quality/holds/${encodeURIComponent(x.hold)}`)} label={q('decided')} name="decided" height={tall(d.decided.length, 300)} />
        </Section>}
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/quality')} />}
      {sheet && <SheetDrawer close={() => set_sheet(false)} />}
    </>
  )
}

/// A laboratory's sheet is read and shown before anything is kept.
function SheetDrawer({ close }: { close: () => void }) {
  const { message } = App.useApp()
  const rules = useRules()
  const [csv, set_csv] = useState('')
  const [read, set_read] = useState<{ sample: string; analyte: string; values: string[]; unit: string }[] | null>(null)
  const [problem, set_problem] = useState('')
  const send = async (text: string, dry_run: boolean) => {
    set_problem('')
    try {
      const answer = await post<{ results: { sample: string; analyte: string; values: string[]; unit: string }[] }>('/quality/results', { csv: text, dry_run })
      set_read(answer.results)
      if (dry_run) return
      forget('/quality')
      void message.success(q('sheet_taken', { count: answer.results.length }))
      close()
    } catch (e) { set_problem(problem_text(e)) }
  }
  return (
    <Drawer open onClose={close} title={q('sheet')} size={440} destroyOnHidden>
      <p>{q('sheet_means')}</p>
      <p><input type="file" accept=".csv,text/csv" aria-label={q('choose_file')} onChange={async e => { const text = await e.target.files?.[0]?.text(); if (text) { set_csv(text); set_read(null); await send(text, true) } }} /></p>
      {problem && <p className="state_bad" role="alert">{problem}</p>}
      {read && <>
        <p>{q('sheet_read', { count: read.length })}</p>
        <ul>{read.map(r => <li key={r.sample + r.analyte}><span className="num">{r.sample}</span> {coded_name(rules?.analytes, r.analyte)}: <span className="num">{r.values.join(', ')} {r.unit}</span></li>)}</ul>
        <Button type="primary" onClick={() => void send(csv, false)}>{q('sheet_take')}</Button>
      </>}
    </Drawer>
  )
}
