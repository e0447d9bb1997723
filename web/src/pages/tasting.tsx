import { App, Button, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { post, Problem, seg } from '../api'
import { forget, useGet, useMay } from '../data'
import { Answer, Fact, Facts, Nothing, PageHead, ProblemNote, Section, When } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { Intervals } from '../tasting/charts'
import type { TasteReport, TastingCard } from '../tasting/shapes'
import { maybe_word, said, tw } from '../tasting/words'
import { show_number } from '../units'

const p_words = (p: number) => (p < 0.001 ? 'p < 0.001' : `p = ${show_number(p, 3)}`)
const percent = (x: number) => `${show_number(100 * x, 0)} %`
const range = (x: { value?: number; low: number; high: number }, v: number) => `${show_number(v, 2)} (${show_number(x.low, 2)} – ${show_number(x.high, 2)})`

export default function Tasting({ id = '' }: { id?: string }) {
  const got = useGet<TastingCard>(`/tastings/${seg(id)}`)
  const may = useMay()
  const { modal } = App.useApp()
  const [problem, set_problem] = useState<Problem>()
  const card = got.data
  const open = !!card && !card.closed_at
  useEffect(() => {   // the leader watches answers come in
    if (!open) return
    const timer = setInterval(() => void got.reload(), 2500)
    return () => clearInterval(timer)
  }, [open, got.reload])   // eslint-disable-line react-hooks/exhaustive-deps
  const done = card?.progress.filter(p => p.answered >= p.of).length ?? 0
  const close = () => modal.confirm({
    title: tw('close_sure'), okText: tw('close'), onOk: async () => {
      try { await post(`/tastings/${seg(id)}/close`); forget('/tast'); await got.reload() } catch (e) { set_problem(e instanceof Problem ? e : new Problem(500, 'fault', String(e))) }
    },
  })
  const sentence = !card ? ' ' : card.report ? said(card.report.verdict) : card.closed_at ? tw('not_analysed', { why: card.not_analysed ?? '' }) : tw('going', { done, all: card.seats })
  return (
    <>
      <PageHead title={card ? card.title : id} sentence={sentence} acts={card && <>
        {card.report && <Button href={`/api/v1/tastings/${seg(id)}/report.pdf`} target="_blank">{tw('report')}</Button>}
        {may('mend') && <Button href={`/api/v1/tastings/${seg(id)}/pour.pdf`} target="_blank" title={tw('pour_how')}>{tw('pour')}</Button>}
        {open && may('mend') && <Button type="primary" onClick={close}>{tw('close')}</Button>}
      </>}>
        {card && <p className="muted small">{card.tasting} · {maybe_word(card.test)} · <When at={card.at} /></p>}
      </PageHead>
      <ProblemNote problem={problem} />
      <Answer got={got}>{c => (
        <>
          {c.report && <Report report={c.report} card={c} />}
          {!c.closed_at && <Seats card={c} />}
          {c.closed_at && <p className="small">{c.key_fits ? tw('key_fits') : <strong className="warn">{tw('key_changed')}</strong>} <span className="muted">{tw('sealed')} <code className="breaking">{c.commitment}</code></span></p>}
          {!c.closed_at && <p className="muted small">{tw('sealed')} <code className="breaking">{c.commitment}</code></p>}
          {c.comments.length > 0 && <Section title={tw('comments')}><ul>{c.comments.map((x, i) => <li key={i}>{x.comment} <span className="muted small">{tw('seat')} {x.seat}</span></li>)}</ul></Section>}
        </>
      )}</Answer>
    </>
  )
}

type Row = TastingCard['progress'][number]
function Seats({ card }: { card: TastingCard }) {
  const [copied, set_copied] = useState(0)
  const [code, set_code] = useState<Row | null>(null)
  const columns: Column<Row>[] = [
    { key: 'seat', title: tw('seat'), phone: true, sort: r => r.seat, cell: r => <span className="num">{r.seat}{r.taster && ` · ${r.taster}`}</span> },
    { key: 'answered', title: tw('answered'), phone: true, right: true, sort: r => r.answered / r.of, cell: r => <span className="num">{r.answered} / {r.of}</span> },
    { key: 'link', title: tw('link'), phone: true, cell: r => r.link ? <span className="taste_link"><a href={r.link} target="_blank" rel="noreferrer">{tw('open_link')}</a> <button type="button" className="quiet" onClick={() => { void navigator.clipboard?.writeText(location.origin + r.link!); set_copied(r.seat) }}>{copied === r.seat ? tw('copied') : tw('copy')}</button> <button type="button" className="quiet" onClick={() => set_code(r)}>{tw('qr')}</button></span> : '–' },
  ]
  return (
    <Section title={tw('links')}>
      <p className="muted small">{tw('links_how')}</p>
      <Table rows={card.progress} columns={columns} row_key={r => String(r.seat)} label={tw('links')} height={440} />
      <Modal open={!!code} onCancel={() => set_code(null)} footer={null} title={`${tw('seat')} ${code?.seat ?? ''}`} width={360} destroyOnHidden>
        {code?.link && <img className="taste_code" alt={tw('scan_code')} src={`/api/v1/labels/qr.svg?text=${encodeURIComponent(location.origin + code.link)}`} />}
        <p className="muted small">{tw('scan_code')}</p>
      </Modal>
    </Section>
  )
}

function Report({ report: r, card }: { report: TasteReport; card: TastingCard }) {
  const d = r.discrimination
  const lot = (sample: string) => card.lots?.find(l => l.startsWith(sample + '='))?.slice(sample.length + 1)
  return (
    <>
      {r.notes.map((n, i) => <p key={i}>{said(n)}</p>)}
      {d && (
        <Section>
          <Facts>
            <Fact label={tw('right')}><span className="num">{d.right} / {d.answers}</span></Fact>
            <Fact label={tw('chance')}><span className="num">{percent(d.chance)}</span></Fact>
            <Fact label={tw('enough')}><span className="num">{d.critical}</span></Fact>
            <Fact label="p"><span className="num">{p_words(d.p).slice(2).replace('= ', '')}</span></Fact>
            <Fact label={tw('perceive')}><span className="num">{percent(d.distinguishers.value)} <span className="error">({percent(d.distinguishers.low)} – {percent(d.distinguishers.high)})</span></span></Fact>
            <Fact label={tw('d_prime')}><span className="num">{range(d.d_prime, d.d_prime.value)}</span></Fact>
            <Fact label={tw('power')}><span className="num">{percent(d.power)}</span></Fact>
            <Fact label={tw('needed')}><span className="num">{d.answers_needed ?? '–'}</span></Fact>
          </Facts>
        </Section>
      )}
      {r.worths && r.worths.products.length > 1 && (
        <Section title={tw('worth')}>
          <Intervals label={tw('worth_chart')} rows={[...r.worths.products].sort((a, b) => b.worth - a.worth).map(p => ({ name: `${p.product} · ${percent(p.share)}`, value: p.worth, low: p.low, high: p.high }))} />
        </Section>
      )}
      {r.attributes.map(a => a.means && (
        <Section key={a.attribute} title={maybe_word(a.attribute)}>
          <Intervals label={tw('means_chart')} least={card.scale_low} most={card.scale_high} rows={a.means.map(m => ({ name: `${m.product}  ${m.group}${lot(m.product) ? `\n${lot(m.product)}` : ''}`, value: m.mean, low: m.low, high: m.high }))} />
          {a.product && <p className="muted small">F = {show_number(a.product.f, 2)}, {p_words(a.product.p)}. {tw('group_how')}</p>}
        </Section>
      ))}
      {r.test === 'profile' && r.panel.length > 0 && <Panel report={r} />}
    </>
  )
}

type Taster = TasteReport['panel'][number]
function Panel({ report }: { report: TasteReport }) {
  const columns: Column<Taster>[] = [
    { key: 'taster', title: tw('tasters'), phone: true, sort: r => r.taster, cell: r => r.taster },
    { key: 'verdict', title: tw('verdict'), phone: true, sort: r => r.verdict, cell: r => (r.verdict === 'good' || r.verdict === 'not_judged' ? maybe_word(r.verdict) : <span className="warn">{maybe_word(r.verdict)}</span>) },
    { key: 'discriminates', title: tw('discriminates'), right: true, sort: r => r.discriminated, cell: r => <span className="num">{r.of ? `${r.discriminated} / ${r.of}` : '–'}</span> },
    { key: 'agrees', title: tw('agrees'), right: true, phone: true, sort: r => r.agrees, cell: r => <span className="num">{show_number(r.agrees, 2)}</span> },
    { key: 'repeats', title: tw('repeats'), right: true, sort: r => r.repeats, cell: r => <span className="num">{r.repeats ? show_number(r.repeats, 2) : '–'}</span> },
  ]
  return <Section title={tw('panel')}>{report.panel.length ? <Table rows={report.panel} columns={columns} row_key={r => r.taster} label={tw('panel')} height={460} /> : <Nothing>{tw('not_judged')}</Nothing>}</Section>
}
