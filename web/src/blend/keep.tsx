// Our own goods, blends that were made of them, and what keeps a worked-out blend: as a plan, or as made and signed.
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { send_facts, type Body } from '../api'
import { forget, useGet, useSession } from '../data'
import { show_instant } from '../dates'
import { Link } from '../router'
import { Section } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { show_money, show_number } from '../units'
import { uuid7 } from '../uuid7'
import { percent, type Aim, type Blend, type GoodsAnswer } from './shapes'
import { say } from './words'

const kg = (mg: number) => show_number(mg / 1e6, mg % 1_000_000 ? 3 : 0)
const trace = (lot: string) => `/trace?id=${encodeURIComponent(lot)}`

/// Asks for a name, and tells the fact. Only where every lot of the blend is one of ours.
export function Keep({ of, product, aims, goods }: { of: Blend; product: string; aims: Aim[] | undefined; goods: GoodsAnswer }) {
  const me = useSession()
  const tastings = useGet<{ tastings: { tasting: string; title: string }[] }>('/tastings')
  const [name, set_name] = useState('')
  const [tasting, set_tasting] = useState<string>()
  const [said, set_said] = useState<{ text: string; good: boolean }>()
  const [busy, set_busy] = useState(false)
  const ours = of.parts.every(p => goods.goods.some(g => g.lot === p.lot))
  if (!ours) return <p className="muted small">{say('not_ours')}</p>
  const recipe: Body = {
    product, components: of.parts.map(p => (p.bags ? `${p.lot}=${p.bags}` : `${p.lot}=${p.mg / 1e6} kg`)), target: aims?.map(a => `${a.attribute}=${a.low}..${a.high}@${a.target}`) ?? [],
    promised: of.attributes.filter(a => a.counted).map(a => `${a.attribute}=${Number(a.value.toPrecision(6))}${a.error > 0 ? `±${Number(a.error.toPrecision(3))}` : ''}`), cost_minor: of.cost_minor, currency: of.currency, within: Number(of.within.toPrecision(6)),
  }
  const tell = async (kind: 'blend' | 'blend_plan') => {
    set_busy(true)
    const body = kind === 'blend' ? { lot: name.trim(), ...recipe, tasting } : { plan: name.trim(), ...recipe }
    const [got] = await send_facts([{ id: uuid7(), kind, body }]).catch((e: unknown) => [{ id: '', outcome: 'refused' as const, detail: e instanceof Error ? e.message : String(e) }])
    set_busy(false)
    const good = got!.outcome !== 'refused'
    set_said({ text: good ? say(kind === 'blend' ? 'blend_told' : 'plan_told', { name: name.trim() }) : (got!.detail ?? ''), good })
    if (good) { forget('/blending/goods'); set_name('') }
  }
  return (
    <div className="blend_keep">
      <h3>{say('keep')}</h3>
      <label htmlFor="blend_name"><span>{say('new_lot')}</span><Input id="blend_name" value={name} onChange={e => set_name(e.target.value)} maxLength={64} /></label>
      {(tastings.data?.tastings.length ?? 0) > 0 && (
        <label htmlFor="blend_tasting"><span>{say('tasting')}</span>
          <Select id="blend_tasting" allowClear value={tasting} onChange={set_tasting} options={tastings.data!.tastings.map(x => ({ value: x.tasting, label: `${x.tasting} ${x.title}` }))} />
        </label>
      )}
      <div className="blend_points">
        <Button disabled={!name.trim() || busy} onClick={() => void tell('blend_plan')}>{say('plan_it')}</Button>
        {me.may.includes('manage') && <Button type="primary" disabled={!name.trim() || busy} onClick={() => void tell('blend')}>{say('made_it')}</Button>}
      </div>
      {said && <p className={said.good ? 'muted' : 'warn'} role="status">{said.text}</p>}
    </div>
  )
}

