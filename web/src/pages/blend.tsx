import { Button, InputNumber, Select, Slider } from 'antd'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { post, Problem } from '../api'
import { useGet } from '../data'
import { is_zh } from '../i18n'
import { PageHead, problem_text, ProblemNote, Section, Waiting } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { show_money, show_number } from '../units'
import { example_lots, example_target } from '../blend/example'
import { aims_of, aims_text, percent, save_text, target_of, type Aim, type Blend, type BlendGot, type Give, type GoodsAnswer, type Product } from '../blend/shapes'
import { Goods, Keep } from '../blend/keep'
import { Sheet } from '../blend/sheet'
import { say, type BlendWord } from '../blend/words'
import { uuid7 } from '../uuid7'

/// Sheets below; above them sliders, the curve of cost against closeness, and the bags with what limits them.
export default function BlendPage() {
  const products = useGet<{ products: Product[] }>('/blending/products')
  const [product, set_product] = useState('')
  const [lots, set_lots] = useState('')
  const [target, set_target] = useState('')
  const [past, set_past] = useState('')
  const [amount, set_amount] = useState(400)
  const [most_lots, set_most_lots] = useState<number | null>(null)
  const [surety, set_surety] = useState(0)
  const [old_share, set_old_share] = useState(0)
  const [old_days, set_old_days] = useState(180)
  const [got, set_got] = useState<BlendGot>()
  const [points, set_points] = useState<Blend[]>([])
  const [taken, set_taken] = useState(-1)             // -1: the cheapest, as the answer has it
  const [wrong, set_wrong] = useState<Problem>()
  const [busy, set_busy] = useState(false)
  const asked = useRef(0)
  const page = useMemo(() => uuid7(), [])
  const first = products.data?.products.find(p => p.allowed)?.code ?? ''
  const chosen = product || first
  const barred = products.data?.products.find(p => p.code === chosen && !p.allowed)
  const aims = useMemo(() => aims_of(target), [target])

  const ask = { page, product: chosen, lots, target, past: past || undefined, amount: `${amount} kg`, most_lots: most_lots ?? undefined, surety, old_share: old_share / 100, old_days }
  const key = JSON.stringify(ask)
  const goods = useGet<GoodsAnswer>(chosen && !barred ? `/blending/goods?product=${chosen}` : null).data
  const free = goods?.goods.filter(g => !g.hold && (g.bag_mg ? (g.left_bags ?? 0) > 0 : g.left_mg > 0)) ?? []
  const sheet = useRef('')
  useEffect(() => {   // what was taken from our lots stays what is left of them
    if (goods?.sheet && sheet.current && lots === sheet.current) set_lots(goods.sheet)
    sheet.current = goods?.sheet ?? ''
  }, [goods?.sheet])
  const take_ours = () => { set_lots(goods!.sheet!); if (!target.trim()) set_target(target_of(goods!.sheet!)) }
  useEffect(() => {
    const mine = ++asked.current
    if (!chosen || barred || !lots.trim() || !target.trim()) { set_got(undefined); set_points([]); set_wrong(undefined); set_busy(false); return }
    const late = setTimeout(() => {
      set_busy(true)
      set_wrong(undefined)
      post<BlendGot>('/blending/blends', ask)
        .then(async answer => {
          if (mine !== asked.current) return
          set_got(answer)
          set_taken(-1)
          if (!answer.blend) { set_points([]); return }
          const curve = await post<{ points: Blend[] }>('/blending/curves', { ...ask, points: 6 })
          if (mine === asked.current) set_points(curve.points)
        })
        .catch((e: unknown) => { if (mine === asked.current) { set_got(undefined); set_points([]); set_wrong(e instanceof Problem ? e : new Problem(0, 'fault', problem_text(e))) } })
        .finally(() => { if (mine === asked.current) set_busy(false) })
    }, 400)
    return () => clearTimeout(late)
  }, [key, !barred])

  const shown = taken >= 0 ? points[taken] : got?.blend
  const sentence = barred ? forbidden(barred) : busy && !got ? say('searching') : got && !got.blend ? obstacle(got) : !shown ? (free.length && !lots ? say('ours_sentence', { lots: free.length, kg: `${show_number(free.reduce((n, g) => n + g.left_mg, 0) / 1e6)} kg`, held: goods!.goods.filter(g => g.hold).length }) : say('blend_idle'))
    : say(taken >= 0 ? 'point_sentence' : shown.gap < 0.0005 ? 'cheapest_sentence' : 'blend_sentence', { kg: `${show_number(shown.amount_mg / 1e6)} kg`, lots: shown.parts.length === 1 ? say('one_lot') : say('lot_count', { n: shown.parts.length }), cost: show_money(shown.cost_minor, shown.currency), gap: percent(shown.gap) })
  const example = () => { set_lots(example_lots); set_target(example_target) }
  const number = (id: string, label: string, value: number | null, set: (n: number | null) => void, min: number, max: number) => (
    <label htmlFor={id}><span>{label}</span><InputNumber id={id} value={value} min={min} max={max} onChange={set} /></label>
  )
  return (
    <>
      <PageHead title={say('blend')} sentence={sentence} acts={<>{free.length > 0 && <Button type={lots ? 'default' : 'primary'} onClick={take_ours}>{say('take_ours', { lots: free.length })}</Button>}{!lots && <Button type={free.length ? 'default' : 'primary'} onClick={example}>{say('example')}</Button>}</>} />
      <ProblemNote problem={wrong} />
      <div className="plan_wish">
        <label htmlFor="blend_product"><span>{say('product')}</span>
          <Select id="blend_product" value={chosen || undefined} style={{ minWidth: 190 }} onChange={set_product} popupMatchSelectWidth={false}
            options={products.data?.products.map(p => ({ value: p.code, label: is_zh() ? p.name_zh : p.name_en }))} />
        </label>
        {number('blend_amount', `${say('amount')}, ${say('kg')}`, amount, n => n && set_amount(n), 1, 1_000_000)}
        {number('blend_lots', say('most_lots'), most_lots, set_most_lots, 1, 500)}
        {number('blend_old', say('old_share'), old_share, n => set_old_share(n ?? 0), 0, 100)}
        {number('blend_days', say('old_days'), old_days, n => set_old_days(n ?? 0), 0, 10_000)}
        <label htmlFor="blend_surety"><span>{say('surety')}</span>
          <Select id="blend_surety" value={surety} onChange={set_surety} style={{ minWidth: 130 }} options={[{ value: 0, label: say('surety_none') }, ...[0.8, 0.9, 0.95, 0.99].map(value => ({ value, label: percent(value, 0) }))]} />
        </label>
      </div>
      {(got || points.length > 0) && (
        <div className="index_bench blend_bench">
          <Section title={say('limits')}>{aims?.map((a, i) => <Limits key={a.attribute} of={a} lots={lots} set={x => set_target(aims_text(aims.map((b, k) => (k === i ? x : b))))} />)}</Section>
          {points.length > 0 ? <Section title={say('curve')}><Curve points={points} taken={taken} take={set_taken} /><p className="muted small">{say('curve_means')}</p></Section> : shown ? <Section title={say('curve')}><Waiting rows={4} /></Section> : null}
          {shown ? <Bags of={shown} got={got}>{goods && <Keep key={JSON.stringify(shown.parts)} of={shown} product={chosen} aims={aims} goods={goods} />}</Bags> : got && <InTheWay of={got} aims={aims} widen={x => set_target(aims_text(x))} lots={n => set_most_lots(n)} />}
        </div>
      )}
      {goods && <Goods of={goods} />}
      <Section title={say('sheets')}>
        <div className="blend_sheets">
          <Sheet id="sheet_lots" label={say('lots_sheet')} text={lots} set={set_lots} rows={9} />
          <Sheet id="sheet_target" label={say('target_sheet')} text={target} set={set_target} />
          <Sheet id="sheet_past" label={say('past_sheet')} text={past} set={set_past} />
        </div>
        {lots === example_lots && <p className="muted small">{say('example_note')}</p>}
      </Section>
    </>
  )
}

