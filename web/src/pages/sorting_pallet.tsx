import { Button } from 'antd'
import { useState } from 'react'
import { forget, useGet, useMay } from '../data'
import { show_instant } from '../dates'
import { Link } from '../router'
import { Answer, Fact, Facts, PageHead, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table } from '../ui/table'
import { load_at, mass, SortingTabs, Story, useTell } from '../sorting/parts'
import type { PalletStory } from '../sorting/shapes'
import { class_and_size, named, s } from '../sorting/words'

/// What stands on a pallet, and whose it is.
export default function SortingPallet({ id = '' }: { id?: string }) {
  const got = useGet<PalletStory>(`/sorting/pallets/${encodeURIComponent(id)}`)
  const may = useMay()
  const tell = useTell()
  const [send, set_send] = useState(false)
  const p = got.data
  return (
    <>
      <PageHead title={`${s('pallet')} ${id}`} sentence={p ? s('pallet_sentence', { n: p.cartons, of: p.takes ?? p.cartons, what: class_and_size(p.of_pack, p.quality, p.size), mass: mass(p.net_mg), state: p.sent_at ? s('sent_to', { party: p.party, at: show_instant(p.sent_at), shipment: p.shipment }) : p.closed_at ? s('closed_at', { at: show_instant(p.closed_at) }) : s('open') }) : ' '}
        acts={p && <>
          {may('record') && !p.closed_at && <Button type="primary" onClick={() => void tell('pallet', { pallet: id })}>{s('close')}</Button>}
          {may('record') && p.closed_at && !p.sent_at && <Button type="primary" onClick={() => set_send(true)}>{s('send')}</Button>}
          {p.sscc && <Button href={`/api/v1/sorting/pallets/${encodeURIComponent(id)}/label.pdf`} target="_blank">{s('label')}</Button>}
        </>} />
      <SortingTabs />
      <Answer got={got}>{p => <>
        <Facts>
          {p.of_pack && <Fact label={s('pack')}>{named(p.of_pack)}</Fact>}
          {p.sscc && <Fact label="SSCC"><span className="num">{p.sscc}</span></Fact>}
          {p.party && <Fact label={s('customer')}>{p.party} <span className="muted num">{p.shipment}</span></Fact>}
          {p.sscc && <Fact label={s('trace')}><Link to={`/trace?id=${encodeURIComponent(`https://id.gs1.org/00/${p.sscc}`)}`}>{s('trace')}</Link></Fact>}
        </Facts>
        <Section title={s('from')}>
          <Table rows={p.parts} row_key={x => x.load} label={s('from')} name="parts" columns={[
            { key: 'load', title: s('load'), phone: true, cell: x => <Link to={load_at(x.load)} className="num">{x.load}</Link> },
            { key: 'grower', title: s('grower'), phone: true, cell: x => x.grower },
            { key: 'cartons', title: s('cartons'), right: true, phone: true, cell: x => <span className="num">{x.cartons}</span> },
            { key: 'net', title: s('net'), right: true, phone: true, cell: x => <span className="num">{mass(x.net_mg)}</span> },
          ]} />
        </Section>
        <Section title={s('story')}><Story facts={p.facts} pack={p.of_pack} /></Section>
      </>}</Answer>
      {send && <FactForm kind="pallet_ship" title={`${s('send')} · ${id}`} preset={{ pallets: [id] }} hide={[]} first={['shipment', 'party', 'pallets', 'po', 'invoice', 'waybill', 'note']} close={() => set_send(false)} done={() => forget('/')} />}
    </>
  )
}
