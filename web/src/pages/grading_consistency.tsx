import { Segmented } from 'antd'
import { seg } from '../api'
import { useGet } from '../data'
import { useQuery } from '../router'
import { Answer, PageHead } from '../ui/basic'
import { ControlChart } from '../ui/control_chart'
import type { Consistency } from '../grading/shapes'
import { g, named } from '../grading/words'

/// Is one lot like the next: what signed lots measured, attribute by attribute.
export default function GradingConsistency() {
  const got = useGet<Consistency>('/grading/consistency')
  const [code, set_code] = useQuery('scheme')
  const schemes = got.data?.schemes ?? []
  const shown = schemes.find(s => s.scheme.code === code) ?? schemes[0]
  const lots = new Set((shown?.charts ?? []).flatMap(c => c.points.map(x => x.lot)))
  const out = new Set((shown?.charts ?? []).flatMap(c => c.points.filter(x => x.rules).map(x => x.lot)))
  return (
    <>
      <PageHead title={g('consistency')} sentence={!got.data ? ' ' : shown ? g('consistency_sentence', { out: out.size, lots: lots.size }) : g('consistency_none')}>
        <p className="sub muted small">{g('consistency_words')}</p>
      </PageHead>
      {schemes.length > 1 && <Segmented value={shown!.scheme.code} onChange={v => set_code(v)} options={schemes.map(s => ({ value: s.scheme.code, label: named(s.scheme).split(':')[0] }))} style={{ maxWidth: '100%', overflowX: 'auto' }} />}
      <Answer got={got}>{() => shown ? shown.charts.map(c => {
        const a = shown.scheme.attributes.find(x => x.code === c.attribute)!
        return <ControlChart key={c.attribute} of={{ ...c, low: c.low == null ? c.low : Math.max(c.low, a.from), high: c.high == null ? c.high : Math.min(c.high, a.to) }} name={named(a)} unit={a.unit} decimals={a.kind === 'scored' ? 1 : 2} lot_page={lot => `/grading/lots/${seg(lot)}`} />
      }) : <></>}</Answer>
    </>
  )
}
