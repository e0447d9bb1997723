import { Button } from 'antd'
import { seg } from '../api'
import { useGet } from '../data'
import { go } from '../router'
import { Answer, PageHead, Section, useNames, When } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { GradedLot, Lots } from '../grading/shapes'
import { g, named } from '../grading/words'

/// Every lot with its grade, those that wait first; and how grades went from month to month.
export default function Grading() {
  const got = useGet<Lots>('/grading/lots')
  const names = useNames()
  const lots = got.data?.lots ?? []
  const decided = lots.filter(l => l.grade).length
  const scheme = (code: string | undefined) => got.data?.schemes.find(s => s.code === code)
  const grade_name = (l: GradedLot) => named(scheme(l.scheme)?.grades.find(x => x.code === l.grade))
  const columns: Column<GradedLot>[] = [
    { key: 'lot', title: g('lot'), phone: true, sort: l => l.lot, cell: l => <span className="num">{l.lot}</span> },
    { key: 'taken', title: g('made'), sort: l => l.taken_at, cell: l => <When at={l.taken_at} /> },
    { key: 'species', title: g('species'), sort: l => l.species, cell: l => names.species(l.species) },
    { key: 'graders', title: g('scored_by'), right: true, sort: l => l.graders, cell: l => <span className="num">{l.graders || '–'}</span> },
    { key: 'photo', title: g('photo'), right: true, sort: l => l.photo_mm, cell: l => <span className="num">{l.photo_mm ? show_number(l.photo_mm, 2) : '–'}</span> },
    { key: 'grade', title: g('grade'), phone: true, sort: l => l.grade ?? ' ', cell: l => l.grade ? `${l.grade} · ${grade_name(l)}` : <span className="warn">{g('not_graded')}</span> },
    { key: 'by', title: g('by'), sort: l => l.by, cell: l => l.by ?? <span className="muted">–</span> },
  ]
  return (
    <>
      <PageHead title={g('title')} sentence={!got.data ? ' ' : lots.length ? g('sentence', { decided, all: lots.length, waiting: lots.length - decided }) : g('none')}
        acts={<><Button onClick={() => go('/grading/consistency')}>{g('consistency')}</Button><Button onClick={() => go('/grading/agreement')}>{g('agreement')}</Button><Button onClick={() => go('/grading/uses')}>{g('uses')}</Button></>} />
      <Answer got={got}>{data => (
        <>
          {data.months.length > 1 && <Section title={g('months')}><Months of={data} /></Section>}
          <Table rows={[...lots].sort((a, b) => Number(!!a.grade) - Number(!!b.grade) || b.taken_at.localeCompare(a.taken_at))} columns={columns} row_key={l => l.lot} label={g('title')} empty={g('none')} open={l => go(`/grading/lots/${seg(l.lot)}`)} />
        </>
      )}</Answer>
    </>
  )
}

function Months({ of }: { of: Lots }) {
  const codes = [...new Set(of.months.flatMap(m => Object.keys(m.grades)))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
  const name = (code: string) => `${code} ${named(of.schemes.flatMap(s => s.grades).find(x => x.code === code))}`
  return (
    <Chart height={240} label={g('months_words')} option={p => ({
      ...base(p), grid: { ...(base(p).grid as object), top: 48 },
      xAxis: { type: 'category', data: of.months.map(m => m.month), axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.muted, fontSize: 11, hideOverlap: true } },
      yAxis: [value_axis(p, g('lots'), { minInterval: 1 }), value_axis(p, 'mm', { scale: true, splitLine: { show: false } })],
      series: [
        ...codes.map((code, i) => ({ type: 'bar', stack: 'grades', name: name(code), barMaxWidth: 26, itemStyle: { color: p.bands[i % p.bands.length] }, data: of.months.map(m => m.grades[code] ?? 0) })),
        { type: 'line', yAxisIndex: 1, name: g('mean_mm'), symbolSize: 5, lineStyle: { color: p.text, width: 1.5 }, itemStyle: { color: p.text }, data: of.months.map(m => m.mean_mm == null ? null : Math.round(m.mean_mm * 1000) / 1000) },
      ],
    })} />
  )
}
