// What customers say, told one by one or as a sheet, and how it went.
import { App, Button, Drawer } from 'antd'
import { useState } from 'react'
import { post, query_text } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { Link, useQuery } from '../router'
import { Answer, Nothing, problem_text, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Filters, Pick } from '../ui/filters'
import { Table } from '../ui/table'
import { show_number } from '../units'
import { rw, type ReviewWord } from './review_words'
import type { Reviews } from './shapes'
import { trends } from './trend'
import { slope_words, TrendChart } from './trend_chart'

export function ReviewBoard() {
  const [channel] = useQuery('channel')
  const [product, set_product] = useQuery('product')
  const got = useGet<Reviews>('/reviews' + query_text({ channel, product }))
  const may = useMay()
  const [form, set_form] = useState<'one' | 'sheet' | null>(null)
  const points = got.data?.points ?? []
  const of = trends(points.map(p => ({ ...p, lot: '', tasting: '', tasters: p.reviews })))
  const span = rw((got.data?.span ?? 'year') as ReviewWord)
  return (
    <Section title={rw('title')} acts={may('record') && <><Button onClick={() => set_form('one')}>{rw('tell')}</Button><Button onClick={() => set_form('sheet')}>{rw('sheet')}</Button></>}>
      <Answer got={got}>{d => !of.length ? <Nothing>{rw('none')}</Nothing> : <>
        <p><b>{rw('sentence', { best: of[0].product, mean: show_number(of[0].last.mean, 1), n: of[0].last.tasters, span, up: of.filter(t => t.way === 'rises').length, down: of.filter(t => t.way === 'falls').length })}</b></p>
        {(d.channels?.length ?? 0) > 1 && <Filters><Pick name="channel" label={rw('channel')} options={d.channels!.map(value => ({ value, label: value }))} /></Filters>}
        <TrendChart of={of} name="" label={rw('chart')} dashed />
        <Table rows={of} row_key={t => t.product} label={rw('title')} name="reviews" open={t => set_product(t.product)} columns={[
          { key: 'product', title: rw('product'), phone: true, sort: t => t.product, cell: t => <b>{t.product}</b> },
          { key: 'last', title: `${rw('last_mean')} (${span})`, right: true, phone: true, sort: t => t.last.mean, cell: t => <span className="num">{show_number(t.last.mean, 1)} <span className="error">({show_number(t.last.low, 1)} – {show_number(t.last.high, 1)})</span></span> },
          { key: 'n', title: rw('reviews'), right: true, sort: t => t.points.reduce((a, x) => a + x.tasters, 0), cell: t => <span className="num">{show_number(t.points.reduce((a, x) => a + x.tasters, 0))}</span> },
          { key: 'way', title: rw('way'), phone: true, sort: t => t.per_year?.value, cell: t => rw(t.way) },
          { key: 'slope', title: rw('per_year'), right: true, sort: t => t.per_year?.value, cell: t => <span className="num">{slope_words(t)}</span> },
        ]} />
        <p className="muted small">{rw('how')}</p>
        <details open={!!product}>
          <summary>{product ? rw('said_of', { product }) : rw('said')}{product && <> · <button type="button" className="quiet" onClick={() => set_product('')}>{rw('all')}</button></>}</summary>
          <Table rows={d.last ?? []} row_key={r => r.fact} label={rw('said')} name="said" height={360} columns={[
            { key: 'at', title: rw('at'), phone: true, sort: r => r.at, cell: r => <span className="num">{show_day(farm_day(r.at))}</span> },
            { key: 'product', title: rw('product'), phone: true, sort: r => r.product, cell: r => r.product },
            { key: 'score', title: rw('score'), right: true, phone: true, sort: r => r.liking, cell: r => <span className="num">{show_number(r.score)} / {r.scale_high}</span> },
            { key: 'channel', title: rw('channel'), sort: r => r.channel, cell: r => r.channel },
            { key: 'words', title: rw('words'), cell: r => r.words },
            { key: 'lot', title: rw('lot'), cell: r => r.lot && <Link to={`/quality/lots/${encodeURIComponent(r.lot)}`} className="num">{r.lot}</Link> },
            { key: 'fact', title: rw('by'), cell: r => <Link to={`/journal?subject=${encodeURIComponent('product:' + r.product)}`}>{r.by || rw('mend')}</Link> },
          ]} />
        </details>
      </>}</Answer>
      {form === 'one' && <FactForm kind="review" title={rw('tell')} preset={{ scale_low: 1, scale_high: 9 }} hide={['review']} first={['product', 'score', 'channel', 'words', 'lot', 'customer']} close={() => set_form(null)} done={() => forget('/reviews')} />}
      {form === 'sheet' && <Sheet close={() => set_form(null)} />}
    </Section>
  )
}

/// A sheet is read and counted before anything is kept.
function Sheet({ close }: { close: () => void }) {
  const { message } = App.useApp()
  const [csv, set_csv] = useState('')
  const [read, set_read] = useState<{ reviews: number; known: number } | null>(null)
  const [problem, set_problem] = useState('')
  const send = async (text: string, dry_run: boolean) => {
    set_problem('')
    try {
      const answer = await post<{ reviews: number; known: number }>('/reviews', { csv: text, dry_run })
      set_read(answer)
      if (dry_run) return
      forget('/reviews')
      void message.success(rw('kept', { count: answer.reviews }))
      close()
    } catch (e) { set_problem(problem_text(e)) }
  }
  return (
    <Drawer open onClose={close} title={rw('sheet')} size={440} destroyOnHidden>
      <p>{rw('sheet_means')}</p>
      <p><input type="file" accept=".csv,text/csv" aria-label={rw('choose')} onChange={async e => { const text = await e.target.files?.[0]?.text(); if (text) { set_csv(text); set_read(null); await send(text, true) } }} /></p>
      {problem && <p className="state_bad" role="alert">{problem}</p>}
      {read && <>
        <p>{rw('sheet_read', { count: read.reviews, known: read.known })}</p>
        <Button type="primary" disabled={!read.reviews} onClick={() => void send(csv, false)}>{rw('keep')}</Button>
      </>}
    </Drawer>
  )
}
