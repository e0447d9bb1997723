import { Button, Input } from 'antd'
import { useState } from 'react'
import { balances_at, type Cluster, type Graph } from '../trace/graph'
import type { Balance, Trace, TraceEvent, TraceNode } from '../trace/shapes'
import { band_words, bare, cluster_about, cluster_name, day_words, disposition_word, gap_words, icon_of, kind_word, node_name, place_name, quantity_words, span_words, step_word, substance_of, tag_of } from '../trace/words'
import type { PoolRow } from '../api'
import { useAsOf, useGet } from '../data'
import { show_instant } from '../dates'
import { own_script, t, word } from '../i18n'
import { go, Link } from '../router'
import { show_number } from '../units'
import { useNames } from './basic'
import { Icon } from './icons'
import { QuietMap } from './quiet_map'

export interface PanelActs { take_out: (id: string) => void; open_all: (c: Cluster) => void; put_back: (id: string) => void; step: (n: TraceNode, way: 'up' | 'down') => void; trace: (id: string) => void }

/// What is known of the chosen thing or link: facts, the events behind it, its place, and what can be done from here.
export function Panel({ trace, attached, graph, chosen, apart, acts, busy }: { trace: Trace; attached: Trace; graph: Graph; chosen: string; apart: ReadonlySet<string>; acts: PanelActs; busy: string }) {
  const cluster = graph.clusters.find(c => c.id === chosen)
  const band = graph.bands.find(b => b.id === chosen)
  if (band) {
    const ends = [graph.clusters.find(c => c.id === band.from)!, graph.clusters.find(c => c.id === band.to)!]
    const events = new Set(band.edges.flatMap(e => e.events))
    return (
      <div className="lp">
        <p className="lp_kind">{word('trace_edge', band.kind)}</p>
        <h2 className="lp_name">{cluster_name(ends[0])} → {cluster_name(ends[1])}</h2>
        <dl className="lp_facts">
          {band.quantity != null && <><dt>{t('trace.quantity')}</dt><dd className="num">{quantity_words(band.quantity, band.uom)}</dd></>}
          {band.kind === 'contained' && band_words(band) && <><dt>{t('trace.contained')}</dt><dd>{band_words(band)}</dd></>}
          {band.edges.length > 1 && <><dt>{t('trace.links')}</dt><dd className="num">{show_number(band.edges.length)}</dd></>}
        </dl>
          {band.bridged && <p className="muted small">{t('trace.bridged')}</p>}
        <EventList trace={trace} numbers={events} />
      </div>
    )
  }
  if (!cluster) return <p className="nothing">{t('trace.choose')}</p>
  if (cluster.members.length > 1) return <Many cluster={cluster} trace={trace} acts={acts} />
  return <One node={cluster.members[0]} balances={balances_at(graph, trace.balances).filter(b => b.cluster === cluster.id).flatMap(b => b.balances)} trace={trace} attached={attached.edges.filter(e => e.kind === 'associated' && e.to === cluster.members[0].id).map(e => attached.nodes.find(n => n.id === e.from)!).filter(Boolean)} folded_before={apart.has(cluster.members[0].id)} acts={acts} busy={busy} />
}

function Many({ cluster, trace, acts }: { cluster: Cluster; trace: Trace; acts: PanelActs }) {
  const [text, set_text] = useState('')
  const found = cluster.members.filter(m => !text || node_name(m).toLowerCase().includes(text.toLowerCase()))
  const ids = new Set(cluster.members.map(m => m.id))
  const gaps = trace.gaps.filter(g => ids.has(g.id))
  return (
    <div className="lp">
      <p className="lp_kind">{cluster_about(cluster)}</p>
      <h2 className="lp_name">{cluster_name(cluster)}</h2>
      {gaps.length > 0 && <p className="notice notice_warn"><Icon name="warn" size={16} /> {gap_words(gaps[0])}</p>}
      <div className="lp_acts">{cluster.members.length <= 60 && <Button size="small" onClick={() => acts.open_all(cluster)}>{t('trace.open_all')}</Button>}</div>
      {cluster.members.length > 8 && <Input allowClear value={text} onChange={e => set_text(e.target.value)} placeholder={t('trace.find_among')} aria-label={t('trace.find_among')} />}
      <p className="muted small">{t('trace.take_out_means')}</p>
      <ul className="lp_members">
        {found.slice(0, 200).map(m => <li key={m.id}><button type="button" className="quiet num" onClick={() => acts.take_out(m.id)}>{node_name(m)}</button>{m.grade && <span className="muted small"> {m.grade}</span>}</li>)}
      </ul>
      {found.length > 200 && <p className="muted small">{t('today.and_more', { count: found.length - 200 })}</p>}
    </div>
  )
}

