import { Button } from 'antd'
import { useState } from 'react'
import type { Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day, show_time } from '../dates'
import { is_zh } from '../i18n'
import { useQuery } from '../router'
import { Answer, Nothing, PageHead, Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { PlantTabs } from '../plant/parts'
import type { Checks, Materials } from '../plant/shapes'
import { grams } from '../plant/state'
import { named, p, type Word } from '../plant/words'

type Point = Checks['points'][number]
type Batch = Materials['batches'][number]
interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }
const value = (of: Point, v: number) => (of.measures === 'temperature_mc' ? `${show_number(v / 1000, 1)} °C` : `${show_number(v / 10_000, 1)} %`)
const limits = (of: Point) => (of.measures === 'flag' ? p('good') : [of.least, of.most].map(v => (v == null ? '' : value(of, v))).join(' – '))

/// Control points of a day with what is due, and the batches that are used.
export default function PlantChecks() {
  const [day, set_day] = useQuery('day')
  const got = useGet<Checks>(`/plant/checks${day ? `?day=${day}` : ''}`)
  const materials = useGet<Materials>('/plant/materials')
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const now = got.data?.now ?? ''
  const check = (of: Point) => set_form({ kind: 'check', title: named(of), preset: { point: of.point, ...(of.measures === 'flag' ? { good: true } : {}) }, hide: ['point', ...['temperature_mc', 'share_ppm', 'good'].filter(x => x !== (of.measures === 'flag' ? 'good' : of.measures))], first: [of.measures === 'flag' ? 'good' : of.measures, 'action', 'operator', 'line'] })
  const columns: Column<Point>[] = [
    { key: 'point', title: p('point'), phone: true, cell: x => <b>{named(x)}</b> },
    { key: 'limits', title: p('limits'), cell: x => <span className="num">{limits(x)}</span> },
    { key: 'every', title: p('every'), right: true, cell: x => <span className="num">{x.every_minutes ? p('every_min', { n: x.every_minutes }) : p('before_work')}</span> },
    { key: 'last', title: p('last'), phone: true, cell: x => { const c = x.checks.at(-1)
      return !c ? <span className="muted">–</span> : <span className={c.good ? 'num' : 'num bad'}>{show_time(c.at)} {c.temperature_mc != null ? value(x, c.temperature_mc) : c.share_ppm != null ? value(x, c.share_ppm) : c.good ? p('good') : p('bad')}</span> } },
    { key: 'due', title: p('due'), right: true, phone: true, cell: x => x.due_at ? <span className={x.due_at <= now ? 'num bad' : 'num'}>{show_time(x.due_at)}</span> : <span className="muted">–</span> },
    { key: 'missed', title: p('missed'), right: true, cell: x => x.missed.length ? <span className="num warn" title={x.missed.map(show_time).join(', ')}>{x.missed.length}</span> : <span className="muted">–</span> },
    { key: 'action', title: p('action'), cell: x => { const c = x.checks.filter(y => !y.good).at(-1); return <span className={c ? '' : 'muted'}>{c?.action ?? (is_zh() ? x.action_zh : x.action_en)}</span> } },
    ...(may('record') ? [{ key: 'act', title: '', phone: true, cell: (x: Point) => <Button size="small" onClick={() => check(x)}>{p('check_now')}</Button> }] : []),
  ]
  const amount = (b: Batch, v: number) => (b.count != null ? show_number(v) : `${grams(v)} g`)
  const batches: Column<Batch>[] = [
    { key: 'batch', title: p('batch'), phone: true, sort: b => b.batch, cell: b => <b>{b.batch}</b> },
    { key: 'material', title: p('material'), phone: true, sort: b => b.material, cell: b => p(`m_${b.material}` as Word) },
    { key: 'at', title: p('came'), sort: b => b.at, cell: b => <span className="num">{show_day(b.at)}</span> },
    { key: 'supplier', title: p('supplier'), cell: b => b.supplier ?? '–' },
    { key: 'amount', title: p('receive'), right: true, cell: b => <span className="num">{amount(b, b.count ?? b.weight_mg ?? 0)}</span> },
    { key: 'used', title: p('used'), right: true, sort: b => b.used, cell: b => <span className="num">{amount(b, b.used)}</span> },
    { key: 'left', title: p('rest'), right: true, phone: true, sort: b => b.left, cell: b => <span className={b.left < 0 ? 'num bad' : 'num'}>{amount(b, b.left)}</span> },
  ]
  return (
    <>
      <PageHead title={p('checks')} sentence={!got.data ? ' ' : p('checks_sentence', { due: got.data.due, missed: got.data.missed, failed: got.data.failed })}
        acts={may('record') && <Button onClick={() => set_form({ kind: 'material', title: p('receive'), preset: { material: 'salt' }, hide: [], first: ['batch', 'material', 'weight_mg', 'count', 'supplier', 'expires_on'] })}>{p('receive')}</Button>} />
      <PlantTabs />
      <Section title={p('point')} acts={<input type="date" className="day_pick" aria-label={p('day')} value={day || farm_day()} max={farm_day()} onChange={e => set_day(e.target.value === farm_day() ? '' : e.target.value)} />}>
        <Answer got={got}>{d => <Table rows={d.points} columns={columns} row_key={x => x.point} label={p('point')} />}</Answer>
      </Section>
      <Section title={p('materials')}>
        <Answer got={materials}>{d => d.batches.length ? <Table rows={d.batches} columns={batches} row_key={b => b.batch} label={p('materials')} name="batches" /> : <Nothing>{p('no_materials')}</Nothing>}</Answer>
      </Section>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/plant')} />}
    </>
  )
}
