import { Button, Drawer, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { post, seg } from '../api'
import { forget, useGet, useMay } from '../data'
import { is_zh } from '../i18n'
import { go, Link } from '../router'
import { Answer, PageHead, ProblemNote, Section, When } from '../ui/basic'
import { Problem } from '../api'
import { Table, type Column } from '../ui/table'
import { Intervals } from '../tasting/charts'
import type { LotAttribute, TastingCard, TastingRow } from '../tasting/shapes'
import { maybe_word, tw, type TasteWord } from '../tasting/words'
import { show_number } from '../units'

export default function Tastings() {
  const got = useGet<{ tastings: TastingRow[] }>('/tastings')
  const lots = useGet<{ attributes: LotAttribute[] }>('/tasted-lots')
  const may = useMay()
  const [form, set_form] = useState(false)
  const rows = got.data?.tastings ?? []
  const closed = rows.filter(r => r.closed_at).length
  const columns: Column<TastingRow>[] = [
    { key: 'tasting', title: tw('title'), phone: true, sort: r => r.tasting, cell: r => <Link to={`/tastings/${seg(r.tasting)}`} className="wraps">{r.title} <span className="muted small">{r.tasting}</span></Link> },
    { key: 'test', title: tw('test'), sort: r => r.test, cell: r => maybe_word(r.test).split(/[:：]/)[0] },
    { key: 'at', title: tw('at'), sort: r => r.at, cell: r => <When at={r.at} /> },
    { key: 'tasters', title: tw('tasters'), right: true, sort: r => r.seats, cell: r => <span className="num">{r.seats_answered} / {r.seats}</span> },
    { key: 'state', title: tw('verdict'), phone: true, sort: r => r.closed_at ?? '', cell: r => r.closed_at ? (is_zh() ? r.verdict_zh : r.verdict_en) ?? tw('closed') : tw('open') },
  ]
  return (
    <>
      <PageHead title={tw('title')} sentence={!got.data ? ' ' : rows.length ? tw('sentence', { open: rows.length - closed, closed }) : tw('sentence_none')}
        acts={<><Button onClick={() => go('/tastings/trend')}>{tw('trend_title')}</Button>{may('record') && <Button type="primary" onClick={() => set_form(true)}>{tw('new')}</Button>}</>} />
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.tasting} label={tw('title')} empty={tw('sentence_none')} open={r => go(`/tastings/${seg(r.tasting)}`)} height={420} />}</Answer>
      {lots.data && <Lots attributes={lots.data.attributes} />}
      <NewTasting open={form} close={() => set_form(false)} />
    </>
  )
}

/// Whether lots of ours are alike, attribute by attribute; and how liking went from tasting to tasting.
function Lots({ attributes }: { attributes: LotAttribute[] }) {
  const scored = attributes.filter(a => a.points.filter(p => p.lot).length > 1)
  const [chosen, set_chosen] = useState<string>()
  const at = scored.find(a => a.attribute === chosen) ?? scored[0]
  if (!at) return null
  const points = at.points.filter(p => p.lot)
  return (
    <Section title={tw('lots_title')} acts={<Select aria-label={tw('lots_title')} value={at.attribute} onChange={set_chosen} options={scored.map(a => ({ value: a.attribute, label: maybe_word(a.attribute) }))} style={{ minWidth: 160 }} />}>
      <p>{tw('lots_sentence', { alike: scored.filter(a => (a.p ?? 1) > 0.05).length, all: scored.length })} <span className="muted small">{tw('between')}: {show_number(at.between_sd ?? 0, 2)}, {tw('lots_p')}: {show_number(at.p ?? 1, 3)}</span></p>
      <Intervals label={tw('lots_chart')} rows={points.map(p => ({ name: `${p.lot}\n${p.tasting}`, value: p.mean, low: p.low, high: p.high, bad: p.outside }))} />
      {points.some(p => p.outside) && <p className="warn">{points.filter(p => p.outside).map(p => p.lot).join(', ')}: {tw('outside')}</p>}
    </Section>
  )
}

const tests: TasteWord[] = ['triangle', 'paired', 'hedonic', 'profile', 'ranking', 'duo_trio', '2afc', '3afc']
const lines = (text: string) => text.split('\n').map(x => x.trim()).filter(Boolean)

function NewTasting({ open, close }: { open: boolean; close: () => void }) {
  const [title, set_title] = useState('')
  const [test, set_test] = useState<string>('triangle')
  const [samples, set_samples] = useState('')
  const [lots, set_lots] = useState('')
  const [attributes, set_attributes] = useState('')
  const [allergens, set_allergens] = useState('')
  const [seats, set_seats] = useState(42)
  const [rounds, set_rounds] = useState(1)
  const [problem, set_problem] = useState<Problem>()
  const [busy, set_busy] = useState(false)
  const make = async () => {
    set_busy(true)
    set_problem(undefined)
    try {
      const card = await post<TastingCard>('/tastings', {
        title: title.trim(), test, samples: lines(samples), seats, rounds,
        lots: lines(lots).map(x => x.split('=').map(y => y.trim()).join('=')), attributes: test === 'profile' ? lines(attributes) : [], allergens: allergens.split(/[,，]/).map(x => x.trim()).filter(Boolean), tasters: [],
      })
      forget('/tast')
      close()
      go(`/tastings/${seg(card.tasting)}`)
    } catch (e) { set_problem(e instanceof Problem ? e : new Problem(500, 'fault', String(e))) } finally { set_busy(false) }
  }
  return (
    <Drawer open={open} onClose={close} title={tw('new')} size={460}>
      <form style={{ display: 'grid', gap: 14 }} onSubmit={e => { e.preventDefault(); void make() }}>
        <div className="field"><label className="field_label" htmlFor="taste_title">{tw('name')}</label><Input id="taste_title" value={title} onChange={e => set_title(e.target.value)} /></div>
        <div className="field"><label className="field_label" htmlFor="taste_test">{tw('test')}</label><Select id="taste_test" aria-label={tw('test')} value={test} onChange={set_test} options={tests.map(x => ({ value: x, label: tw(x) }))} style={{ width: '100%' }} /></div>
        <div className="field"><label className="field_label" htmlFor="taste_samples">{tw('samples')}</label><Input.TextArea id="taste_samples" rows={3} value={samples} onChange={e => set_samples(e.target.value)} /></div>
        {test === 'profile' && <div className="field"><label className="field_label" htmlFor="taste_attributes">{tw('attributes')}</label><Input.TextArea id="taste_attributes" rows={4} value={attributes} onChange={e => set_attributes(e.target.value)} /></div>}
        <div className="field"><label className="field_label" htmlFor="taste_lots">{tw('lots')}</label><Input.TextArea id="taste_lots" rows={2} value={lots} onChange={e => set_lots(e.target.value)} /></div>
        <div className="field"><label className="field_label" htmlFor="taste_seats">{tw('seats')}</label><InputNumber id="taste_seats" min={1} max={500} value={seats} onChange={x => set_seats(x ?? 1)} /></div>
        <div className="field"><label className="field_label" htmlFor="taste_rounds">{tw('rounds')}</label><InputNumber id="taste_rounds" min={1} max={12} value={rounds} onChange={x => set_rounds(x ?? 1)} /></div>
        <div className="field"><label className="field_label" htmlFor="taste_allergens">{tw('allergens')}</label><Input id="taste_allergens" value={allergens} onChange={e => set_allergens(e.target.value)} /></div>
        <ProblemNote problem={problem} />
        <Button type="primary" htmlType="submit" loading={busy} block>{tw('make')}</Button>
      </form>
    </Drawer>
  )
}