function One({ node, balances, trace, attached, folded_before, acts, busy }: { node: TraceNode; balances: Balance[]; trace: Trace; attached: TraceNode[]; folded_before: boolean; acts: PanelActs; busy: string }) {
  const names = useNames()
  const events = new Set(trace.edges.filter(e => e.from === node.id || e.to === node.id).flatMap(e => e.events))
  const gap = trace.gaps.find(g => g.id === node.id)
  const pools = usePools(trace.events.filter(e => events.has(e.no)))
  const inside = trace.edges.filter(e => e.kind === 'contained' && e.from === node.id)
  return (
    <div className="lp">
      <p className="lp_kind"><Icon name={icon_of[node.kind]} size={16} /> {substance_of(node) ?? kind_word(node.kind)}</p>
      <h2 className="lp_name">{node_name(node)}</h2>
      {gap && <p className="notice notice_warn"><Icon name="warn" size={16} /> {gap_words(gap)}</p>}
      <dl className="lp_facts">
        {node.species && <><dt>{t('field.species')}</dt><dd>{names.species(node.species)}</dd></>}
        {node.article && <><dt>{t('trace.article')}</dt><dd>{node.article}</dd></>}
        {node.grade && <><dt>{t('trace.grade_word')}</dt><dd>{node.grade}</dd></>}
        {node.label && <><dt>{t('trace.label')}</dt><dd><code className="lp_code">{node.label}</code></dd></>}
        {node.place && <><dt>{t('trace.place')}</dt><dd><Place uri={node.place} name={node.place_name} /></dd></>}
        {pools.length > 0 && <><dt>{t('field.pool')}</dt><dd className="lp_pools">{pools.map(p => <Link key={p.pool} to={`/pools/${encodeURIComponent(p.pool)}`}>{p.pool}</Link>)}</dd></>}
        {inside.map((e, i) => <span key={i} className="lp_row"><dt>{t('trace.contained_in')}</dt><dd>{node_name(trace.nodes.find(n => n.id === e.to) ?? node)}<br /><span className="muted small">{span_words(e.from_at, e.until_at)}</span></dd></span>)}
        {attached.map(a => <span key={a.id} className="lp_row"><dt>{t('trace.attached')}</dt><dd className="num">{node_name(a).replace(/^\d{6,10}PIT/, '')}</dd></span>)}
        {node.first_at && <><dt>{t('trace.first_seen')}</dt><dd>{day_words(node.first_at)}</dd></>}
        {node.last_at && <><dt>{t('trace.last_seen')}</dt><dd>{day_words(node.last_at)}</dd></>}
        <dt>{t('trace.key')}</dt><dd><code className="lp_code">{node.id}</code></dd>
      </dl>
      {balances.slice(0, 3).map(b => <BalanceTable key={b.process} balance={b} steps={trace.events.filter(e => b.events.includes(e.no)).map(e => e.biz_step)} />)}
      <div className="lp_acts">
        {node.id !== trace.start && <Button size="small" type="primary" onClick={() => acts.trace(node.id)}>{t('trace.from_here')}</Button>}
        {tag_of(node) && <Button size="small" href={`/fish/${tag_of(node)}`} onClick={e => { e.preventDefault(); go(`/fish/${tag_of(node)}`) }}>{t('trace.open_fish')}</Button>}
        <Button size="small" loading={busy === `up ${node.id}`} onClick={() => acts.step(node, 'up')} icon={<Icon name="left" size={14} />}>{t('trace.earlier')}</Button>
        <Button size="small" loading={busy === `down ${node.id}`} onClick={() => acts.step(node, 'down')} icon={<Icon name="right" size={14} />} iconPlacement="end">{t('trace.later')}</Button>
        {folded_before && node.id !== trace.start && <Button size="small" onClick={() => acts.put_back(node.id)}>{t('trace.fold_again')}</Button>}
      </div>
      {pools[0]?.latitude != null && pools[0].longitude != null ? <QuietMap dots={[{ latitude: pools[0].latitude, longitude: pools[0].longitude, name: pools[0].pool }]} label={t('trace.map_label', { name: pools[0].pool })} height={150} across={36} /> : node.place && <PlaceMap uri={node.place} />}
      <EventList trace={trace} numbers={events} />
    </div>
  )
}