const forbidden = (p: Product) => {
  const name = is_zh() ? p.name_zh : p.name_en
  return p.allowed === undefined ? say('untold', { name }) : say('forbidden', { name, why: is_zh() ? p.why_zh : p.why_en })
}
/// The server's own sentence; in Chinese ours, by its word.
const obstacle = (of: BlendGot) => (is_zh() ? say(`stands_${of.obstacle}` as BlendWord) : of.why)

/// What would have to give, each of it a button that lets it.
function InTheWay({ of, aims, widen, lots }: { of: BlendGot; aims: Aim[] | undefined; widen: (aims: Aim[]) => void; lots: (n: number) => void }) {
  const limit = (a: Aim, g: Give) => (g.side === 'low' ? a.low - g.by : a.high + g.by)
  const given = (all: Give[]) => aims!.map(a => all.filter(g => g.attribute === a.attribute).reduce((b, g) => widened(b, g), a))
  const words = (all: Give[]) => all.map(g => { const a = aims!.find(x => x.attribute === g.attribute); return a ? `${g.attribute} ${g.side === 'low' ? '≥' : '≤'} ${show_number(limit(a, g), 2)}` : '' }).join(', ')
  const alone = of.alone ?? [], together = of.together ?? []
  return (
    <Section title={say('in_the_way')}>
      {of.lots_needed != null && <p><Button onClick={() => lots(of.lots_needed!)}>{say('allow_lots', { lots: of.lots_needed })}</Button></p>}
      {aims && alone.length > 0 && <><p className="muted">{say('alone')}</p><div className="blend_points">{alone.map(g => <Button key={g.attribute + g.side} onClick={() => widen(given([g]))}>{words([g])}</Button>)}</div></>}
      {aims && together.length > 1 && <><p className="muted">{say('together')}</p><div className="blend_points"><Button onClick={() => widen(given(together))}>{words(together)}</Button></div></>}
    </Section>
  )
}
/// Outwards to the next hundredth.
const widened = (a: Aim, g: Give): Aim => (g.side === 'low' ? { ...a, low: Math.floor((a.low - g.by) * 100) / 100 } : { ...a, high: Math.ceil((a.high + g.by) * 100) / 100 })

