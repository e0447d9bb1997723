import { Button } from 'antd'
import { useState } from 'react'
import type { Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { show_instant } from '../dates'
import { go } from '../router'
import { HoldReach } from '../quality/reach'
import type { HoldStory } from '../quality/shapes'
import { coded_name, q, q_code, tall } from '../quality/words'
import { Answer, Fact, Facts, Mass, Nothing, PageHead, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table } from '../ui/table'
import { useRules } from './quality'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

/// One hold: why, what it bars, who decided, and the signature.
export default function Hold({ id = '' }: { id?: string }) {
  const hold = decodeURIComponent(id)
  const got = useGet<HoldStory>(`/quality/holds/${encodeURIComponent(hold)}`)
  const rules = useRules()
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const h = got.data
  const open = h && (h.state === 'open' || h.state === 'rework' || h.state === 'second_awaited')
  const what = h ? { what: q_code(h.what), thing: h.thing, state: q_code(h.state), by: h.decision?.by } : {}
  return (
    <>
      <PageHead title={`${q('hold')} ${hold}`} sentence={!h ? ' ' : h.state === 'second_awaited' ? q('hold_sentence_second', what) : open ? q('hold_sentence_open', what) : q('hold_sentence_done', what)}
        acts={h && may('manage') && <>
          {open && <Button type={h.state === 'second_awaited' ? 'default' : 'primary'} onClick={() => set_form({ kind: 'hold_decision', title: `${q('decide')} · ${hold}`, preset: { hold, decision: 'release' }, hide: ['hold'], first: ['decision', 'reason', 'condition', ...(h.failed ? ['against_result'] : [])] })}>{q('decide')}</Button>}
          {h.state === 'second_awaited' && <Button type="primary" onClick={() => set_form({ kind: 'hold_agreement', title: `${q('agree')} · ${hold}`, preset: { hold }, hide: ['hold'], first: ['note'] })}>{q('agree')}</Button>}
        </>}>
        {open && may('manage') && <p className="small muted">{q('sign_means')}</p>}
      </PageHead>
      <Answer got={got}>{d => <>
        <Facts>
          <Fact label={q('on')}>{q_code(d.what)} <span className="num">{d.thing}</span></Fact>
          <Fact label={q('why')}>{coded_name(rules?.hold_reasons, d.reason)}{d.note && `: ${d.note}`}</Fact>
          <Fact label={q('markets')}>{d.markets || q('all')}</Fact>
          <Fact label={q('since')}>{show_instant(d.put_at)}{d.put_by && ` · ${d.put_by}`}</Fact>
          <Fact label={q('state')}>{q_code(d.state)}</Fact>
        </Facts>
        {d.samples?.map(s => <Section key={s.sample} title={`${q('sample')} ${s.sample}`}>
          <ul>{s.results.flatMap(r => r.verdicts.filter(v => v.verdict === 'fail').map(v =>
            <li key={r.fact + v.market}>{coded_name(rules?.analytes, r.analyte)}: <span className="num">{r.values.join(', ')} {r.unit}</span> · {v.market}: {q('fail')} ({q('limit')} <span className="num">{v.limit}</span>, {v.source})</li>))}</ul>
        </Section>)}
        {(d.decisions.length > 0 || d.agreements.length > 0) && <Section title={q('history')}>
          <ul>
            {d.decisions.map(x => <li key={x.at + x.by}>{show_instant(x.at)} · <strong>{x.by}</strong>: {q_code(x.decision)}{x.condition && ` (${x.condition})`}: {x.reason}</li>)}
            {d.agreements.map(x => <li key={x.at + x.by}>{show_instant(x.at)} · <strong>{x.by}</strong>: {q('agreed')}{x.note && `: ${x.note}`}</li>)}
          </ul>
        </Section>}
        <Section title={q('barred_lots')}>
          {d.lots.length ? <Table rows={d.lots} label={q('barred_lots')} name="lots" row_key={x => x.lot} open={x => go(`/quality/lots/${encodeURIComponent(x.lot)}`)} height={tall(d.lots.length, 360)} columns={[
            { key: 'lot', title: q('lot'), phone: true, sort: x => x.lot, cell: x => <span className="num">{x.lot}</span> },
            { key: 'here', title: q('here'), right: true, phone: true, sort: x => x.here_mg, cell: x => <Mass of={x.here_mg} /> },
            { key: 'held', title: q('held'), right: true, phone: true, sort: x => x.held_mg, cell: x => <Mass of={x.held_mg} /> },
            { key: 'shipments', title: q('shipments'), cell: x => x.shipments?.join(', ') ?? '–' },
          ]} /> : <Nothing>{q('no_lots')}</Nothing>}
        </Section>
        <HoldReach things={d.lots.length ? d.lots.map(x => x.lot) : [d.thing]} />
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/quality')} />}
    </>
  )
}