export function Goods({ of }: { of: GoodsAnswer }) {
  const me = useSession()
  const [out, set_out] = useState<{ lot: string; bags: boolean } | null>(null)
  const name = (cause: string) => say(cause === 'sold' ? 'sold' : cause === 'used' ? 'used' : 'lost')
  return (
    <>
      {of.goods.length > 0 && (
        <Section title={say('our_lots')}>
          <div className="blend_wide"><table className="plain blend_table blend_goods">
            <thead><tr><th>{say('lot')}</th><th className="right">{say('left')}</th><th className="right">{say('price')}</th><th>{say('went_into')}</th><th></th></tr></thead>
            <tbody>{of.goods.map(g => (
              <tr key={g.lot}>
                <td><Link to={trace(g.lot)}>{g.lot}</Link> <span className="muted small">{g.blended ? say('a_blend') : g.variety}</span><div className="muted small">{(g.attributes ?? []).join(', ').replaceAll('=', ' ')}</div>{g.hold && <div className="warn small">{say('on_hold', { hold: g.hold })}</div>}</td>
                <td className="right num">{g.bag_mg ? `${g.left_bags} × ${kg(g.bag_mg)}` : kg(g.left_mg)} kg</td>
                <td className="right num">{g.price_minor != null && show_money(g.price_minor, g.currency ?? 'CNY')}</td>
                <td>{g.blends?.map((b, i) => <span key={b}>{i > 0 && ', '}<Link to={trace(b)}>{b}</Link></span>)}</td>
                <td>{me.may.includes('record') && g.left_mg > 0 && <Button size="small" onClick={() => set_out({ lot: g.lot, bags: !!g.bag_mg })}>{say('leaves')}</Button>}</td>
              </tr>
            ))}</tbody>
          </table></div>
          {(of.left_out?.length ?? 0) > 0 && <p className="muted small">{say('left_out', { lots: of.left_out!.join(', ') })}</p>}
        </Section>
      )}
      {of.outs.length > 0 && (
        <Section title={say('gone')}>
          <div className="blend_wide"><table className="plain blend_table blend_gone">
            <thead><tr><th>{say('lot')}</th><th className="right">{say('kg')}</th><th>{say('how')}</th><th>{say('signed')}</th></tr></thead>
            <tbody>{of.outs.map(o => (
              <tr key={o.fact}>
                <td><Link to={trace(o.lot)}>{o.lot}</Link></td>
                <td className="right num">{kg(o.amount_mg)}{o.bags && <span className="muted small"> ({o.bags})</span>}</td>
                <td>{name(o.cause)}{o.party && ` · ${o.party}`}{o.price_minor != null && <span className="num"> · {show_money(o.price_minor, o.currency ?? 'CNY')}</span>}{o.invoice && <span className="muted small"> {o.invoice}</span>}</td>
                <td><Link to={`/journal?subject=${encodeURIComponent('lot:' + o.lot)}`}>{o.by}, {show_instant(o.at)}</Link></td>
              </tr>
            ))}</tbody>
          </table></div>
        </Section>
      )}
      {of.blends.length > 0 && (
        <Section title={say('blends_made')}>
          <div className="blend_wide"><table className="plain blend_table blend_made">
            <thead><tr><th>{say('lot')}</th><th className="right">{say('kg')}</th><th>{say('made_of')}</th><th>{say('signed')}</th></tr></thead>
            <tbody>{of.blends.map(b => (
              <tr key={b.fact}>
                <td><Link to={trace(b.lot)}>{b.lot}</Link>{b.tasting && <div className="small"><Link to={`/tastings/${encodeURIComponent(b.tasting)}`}>{say('compared', { tasting: b.tasting })}</Link></div>}</td>
                <td className="right num">{kg(b.amount_mg)}</td>
                <td>{b.components.map((c, i) => { const [lot, what] = c.split('='); return <span key={c}>{i > 0 && ', '}<Link to={trace(lot!)}>{lot}</Link> <span className="num">{what}</span></span> })}{b.within != null && b.within < 1 && <span className="muted small"> {say('within')}: {percent(b.within)}</span>}</td>
                <td><Link to={`/journal?subject=${encodeURIComponent('lot:' + b.lot)}`}>{b.by}, {show_instant(b.at)}</Link></td>
              </tr>
            ))}</tbody>
          </table></div>
        </Section>
      )}
      {out && <FactForm kind="goods_out" title={`${say('leaves')} · ${out.lot}`} preset={{ lot: out.lot, cause: 'sold' }} hide={['lot', ...(out.bags ? [] : ['bags'])]} first={['cause', 'party', ...(out.bags ? ['bags'] : []), 'amount_mg', 'price_minor', 'currency', 'invoice', 'note']} close={() => set_out(null)} done={() => forget('/')} />}
      {of.plans.some(p => !p.made) && (
        <Section title={say('plans')}>
          <ul className="blend_plans">{of.plans.filter(p => !p.made).map(p => <li key={p.fact}><b>{p.plan}</b>: {p.components.join(', ').replaceAll('=', ' ')}{p.cost_minor != null && `; ${show_money(p.cost_minor, p.currency ?? 'CNY')}`} <span className="muted">{p.by}, {show_instant(p.at)}</span></li>)}</ul>
        </Section>
      )}
    </>
  )
}