/// Both limits on one slider; the target stays between them.
function Limits({ of, lots, set }: { of: Aim; lots: string; set: (a: Aim) => void }) {
  const [live, set_live] = useState<[number, number]>([of.low, of.high])
  useEffect(() => set_live([of.low, of.high]), [of.low, of.high])
  const [from, to] = useMemo(() => {
    const lines = lots.trim().split(/\r?\n/).map(l => l.split(','))
    const at = lines[0]?.indexOf(of.attribute) ?? -1
    const values = at < 0 ? [] : lines.slice(1).map(l => Number(l[at])).filter(Number.isFinite)
    return [Math.floor(Math.min(of.low, ...values)), Math.ceil(Math.max(of.high, ...values))]
  }, [lots, of.attribute])
  const step = (to - from) / 100 || 0.01
  return (
    <div className="index_slider">
      <span>{of.attribute}<b className="num">{show_number(live[0], 1)}–{show_number(live[1], 1)}</b></span>
      <Slider range min={Math.min(from, live[0])} max={Math.max(to, live[1])} step={Math.max(0.05, Math.round(step * 20) / 20)} value={live} onChange={v => set_live([v[0]!, v[1]!])} tooltip={{ open: false }}
        ariaLabelForHandle={[of.attribute, of.attribute]} onChangeComplete={v => set({ ...of, low: v[0]!, high: v[1]!, target: Math.min(v[1]!, Math.max(v[0]!, of.target)) })} />
    </div>
  )
}