function BalanceTable({ balance, steps }: { balance: Balance; steps: string[] }) {
  const rows = balance.in_kg == null && balance.out_kg == null && (balance.in_heads != null || balance.out_heads != null)
    ? ([['trace.balance_in', balance.in_heads, ''], ['trace.balance_out', balance.out_heads, '']] as const)
    : ([['trace.balance_in', balance.in_kg, 'kg'], ['trace.balance_out', balance.out_kg, 'kg'], ['trace.balance_difference', balance.difference_kg, 'kg']] as const)
  return (
    <div className={`lp_balance lp_balance_${balance.verdict}`}>
      <h3>{t('trace.balance')}{steps[0] && <span className="muted"> {step_word(steps[0])}</span>}</h3>
      <table className="steps"><tbody>
        {rows.map(([k, amount, unit], i) => <tr key={k} className={i === 2 ? 'total' : undefined}><th scope="row">{t(k)}</th><td className="num right">{amount == null ? '–' : `${show_number(amount, unit ? 3 : 0)} ${unit}`}</td></tr>)}
      </tbody></table>
      <p className="small">{t(`balance.${balance.verdict}`)}</p>
    </div>
  )
}

const usePool = (uri: string) => {
  const { at } = useAsOf()
  const pools = useGet<{ pools: PoolRow[] }>('/pools' + (at ? `?at=${at}` : '')).data?.pools
  const name = place_name(uri)
  return pools?.find(p => p.pool === name)
}

export function Place({ uri, name: told }: { uri: string; name?: string }) {
  const pool = usePool(uri)
  const name = place_name(uri)
  return pool ? <Link to={`/pools/${encodeURIComponent(pool.pool)}`}>{name}</Link> : <span title={uri}>{told ? own_script(told) : name}</span>
}

/// Pools among the places of events, each once, the last first.
function usePools(events: TraceEvent[]): PoolRow[] {
  const { at } = useAsOf()
  const pools = useGet<{ pools: PoolRow[] }>('/pools' + (at ? `?at=${at}` : '')).data?.pools
  const names = [...new Set([...events].sort((a, b) => b.event_at.localeCompare(a.event_at)).map(e => place_name(e.place)))]
  return names.flatMap(name => pools?.find(p => p.pool === name) ?? [])
}

function PlaceMap({ uri }: { uri: string }) {
  const pool = usePool(uri)
  const geo = /^geo:(-?[\d.]+),(-?[\d.]+)/.exec(uri)
  const dot = geo ? { latitude: Number(geo[1]), longitude: Number(geo[2]) } : pool?.latitude != null && pool.longitude != null ? { latitude: pool.latitude, longitude: pool.longitude, name: pool.pool } : null
  return dot && <QuietMap dots={[dot]} label={t('trace.map_label', { name: place_name(uri) })} height={150} across={36} />
}

export const event_address = (event_id: string) => `/events?event=${encodeURIComponent(event_id)}`

function EventList({ trace, numbers }: { trace: Trace; numbers: ReadonlySet<number> }) {
  const events = trace.events.filter(e => numbers.has(e.no)).sort((a, b) => a.event_at.localeCompare(b.event_at))
  const [all, set_all] = useState(false)
  if (!events.length) return null
  return (
    <>
      <h3>{t('trace.events')}</h3>
      <ol className="lp_events">{(all ? events : events.slice(0, 12)).map(e => <EventLine key={e.no} event={e} />)}</ol>
      {!all && events.length > 12 && <button type="button" className="quiet" onClick={() => set_all(true)}>{t('trace.events_more', { count: events.length - 12 })}</button>}
    </>
  )
}

function EventLine({ event }: { event: TraceEvent }) {
  return (
    <li>
      <Link to={event_address(event.event_id)}><b>{step_word(event.biz_step) || word('event_type', event.type)}</b></Link>
      <span className="muted small"> {[bare(event.disposition) && disposition_word(event.disposition), place_name(event.place)].filter(Boolean).join(' · ')}</span>
      <span className="lp_when"><time className="num small muted" dateTime={event.event_at}>{show_instant(event.event_at)}</time>{!event.ours && <span className="act">{t('trace.partner')}</span>}</span>
    </li>
  )
}
