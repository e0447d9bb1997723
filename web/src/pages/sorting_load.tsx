import { Button } from 'antd'
import { useState } from 'react'
import type { Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { Link } from '../router'
import { Answer, Fact, Facts, PageHead, Section, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { show_number } from '../units'
import { ClassBars, ClassTable, HoldLink, mass, PalletTable, SortingTabs, state_word, Story, useTell } from '../sorting/parts'
import type { LoadStory } from '../sorting/shapes'
import { s } from '../sorting/words'

/// A grower's load from the weighbridge to its pallets; whatever was told can be mended here.
export default function SortingLoad({ id = '' }: { id?: string }) {
  const got = useGet<LoadStory>(`/sorting/loads/${encodeURIComponent(id)}`)
  const may = useMay()
  const tell = useTell()
  const [form, set_form] = useState<{ kind: string; title: string; preset: Body; hide: string[]; first: string[] } | null>(null)
  const l = got.data
  return (
    <>
      <PageHead title={`${s('load')} ${id}`} sentence={l ? s('load_sentence', { grower: l.grower, net: mass(l.net_mg), sorted: mass(l.sorted_mg), packed: mass(l.packed_mg) }) : ' '} acts={may('record') && l && <>
        {l.state === 'waiting' && !l.hold && <Button type="primary" onClick={() => void tell('sort_start', { load: id })}>{s('start')}</Button>}
        {l.state !== 'sorted' && <Button onClick={() => set_form({ kind: 'sizer_count', title: s('count'), preset: { load: id }, hide: ['load'], first: ['quality', 'size', 'pieces', 'weight_mg'] })}>{s('count')}</Button>}
        {l.state === 'running' && <Button type="primary" onClick={() => void tell('sort_end', { load: id })}>{s('end')}</Button>}
        {l.sorted_mg > 0 && <Button onClick={() => set_form({ kind: 'cartons', title: s('pack_cartons'), preset: { load: id }, hide: ['load'], first: ['pallet', 'quality', 'size', 'cartons'] })}>{s('pack_cartons')}</Button>}
      </>} />
      <SortingTabs />
      <Answer got={got}>{l => <>
        <Facts>
          <Fact label={s('state')}>{l.hold && <><HoldLink of={l} /> · </>}{state_word(l)}{l.line ? ` · ${l.line}` : ''}</Fact>
          <Fact label={s('received')}><When at={l.received_at} /></Fact>
          {l.begun_at && <Fact label={s('begun')}><When at={l.begun_at} /></Fact>}
          {l.ended_at && <Fact label={s('ended')}><When at={l.ended_at} /></Fact>}
          <Fact label={s('gross')}><span className="num">{mass(l.gross_mg)}</span></Fact>
          <Fact label={s('crates')}><span className="num">{mass(l.tare_mg)}</span></Fact>
          {l.sorted_mg > 0 && <Fact label={s('difference')}><span className="num">{mass(l.net_mg - l.sorted_mg)} ({show_number(100 * (l.net_mg - l.sorted_mg) / l.net_mg, 1)} %)</span></Fact>}
          {l.orchard && <Fact label={s('orchard')}>{l.orchard}</Fact>}
          {l.variety && <Fact label={s('variety')}>{l.variety}</Fact>}
          <Fact label={s('trace')}><Link to={`/trace?id=${encodeURIComponent(id)}`}>{s('trace')}</Link></Fact>
        </Facts>
        {l.out_turn.length > 0 && <Section title={s('out_turn')}><ClassBars of={l.out_turn} pack={l.of_pack} /><ClassTable of={l.out_turn} pack={l.of_pack} /></Section>}
        {l.pallets.length > 0 && <Section title={s('pallets')}><PalletTable of={l.pallets} pack={l.of_pack} /></Section>}
        <Section title={s('story')}><Story facts={l.facts} pack={l.of_pack} /></Section>
      </>}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/')} />}
    </>
  )
}