function Curve({ points, taken, take }: { points: Blend[]; taken: number; take: (i: number) => void }) {
  const per = points[0]!.currency === 'JPY' ? 1 : 100
  return (
    <>
      <Chart height={300} label={say('curve_means')} on_click={p => { const i = points.findIndex(b => Array.isArray(p.data) && b.cost_minor / per === (p.data as number[])[0]); if (i >= 0) take(i) }}
        option={p => ({
          ...base(p), legend: { show: false }, tooltip: { show: false },
          grid: { left: 8, right: 28, top: 30, bottom: 24, containLabel: true },
          xAxis: value_axis(p, '', { scale: true, name: `${say('cost')}, ${points[0]!.currency}`, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: p.muted, fontSize: 11 } }),
          yAxis: value_axis(p, say('off'), { scale: true, nameTextStyle: { color: p.muted, fontSize: 11, align: 'left', padding: [0, 0, 0, -24] } }),
          series: [{ type: 'line', symbol: 'circle', symbolSize: (_: unknown, q: { dataIndex: number }) => (q.dataIndex === Math.max(0, taken) ? 15 : 10), data: points.map(b => [b.cost_minor / per, b.off]), lineStyle: { color: p.accent }, itemStyle: { color: p.accent } }],
        })} />
      <div className="blend_points blend_curve" role="group" aria-label={say('curve')}>
        {points.map((b, i) => <Button key={i} size="small" type={i === Math.max(0, taken) ? 'primary' : 'default'} onClick={() => take(i)}>{show_number(b.cost_minor / per)}</Button>)}
      </div>
    </>
  )
}

function Bags({ of, got, children }: { of: Blend; got: BlendGot | undefined; children?: ReactNode }) {
  const limited = of.attributes.filter(a => a.leans !== 0)
  const save = () => save_text('blend.csv', ['lot,bags,kg,share', ...of.parts.map(p => [p.lot, p.bags || '', p.mg / 1e6, p.share.toFixed(4)].join(','))].join('\r\n') + '\r\n')
  return (
    <Section title={say('result')} acts={<Button size="small" onClick={save}>{say('copy')}</Button>}>
      <table className="plain blend_table blend_bags">
        <thead><tr><th>{say('lot')}</th><th className="right">{say('bags')}</th><th className="right">{say('kg')}</th><th className="right">{say('share')}</th></tr></thead>
        <tbody>{of.parts.map(p => <tr key={p.lot}><td>{p.lot}</td><td className="right num">{p.bags || say('loose')}</td><td className="right num">{show_number(p.mg / 1e6, p.mg % 1_000_000 ? 3 : 0)}</td><td className="right num">{percent(p.share)}</td></tr>)}</tbody>
      </table>
      <table className="plain blend_table">
        <thead><tr><th>{say('attribute')}</th><th className="right">{say('value')}</th><th className="right">{say('range')}</th></tr></thead>
        <tbody>{of.attributes.map(a => <tr key={a.attribute}><td>{a.attribute}</td><td className="right num">{a.counted ? show_number(a.value, 2) : '?'}{a.counted && a.error > 0 ? ` ± ${show_number(a.error, 2)}` : ''}</td><td className="right num">{show_number(a.low, 2)}–{show_number(a.high, 2)}</td></tr>)}</tbody>
      </table>
      {of.attributes.some(a => a.error > 0) && <p>{say('within')}: <b className="num">{percent(of.within)}</b></p>}
      <h3>{say('what_limits')}</h3>
      {limited.length ? limited.map(a => <p key={a.attribute}>{say(a.leans < 0 ? 'leans_low' : 'leans_high', { attribute: a.attribute, cost: show_money(Math.round(a.saved_by_wider * 0.1), of.currency) })}</p>) : <p className="muted">{say('nothing_limits')}</p>}
      {of.attributes.filter(a => !a.counted).map(a => <p key={a.attribute} className="warn">{say('panel', { attribute: a.attribute, tasters: got?.panel_tasters ?? 0 })}</p>)}
      {children}
    </Section>
  )
}
