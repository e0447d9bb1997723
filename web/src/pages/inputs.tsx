import { Button } from 'antd'
import { useState } from 'react'
import type { Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { t } from '../i18n'
import { Link } from '../router'
import type { InputRow, Inputs } from '../quality/shapes'
import { coded_name, q } from '../quality/words'
import { Answer, Nothing, PageHead, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { useRules } from './quality'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

/// What fish and plants got, against what law and programmes forbid.
export default function InputRegister() {
  const got = useGet<Inputs>('/quality/inputs')
  const rules = useRules()
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const all = got.data?.inputs ?? []
  const columns: Column<InputRow>[] = [
    { key: 'article', title: q('article'), phone: true, sort: x => x.article, cell: x => <>{x.article} <span className="num muted small">{x.input}</span></> },
    { key: 'use', title: q('use'), sort: x => x.use, cell: x => coded_name(rules?.input_uses, x.use) },
    { key: 'substances', title: q('substances'), sort: x => x.substances?.join(), cell: x => x.substances?.join(', ') ?? '–' },
    { key: 'bans', title: q('forbidden_by'), phone: true, sort: x => x.bans.length, cell: x => x.bans.length ? x.bans.map((b, i) => <span key={b.programme} title={b.source}>{i > 0 && '; '}{coded_name(rules?.programmes, b.programme)}{b.limited && ` (${q('within')})`}</span>) : '–' },
    { key: 'used', title: q('used_on'), phone: true, sort: x => x.uses.length, cell: x => x.uses.length ? x.uses.map(u => <span key={u.fact}>{u.pool} {show_day(farm_day(u.at))}{u.hold && <> <Link to={`/quality/holds/${encodeURIComponent(u.hold)}`}>{u.hold}</Link></>}{u.until_at && ` (${q('until', { day: show_day(farm_day(u.until_at)) })})`}</span>) : '–' },
    { key: 'supplier', title: q('supplier'), sort: x => x.supplier, cell: x => x.supplier ?? '–' },
    { key: 'received', title: q('received'), sort: x => x.at, cell: x => show_day(farm_day(x.at)) },
  ]
  return (
    <>
      <PageHead title={t('nav.inputs')} sentence={!got.data ? ' ' : q('inputs_sentence', { count: all.length, bad: all.filter(x => x.uses.some(u => u.hold)).length })}
        acts={may('record') && <>
          <Button onClick={() => set_form({ kind: 'input', title: q('new_input'), preset: { use: 'feed' }, hide: [], first: ['input', 'article', 'use', 'substances', 'supplier', 'amount_mg', 'withdrawal_days', 'certificate', 'note'] })}>{q('new_input')}</Button>
          <Button onClick={() => set_form({ kind: 'input_use', title: q('use_it'), preset: {}, hide: ['use'], first: ['input', 'pool', 'amount_mg', 'reason', 'admitted'] })}>{q('use_it')}</Button>
          <Button onClick={() => set_form({ kind: 'programme', title: q('follow'), preset: {}, hide: [], first: ['site', 'programme', 'certificate', 'left'] })}>{q('follow')}</Button>
        </>} />
      <Answer got={got}>{d => <>
        {d.inputs.length ? <Table rows={d.inputs} columns={columns} row_key={x => x.fact} label={t('nav.inputs')} name="inputs" /> : <Nothing>{q('no_inputs')}</Nothing>}
        <Section title={q('programmes')}>
          {d.programmes.length ? <ul>{d.programmes.map(p => <li key={p.site + p.programme}>{p.site}: {coded_name(rules?.programmes, p.programme)}</li>)}</ul> : <Nothing>{q('no_programmes')}</Nothing>}
        </Section>
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/quality')} />}
    </>
  )
}
