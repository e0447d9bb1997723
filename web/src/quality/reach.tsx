// What a hold reaches by lineage: blends, tins, cases, and who received any of it.
import { useEffect, useState } from 'react'
import { get, query_text } from '../api'
import { word } from '../i18n'
import { Link } from '../router'
import type { RecallAnswer, RecallItem } from '../trace/shapes'
import { place_name } from '../trace/words'
import { show_number } from '../units'
import { Nothing, Section, Waiting } from '../ui/basic'
import { short_key } from '../ui/event_card'
import { Table } from '../ui/table'
import { reached, type Reached } from './reached'
import { q, tall } from './words'

const most_lots = 20
const address = (id: string) => `/trace?id=${encodeURIComponent(id)}`

export function HoldReach({ things }: { things: string[] }) {
  const asked = things.slice(0, most_lots).join('\n')
  const [got, set_got] = useState<{ asked: string; all: Reached } | null>(null)
  useEffect(() => {
    let there = true
    const ids = asked ? asked.split('\n') : []
    void Promise.all(ids.map(id => get<RecallAnswer>('/recall' + query_text({ id })).catch(() => null))).then(all => { if (there) set_got({ asked, all: reached(ids, all) }) })
    return () => { there = false }
  }, [asked])
  const r = got?.asked === asked ? got.all : null
  if (!r) return <Section title={q('reach')}><Waiting rows={3} /></Section>
  const count = (n: number) => show_number(n)
  const names = (all: { id: string; name: string }[]) => <span className="gave_tins">{all.slice(0, 12).map(x => <Link key={x.id} to={address(x.id)} className="num">{x.name}</Link>)}{all.length > 12 && <span className="muted">{q('and_more', { count: all.length - 12 })}</span>}</span>
  const out = r.tins.filter(x => x.where === 'shipped' || x.where === 'received').length
  return (
    <Section title={q('reach')}>
      {r.tins.length + r.blends.length + r.cases.length === 0 ? <Nothing>{q('reach_none')}</Nothing> : <>
        <p><b>{q('reach_sentence', { blends: count(r.blends.length), tins: count(r.tins.length), cases: count(r.cases.length), customers: count(r.customers.length) })}</b>{out > 0 && <> <span className="bad">{q('reach_out', { out: count(out) })}</span></>}</p>
        <dl className="facts">
          {r.blends.length > 0 && <div><dt>{q('reach_blends')}</dt><dd>{names(r.blends)}</dd></div>}
          {r.cases.length > 0 && <div><dt>{q('reach_cases')}</dt><dd>{names(r.cases)}</dd></div>}
          {r.customers.length > 0 && <div><dt>{q('reach_customers')}</dt><dd>{r.customers.map((c, i) => <span key={c.party}>{i > 0 && ' · '}{c.shipment ? <Link to={address(c.shipment)}>{c.name ?? short_key(c.party)}</Link> : (c.name ?? short_key(c.party))}{c.phone && <> <a href={`tel:${c.phone}`}>{c.phone}</a></>}</span>)}</dd></div>}
        </dl>
        {r.tins.length > 0 && <Table rows={r.tins} label={q('reach_tins')} name="reach" row_key={x => x.id} height={tall(r.tins.length, 360)} columns={[
          { key: 'name', title: q('reach_tin'), phone: true, sort: x => x.name, cell: x => <Link to={address(x.id)} className="num">{x.name}</Link> },
          { key: 'where', title: q('reach_where'), phone: true, sort: x => x.where, cell: x => <span className={x.where === 'shipped' || x.where === 'received' ? 'bad' : undefined}>{word('recall_where', x.where)}</span> },
          { key: 'holder', title: q('reach_customer'), sort: x => holder(r, x), cell: x => holder(r, x) },
          { key: 'container', title: q('reach_case'), sort: x => x.container, cell: x => x.container ? <Link to={address(x.container)} className="num">{short_key(x.container)}</Link> : '' },
        ]} />}
        <p className="muted small">{things.map((x, i) => <span key={x}>{i > 0 && ' · '}<Link to={`${address(x)}&view=recall`}>{q('reach_recall', { thing: x })}</Link></span>)}{things.length > most_lots && ` ${q('reach_some', { count: most_lots, all: things.length })}`}</p>
      </>}
      {r.unknown.length > 0 && <p className="muted small">{q('reach_unknown', { lots: r.unknown.join(', ') })}</p>}
    </Section>
  )
}

const holder = (r: Reached, x: RecallItem) => x.holder ? r.customers.find(c => c.party === x.holder)?.name ?? short_key(x.holder) : x.place_name ?? place_name(x.place)
