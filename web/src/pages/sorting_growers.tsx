import { Button } from 'antd'
import { useState } from 'react'
import { query_text } from '../api'
import { useGet } from '../data'
import { show_day } from '../dates'
import { Link, useQuery } from '../router'
import { Answer, Nothing, PageHead, Section } from '../ui/basic'
import { Day, Filters, Pick } from '../ui/filters'
import { Icon } from '../ui/icons'
import { Table } from '../ui/table'
import { group_money, show_number } from '../units'
import { load_at, mass, SortingTabs } from '../sorting/parts'
import type { GrowerRow, Growers, SortingDay } from '../sorting/shapes'
import { class_name, named, s, size_words } from '../sorting/words'

/// What became of each grower's loads, with money; a paper for each.
export default function SortingGrowers() {
  const [from] = useQuery('from')
  const [to] = useQuery('to')
  const [pack] = useQuery('pack')
  const asked = { from, to, pack }
  const got = useGet<Growers>('/sorting/growers' + query_text(asked))
  const packs = useGet<SortingDay>('/sorting').data?.packs ?? []
  const [chosen, choose] = useState<string | null>(null)
  const g = got.data
  const sum = (of: (x: GrowerRow) => number) => (g?.growers ?? []).reduce((n, x) => n + of(x), 0)
  const one = g?.growers.find(x => x.grower === chosen) ?? g?.growers[0]
  const paper = (grower?: string) => `/api/v1/sorting/out-turn.pdf${query_text({ ...asked, grower })}`
  return (
    <>
      <PageHead title={s('growers')} sentence={!g ? ' ' : g.growers.length ? s('growers_sentence', { n: g.growers.length, received: mass(sum(x => x.received_mg)), sorted: mass(sum(x => x.sorted_mg)), open: g.unsorted.length }) : s('growers_none')}
        acts={g && g.growers.length > 0 && <Button href={paper()} target="_blank">{s('all_papers')}</Button>} />
      <SortingTabs />
      <Filters end={<a className="quiet" href={`/api/v1/sorting/out-turn.csv${query_text(asked)}`} download><Icon name="export" size={16} /> CSV</a>}>
        <Day name="from" label={s('first_day')} />
        <Day name="to" label={s('last_day')} />
        {g && packs.length > 1 && <Pick name="pack" label={named(g)} options={packs.map(p => ({ value: p.pack, label: named(p) }))} />}
      </Filters>
      <Answer got={got}>{g => !g.growers.length ? <Nothing>{s('growers_none')}</Nothing> : <>
        <Table rows={g.growers} row_key={x => x.grower} label={s('growers')} name="growers" open={x => choose(x.grower)} columns={[
          { key: 'grower', title: s('grower'), phone: true, sort: x => x.grower, cell: x => x.grower === one?.grower ? <b>{x.grower}</b> : x.grower },
          { key: 'received', title: s('received'), right: true, phone: true, sort: x => x.received_mg, cell: x => <span className="num">{mass(x.received_mg)}</span> },
          { key: 'sorted', title: s('sorted'), right: true, sort: x => x.sorted_mg, cell: x => <span className="num">{mass(x.sorted_mg)}</span> },
          { key: 'lost', title: s('lost'), right: true, sort: x => x.lost_mg / x.received_mg, cell: x => <span className="num">{show_number(100 * x.lost_mg / x.received_mg, 1)} %</span> },
          { key: 'best', title: class_name(g, g.classes[0].quality), right: true, phone: true, sort: x => best(x, g) / x.sorted_mg, cell: x => <span className="num">{show_number(100 * best(x, g) / x.sorted_mg, 0)} %</span> },
          { key: 'cartons', title: s('cartons'), right: true, sort: x => x.cartons, cell: x => <span className="num">{show_number(x.cartons, 0)}</span> },
          { key: 'money', title: s('money'), right: true, phone: true, sort: x => Number(x.money.split(' ')[0]), cell: x => <span className="num">{group_money(x.money)}</span> },
        ]} />
        {one && <Section title={one.grower} acts={<Button href={paper(one.grower)} target="_blank">{s('paper')}</Button>}>
          <p className="muted">{show_day(one.first_on)}{one.last_on !== one.first_on && ` – ${show_day(one.last_on)}`} · {s('loads')}: {one.loads.map((l, i) => <span key={l}>{i > 0 && ', '}<Link to={load_at(l)} className="num">{l}</Link></span>)}</p>
          <Table rows={one.lines} row_key={x => `${x.quality} ${x.size}`} label={`${s('out_turn')}, ${one.grower}`} name="lines" columns={[
            { key: 'quality', title: s('quality'), phone: true, cell: x => class_name(g, x.quality) },
            { key: 'size', title: s('size'), phone: true, cell: x => x.size ? <><b className="num">{x.size}</b> <span className="muted num">{size_words(g, x.size)}</span></> : <span className="muted">–</span> },
            { key: 'pieces', title: s('fruits'), right: true, sort: x => x.pieces, cell: x => <span className="num">{show_number(x.pieces, 0)}</span> },
            { key: 'weight', title: s('weight'), right: true, phone: true, sort: x => x.weight_mg, cell: x => <span className="num">{mass(x.weight_mg)}</span> },
            { key: 'share', title: s('share'), right: true, sort: x => x.weight_mg, cell: x => <span className="num">{show_number(100 * x.weight_mg / one.sorted_mg, 1)} %</span> },
            { key: 'price', title: s('price'), right: true, cell: x => <span className="num">{x.price}</span> },
            { key: 'money', title: s('money'), right: true, phone: true, cell: x => <span className="num">{group_money(x.money)}</span> },
          ]} />
        </Section>}
      </>}</Answer>
    </>
  )
}
const best = (x: GrowerRow, g: Growers) => x.lines.filter(l => l.quality === g.classes[0].quality).reduce((n, l) => n + l.weight_mg, 0)
