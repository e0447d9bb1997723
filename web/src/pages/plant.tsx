import { useGet } from '../data'
import { farm_day } from '../dates'
import { narrow } from '../prefs'
import { go, Link, useQuery } from '../router'
import { Answer, Nothing, PageHead, Section, useNames } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { BalanceMark, ClockCell, PlantTabs, step_name, useLine, held_for } from '../plant/parts'
import type { LineFish, PlantDay, Step, Weights } from '../plant/shapes'
import { useCell } from '../store'
import { grams } from '../plant/state'
import { p } from '../plant/words'

export default function Plant() {
  const { line } = useLine()
  const names = useNames()
  const [day, set_day] = useQuery('day')
  const got = useGet<PlantDay>(`/plant/day${day ? `?day=${day}` : ''}`)
  const steps = line?.steps ?? []
  const is_narrow = useCell(narrow)
  const columns: Column<LineFish>[] = [
    { key: 'fish', title: p('fish'), phone: true, sort: f => f.fish, cell: f => <b className="num">{f.lot ?? f.fish}</b> },
    { key: 'species', title: p('species'), sort: f => f.species, cell: f => names.species(f.species) },
    { key: 'line', title: p('at_line'), sort: f => f.line, cell: f => f.line || '–' },
    { key: 'step', title: p('step'), sort: f => steps.findIndex(s => s.step === f.step), cell: f => step_name(steps, f.step) },
    { key: 'next', title: p('next'), phone: true, cell: f => f.hold && is_narrow ? <span className="bad">{held_for(f.hold)}</span> : step_name(steps, f.next) },
    { key: 'clock', title: p('clock'), right: true, phone: true, cell: f => <ClockCell fish={f} /> },
    { key: 'tins', title: p('tins'), right: true, cell: f => <span className="num">{f.tins || '–'}</span> },
    { key: 'hold', title: p('hold'), cell: f => f.hold ? <span className="bad">{held_for(f.hold)}</span> : '' },
  ]
  const open = (f: LineFish) => go(f.lot ? `/plant/lots/${encodeURIComponent(f.lot)}` : `/fish/${f.fish}`)
  return (
    <>
      <PageHead title={p('line')} sentence={!line ? ' ' : p(line.fish.length ? 'line_sentence' : 'line_empty', { running: line.running, late: line.late, held: line.held, done: line.done, waiting: line.waiting.length })} />
      <PlantTabs />
      {line && line.fish.length > 0 && <Section title={p('on_line')}><Table rows={line.fish} columns={columns} row_key={f => f.fish} label={p('on_line')} open={open} /></Section>}
      {line && line.waiting.length > 0 && <Section title={p('waits')}><p className="name_list">{line.waiting.map(w => <Link key={w.fish} className="num" to={`/fish/${w.fish}`}>{w.fish}</Link>)}</p></Section>}
      <Section title={p('lots_today')} acts={<input type="date" className="day_pick" aria-label={p('day')} value={day || farm_day()} max={farm_day()} onChange={e => set_day(e.target.value === farm_day() ? '' : e.target.value)} />}>
        <Answer got={got}>{d => d.lots.length ? <><p>{p('lots_sentence', { count: d.count, broken: d.broken })} <span className="muted">{p('tolerance', { g: grams(d.sum.tolerance_mg) })}</span></p><Balances day={d} open={open} steps={d.steps} /></> : <Nothing>{p('no_lots')}</Nothing>}</Answer>
      </Section>
    </>
  )
}

type Row = LineFish & { all?: boolean }
function Balances({ day, open }: { day: PlantDay; open: (f: LineFish) => void; steps: Step[] }) {
  const weight = (key: string, of: (w: Weights) => number | undefined, phone = false): Column<Row> => ({ key, title: p(key as 'roe'), right: true, phone, sort: f => of(f.weights), cell: f => <span className="num">{grams(of(f.weights))}</span> })
  const columns: Column<Row>[] = [
    { key: 'lot', title: p('lot'), phone: true, sort: f => f.lot, cell: f => <b className="num">{f.all ? p('sum') : f.lot}</b> },
    weight('ovary', w => w.ovary_mg), weight('waste', w => w.waste_mg), weight('roe', w => w.roe_mg), weight('salt', w => w.salt_mg), weight('drained', w => w.drained_mg),
    weight('caviar', w => w.caviar_mg, true), weight('tinned', w => w.tinned_mg, true), weight('left', w => w.caviar_left_mg),
    { key: 'balance', title: p('balance'), phone: true, cell: f => <BalanceMark of={f.weights} /> },
  ]
  const sum: Row = { fish: '', species: '', line: '', clocks: [], tins: 0, weights: day.sum, all: true }
  return <Table<Row> rows={[...day.lots, sum]} columns={columns} row_key={f => f.fish || 'sum'} label={p('lots_today')} name="lots" open={f => { if (!f.all) open(f) }} />
}
