import { Button } from 'antd'
import { useState } from 'react'
import { get, seg, type FactRow } from '../api'
import { forget, useGet, useMay } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { says_of } from '../plant/says'
import { Link } from '../router'
import { Answer, CohortLink, Fact, Facts, FishLink, Mass, PageHead, PoolLink, Section, useNames, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { LotTabs } from '../plant/lot_tabs'
import { BalanceMark, step_name, held_for } from '../plant/parts'
import type { Lot, LotFact } from '../plant/shapes'
import { clock_text, grams } from '../plant/state'
import { named, p } from '../plant/words'

/// A lot from the fish to its tins; whatever was told can be mended here.
export default function PlantLot({ id = '' }: { id?: string }) {
  const got = useGet<Lot>(`/plant/lots/${encodeURIComponent(id)}`)
  const names = useNames()
  const may = useMay()
  const [mend, set_mend] = useState<FactRow | null>(null)
  const lot = got.data
  const fish = lot?.of[0]
  const open = async (fact: string) => set_mend(await get<FactRow>(`/facts/${fact}`))
  const columns: Column<LotFact>[] = [
    { key: 'at', title: p('at'), phone: true, cell: f => <When at={f.at} /> },
    { key: 'kind', title: p('kind'), cell: f => word('kind', f.kind) },
    { key: 'what', title: p('what'), phone: true, cell: f => <span className="name_list">{says_of(f, lot!.steps)}</span> },
    ...(may('record') ? [{ key: 'mend', title: '', phone: true, cell: (f: LotFact) => <Button size="small" onClick={() => void open(f.fact)}>{p('mend')}</Button> }] : []),
  ]
  return (
    <>
      <PageHead title={`${p('lot')} ${id}`} sentence={!lot || !fish ? ' ' : <>{p('lot_sentence', { step: step_name(lot.steps, fish.step), tins: fish.tins, g: grams(fish.weights.tinned_mg), holds: fish.weights.holds ? p('holds') : p('not_holds') })} {fish.hold && <b className="bad">{p('lot_held', { why: held_for(fish.hold) })}</b>}</>} />
      <LotTabs lot={id} />
      <Answer got={got}>{l => {
        const f = l.of[0], w = f.weights
        return (
          <>
            <Facts>
              <Fact label={p('fish')}><FishLink fish={f.fish} /></Fact>
              <Fact label={p('species')}>{names.species(f.species)}</Fact>
              {l.harvest && <Fact label={p('harvest')}>{show_instant(l.harvest.at)} · <PoolLink pool={l.harvest.pool} /> · <CohortLink cohort={l.harvest.cohort} />{l.harvest.weight_mg ? <> · <Mass of={l.harvest.weight_mg} /></> : null}</Fact>}
              {f.order && <Fact label={p('order')}>{f.order}</Fact>}
              {l.grade && <Fact label={p('grade')}>{l.grade}</Fact>}
              {l.egg_um && <Fact label={p('egg')}>{show_number(l.egg_um / 1000, 1)} mm</Fact>}
              {l.salt_share != null && <Fact label={p('salt_share')}>{show_number(l.salt_share * 100, 2)} %{l.salt_batch ? ` · ${l.salt_batch}` : ''}</Fact>}
              {f.clocks.map(c => <Fact key={c.clock} label={named(c)}><span className={`num clock_${c.state}`}>{clock_text(c.seconds)} / {clock_text(c.limit_s)}</span></Fact>)}
            </Facts>
            {f.skipped && <p className="notice notice_warn">{p('skipped', { steps: f.skipped.map(s => step_name(l.steps, s)).join(', ') })}</p>}
            {f.twice && <p className="notice notice_warn">{p('twice', { tins: f.twice.join(', ') })}</p>}
            <Section title={p('balance')}>
              <div className="table_box"><table className="table"><tbody>
                <tr><th>{p('ovary')}</th><td className="right num">{grams(w.ovary_mg)}</td><th>{p('roe')}</th><td className="right num">{grams(w.roe_mg)}</td></tr>
                <tr><th>{p('waste')}</th><td className="right num">{grams(w.waste_mg)}</td><th>{p('salt')}</th><td className="right num">{grams(w.salt_mg)}</td></tr>
                <tr><th>{p('left_ovary')}</th><td className="right num">{grams(w.ovary_left_mg)}</td><th>{p('drained')}</th><td className="right num">{grams(w.drained_mg)}</td></tr>
                <tr><th></th><td></td><th>{p('caviar')}</th><td className="right num"><b>{grams(w.caviar_mg)}</b></td></tr>
                <tr><th></th><td></td><th>{p('tinned')}</th><td className="right num">{grams(w.tinned_mg)}</td></tr>
                <tr><th>{p('balance')}</th><td><BalanceMark of={w} /></td><th>{p('left')}</th><td className="right num">{grams(w.caviar_left_mg)}</td></tr>
              </tbody></table></div>
              <p className="muted small">{p('tolerance', { g: grams(w.tolerance_mg) })}</p>
            </Section>
            {l.tins_closed.length > 0 && <Section title={p('tins')}>
              <Table rows={l.tins_closed} row_key={x => x.tin} label={p('tins')} name="tins" columns={[
                { key: 'tin', title: p('tin'), phone: true, sort: x => x.tin, cell: x => <Link to={`/tins?scan=${seg(x.tin)}`} className="num">{x.tin}</Link> },
                { key: 'net', title: p('net'), phone: true, right: true, sort: x => x.net_mg, cell: x => <span className="num">{grams(x.net_mg)}</span> },
                { key: 'at', title: p('at'), cell: x => <When at={x.at} /> },
                { key: 'batch', title: p('batch'), cell: x => x.batch ?? '–' },
                { key: 'case', title: p('case'), cell: x => x.container ?? '–' },
                { key: 'hold', title: p('hold'), phone: true, cell: x => x.hold ? <span className="bad">{held_for(x.hold)}</span> : x.clock_hold ? <span className="muted">{held_for(x.clock_hold)}</span> : '' },
              ]} />
            </Section>}
            <Section title={p('story')}><Table rows={l.facts} columns={columns} row_key={x => x.fact} label={p('story')} name="story" /></Section>
          </>
        )
      }}</Answer>
      {mend && <FactForm kind={mend.kind} title={`${t('do.correct')} · ${word('kind', mend.kind)}`} corrects={mend} close={() => set_mend(null)} done={() => forget('/plant')} />}
    </>
  )
}
