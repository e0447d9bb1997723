import { Button, Input } from 'antd'
import { useState } from 'react'
import { query_text, seg, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { show_instant } from '../dates'
import { t } from '../i18n'
import { Link, useQuery } from '../router'
import { Answer, Fact, Facts, PageHead, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { c } from '../labels/cases'
import { grams, type TinStory } from '../labels/shapes'
import { l, state_word, type LabelWord } from '../labels/words'
import '../labels/labels.css'

/// The acts on a tin, as presets of facts.
const acts: { kind: string; word: LabelWord; preset: (tin: string) => Body; hide: string[]; first: string[] }[] = [
  { kind: 'repack', word: 'repack', preset: tin => ({ tin }), hide: ['tin'], first: ['tins', 'net_mg'] },
  { kind: 'sample', word: 'sample', preset: tin => ({ tin, purpose: 'laboratory' }), hide: ['tin'], first: ['purpose', 'net_mg', 'note'] },
  { kind: 'loss', word: 'loss', preset: tin => ({ tins: [tin] }), hide: ['tins'], first: ['cause', 'note'] },
]

/// One tin, by whatever a scanner types.
export default function Tins() {
  const [scan, set_scan] = useQuery('scan')
  const [text, set_text] = useState('')
  const got = useGet<TinStory>(scan ? `/tins${query_text({ scan })}` : null)
  const may = useMay()
  const [form, set_form] = useState<(typeof acts)[number] | null>(null)
  const tin = scan ? got.data : undefined
  return (
    <>
      <PageHead title={l('tins')} sentence={!scan ? l('tin_sentence') : !tin ? ' ' : tin.gone ? l('is_gone', { tin: tin.tin, net: grams(tin.net_mg), lot: tin.lot, gone: state_word(tin.gone) }) : l('is_here', { tin: tin.tin, net: grams(tin.net_mg), lot: tin.lot })}
        acts={<><Link to="/tins/pack"><Button>{c('title')}</Button></Link><Link to="/tins/audit"><Button>{l('audit')}</Button></Link></>} />
      <form onSubmit={e => { e.preventDefault(); set_scan(text.trim()); set_text('') }}>
        <Input id="tin_scan" className="big_scan num" autoFocus autoComplete="off" value={text} onChange={e => set_text(e.target.value)} placeholder={l('tin_field')} aria-label={l('tin_field')} />
      </form>
      {scan && <Answer got={got}>{d => (
        <Section title={`${l('tin')} ${d.tin}`}>
          <Facts>
            <Fact label={l('lot')}><Link to={`/plant/lots/${seg(d.lot)}`}>{d.lot}</Link></Fact>
            <Fact label={t('field.species')}>{d.species}</Fact>
            <Fact label={l('net_weight')}>{grams(d.net_mg)}</Fact>
            <Fact label={l('closed')}>{show_instant(d.closed_at)}</Fact>
            <Fact label={l('number')}>{d.label ? <Link to={`/labels?label=${seg(d.label)}`}>{d.label}</Link> : l('no_label')}</Fact>
            {d.container && <Fact label={l('container')}>{d.container} <a href={`/api/v1/cases/${seg(d.container)}/label.pdf`} target="_blank" rel="noreferrer">{c('label')}</a></Fact>}
            {d.from && <Fact label={l('from')}><Link to={`/tins?scan=${seg(d.from)}`}>{d.from}</Link></Fact>}
            {d.hold && <Fact label={l('hold')}><span className="warn">{d.hold}</span></Fact>}
          </Facts>
          <div className="label_acts">
            {may('record') && !d.label && !d.gone && <Link to={`/labels?print=1&tin=${seg(d.tin)}`}><Button type="primary">{l('print')}</Button></Link>}
            <Link to={`/trace?id=${seg(d.tin)}`}><Button>{l('trace')}</Button></Link>
            {may('record') && !d.gone && acts.map(a => <Button key={a.kind} onClick={() => set_form(a)}>{l(a.word)}</Button>)}
          </div>
        </Section>
      )}</Answer>}
      {form && tin && <FactForm kind={form.kind} title={`${l(form.word)} · ${tin.tin}`} preset={form.preset(tin.tin)} hide={form.hide} first={form.first} close={() => set_form(null)} done={() => forget('/tins')} />}
    </>
  )
}
