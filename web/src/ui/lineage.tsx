import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { balances_at, line_of, picture_of, way_of, worst_balance, type BalanceAt, type Band, type Cluster, type Graph, type Picture } from '../trace/graph'
import type { Balance, Trace } from '../trace/shapes'
import { gap_of } from '../trace/sums'
import { band_words, cluster_about, cluster_name, gap_words, icon_of, kind_word } from '../trace/words'
import { t } from '../i18n'
import { Icon } from './icons'

const box_height = 50
const width_of_box = (c: Cluster) => (c.kind === 'process' ? 142 : 194)
const sizes = { width: width_of_box, height: (c: Cluster) => (c.kind === 'process' ? 40 : box_height), between: 90, apart: 18 }
const readable = 0.8, whole_from = 0.55      // nearer than the one everything is written on a step; farther than the other not all is shown at first
interface View { x: number; y: number; k: number }
const least_zoom = 0.12, most_zoom = 2.5

/// The lineage from left to right: walk it by clicks or arrow keys, drag it, zoom it.
export function Lineage({ graph, start, chosen, choose, hits, trace }: {
  graph: Graph; start: string; chosen: string; choose: (cluster_or_band: string) => void; hits: ReadonlySet<string>; trace: Trace
}) {
  const box = useRef<HTMLDivElement>(null)
  const [view, set_view] = useState<View>({ x: 0, y: 0, k: 1 })
  const [smooth, set_smooth] = useState(false)
  const [room, set_room] = useState({ width: 900, height: 560 })
  const picture = useMemo(() => picture_of(graph, sizes), [graph])
  const marks = useMemo(() => balances_at(graph, trace.balances), [graph, trace])
  const bands = useMemo(() => new Map(graph.bands.map(b => [b.id, b])), [graph])
  const way = useMemo(() => (chosen && picture.boxes.has(chosen) ? way_of(graph, chosen) : null), [graph, chosen, picture])
  const home = graph.of.get(start) ?? ''

  const around = (p: Picture, id: string, k: number): View => {
    const b = p.boxes.get(id)
    return b ? { k, x: room.width / 2 - (b.x + b.width / 2) * k, y: room.height / 2 - (b.y + b.height / 2) * k } : { x: 24, y: 24, k }
  }
  const fitted = (p: Picture): View => {
    const k = Math.min(1, (room.width - 112) / Math.max(1, p.width), (room.height - 64) / Math.max(1, p.height))
    return { k, x: (room.width - p.width * k) / 2, y: (room.height - p.height * k) / 2 }
  }
  /// What is seen first: all of it, or where that would be too small to read, the start and as much as fits around it.
  const begin = (p: Picture): View => {
    const all = fitted(p)
    if (all.k >= whole_from) return all
    const { x, y } = around(p, home, readable)
    const kept = (v: number, size: number, room_: number) => (size * readable + 48 < room_ ? (room_ - size * readable) / 2 : Math.min(24, Math.max(room_ - size * readable - 24, v)))
    return { k: readable, x: kept(x, p.width, room.width), y: kept(y, p.height, room.height) }
  }
  const move = (to: View) => { set_smooth(true); set_view(to) }

  useLayoutEffect(() => {
    const el = box.current!
    const look = () => set_room({ width: el.clientWidth, height: el.clientHeight })
    look()
    const observer = new ResizeObserver(look)
    observer.observe(el)
    return () => observer.disconnect()
  }, [])

  const into_sight = (id: string) => {
    const b = picture.boxes.get(id)
    if (!b) return
    const x = view.x + b.x * view.k, y = view.y + b.y * view.k
    if (x < 8 || y < 8 || x + b.width * view.k > room.width - 8 || y + b.height * view.k > room.height - 8) move(around(picture, id, view.k))
  }
  // A new picture: what was looked at stays where it was on the screen.
  const before = useRef<{ picture: Picture; room: typeof room } | null>(null)
  useLayoutEffect(() => {
    const was = before.current
    before.current = { picture, room }
    if (!was || (was.room !== room && !chosen)) { set_smooth(false); set_view(begin(picture)); return }
    if (was.room !== room) { into_sight(chosen); return }
    if (was.picture === picture) return
    const anchor = [chosen, home, ...picture.boxes.keys()].find(id => picture.boxes.has(id) && was.picture.boxes.has(id))
    if (!anchor) { set_view(begin(picture)); return }
    const a = was.picture.boxes.get(anchor)!, b = picture.boxes.get(anchor)!
    set_view(v => ({ ...v, x: v.x + (a.x - b.x) * v.k, y: v.y + (a.y - b.y) * v.k }))
  }, [picture, room])

  const zoom = (by: number, at = { x: room.width / 2, y: room.height / 2 }) => set_view(v => {
    const k = Math.min(most_zoom, Math.max(least_zoom, v.k * by))
    return { k, x: at.x - ((at.x - v.x) * k) / v.k, y: at.y - ((at.y - v.y) * k) / v.k }
  })
  useEffect(() => {
    const el = box.current!
    const wheel = (e: WheelEvent) => {
      e.preventDefault()
      set_smooth(false)
      const r = el.getBoundingClientRect()
      if (e.shiftKey) set_view(v => ({ ...v, x: v.x - e.deltaY - e.deltaX }))
      else zoom(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.0018)), { x: e.clientX - r.left, y: e.clientY - r.top })
    }
    el.addEventListener('wheel', wheel, { passive: false })
    return () => el.removeEventListener('wheel', wheel)
  }, [])

  // The thing that was searched or walked to comes into sight.
  const hit = hits.size ? [...hits][0] : ''
  useEffect(() => { if (hit && picture.boxes.has(hit)) move(around(picture, hit, Math.max(view.k, 0.8))) }, [hit])
  useEffect(() => into_sight(chosen), [chosen])

  const fingers = useRef(new Map<number, { x: number; y: number }>())
  const [dragging, set_dragging] = useState(false)
  const press = (e: PointerEvent<HTMLDivElement>) => {
    if ((e.target as Element).closest('button') || e.button !== 0) return
    e.currentTarget.setPointerCapture(e.pointerId)
    fingers.current.set(e.pointerId, { x: e.clientX, y: e.clientY })
    set_smooth(false)
    set_dragging(true)
  }
  const drag = (e: PointerEvent<HTMLDivElement>) => {
    const was = fingers.current.get(e.pointerId)
    if (!was) return
    const other = [...fingers.current].find(([id]) => id !== e.pointerId)?.[1]
    if (other) {
      const r = box.current!.getBoundingClientRect()
      zoom(Math.hypot(e.clientX - other.x, e.clientY - other.y) / Math.max(1, Math.hypot(was.x - other.x, was.y - other.y)), { x: (e.clientX + other.x) / 2 - r.left, y: (e.clientY + other.y) / 2 - r.top })
    } else set_view(v => ({ ...v, x: v.x + e.clientX - was.x, y: v.y + e.clientY - was.y }))
    fingers.current.set(e.pointerId, { x: e.clientX, y: e.clientY })
  }
  const lift = (e: PointerEvent<HTMLDivElement>) => { fingers.current.delete(e.pointerId); set_dragging(fingers.current.size > 0) }

  const keys = (e: KeyboardEvent<HTMLDivElement>) => {
    const id = (e.target as HTMLElement).dataset?.step
    if (e.key === '+' || e.key === '=') zoom(1.25)
    else if (e.key === '-') zoom(0.8)
    else if (e.key === '0') move(fitted(picture))
    else if (id && e.key.startsWith('Arrow')) {
      const at = picture.boxes.get(id)!
      const column = picture.layers[at.layer]
      const i = column.findIndex(b => b.id === id)
      const near = (ends: string[]) => ends.map(x => picture.boxes.get(x)!).sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y))[0]
      const next = e.key === 'ArrowUp' ? column[i - 1] : e.key === 'ArrowDown' ? column[i + 1]
        : e.key === 'ArrowLeft' ? near(graph.bands.filter(b => b.to === id).map(b => b.from)) : near(graph.bands.filter(b => b.from === id).map(b => b.to))
      if (next) { choose(next.id); box.current!.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.id)}"]`)?.focus({ preventScroll: true }) }
    } else return
    e.preventDefault()
  }

  const most = Math.max(0, ...graph.bands.map(b => weight_of(b)))
  const seen = (x: number, y: number, w: number, h: number) =>
    view.x + (x + w) * view.k > -200 && view.x + x * view.k < room.width + 200 && view.y + (y + h) * view.k > -200 && view.y + y * view.k < room.height + 200
  return (
    <div className={dragging ? 'lineage lineage_drag' : 'lineage'} ref={box} role="group" aria-label={t('trace.graph_label')} onPointerDown={press} onPointerMove={drag} onPointerUp={lift} onPointerCancel={lift} onKeyDown={keys}
      onScroll={e => { e.currentTarget.scrollTo(0, 0) }} onFocus={e => into_sight((e.target as HTMLElement).dataset.step ?? '')}>
      <div className={`lineage_world${smooth ? ' lineage_smooth' : ''}${view.k < readable - 0.05 ? ' lineage_far' : ''}`} style={{ transform: `translate(${view.x}px,${view.y}px) scale(${view.k})` }} data-zoom={view.k.toFixed(2)}>
        <svg width={Math.max(1, picture.width)} height={Math.max(1, picture.height)} className="lineage_lines" aria-hidden="true">
          {picture.paths.map(({ band, points }) => {
            const dim = way && !way.has(band.id), d = line_of(points)
            return (
              <g key={band.id} className={`band band_${band.kind}${band.bridged ? ' band_bridged' : ''}${dim ? ' dim' : ''}${chosen === band.id ? ' band_chosen' : ''}`} onClick={() => choose(band.id)}>
                <path className="band_catch" d={d} />
                <path className="band_line" d={d} strokeWidth={width_of(band, most)} />
              </g>
            )
          })}
          {view.k > 0.45 && picture.paths.map(({ band, points }) => <BandLabel key={band.id} band={band} points={points} graph={graph} dim={!!way && !way.has(band.id)} most={view.k < readable - 0.05 ? 8 : 40} />)}
        </svg>
        {graph.clusters.map(c => {
          const b = picture.boxes.get(c.id)!
          if (!seen(b.x, b.y, b.width, b.height) && c.id !== chosen && c.id !== home) return null
          return <Step key={c.id} cluster={c} x={b.x} y={b.y} is_start={c.id === home} chosen={c.id === chosen} hit={hits.has(c.id)} dim={!!way && !way.has(c.id)} choose={choose}
            marks={marks.filter(m => m.cluster === c.id)} gap={gap_of(trace, c.members.map(m => m.id))} />
        })}
      </div>
      <div className="lineage_keys">
        <button type="button" onClick={() => { set_smooth(true); zoom(1.3) }} aria-label={t('trace.nearer')} title={t('trace.nearer')}><Icon name="plus" size={18} /></button>
        <button type="button" onClick={() => { set_smooth(true); zoom(1 / 1.3) }} aria-label={t('trace.farther')} title={t('trace.farther')}><Icon name="minus" size={18} /></button>
        <button type="button" onClick={() => move(fitted(picture))} aria-label={t('trace.fit')} title={t('trace.fit')}><Icon name="fit" size={18} /></button>
      </div>
      <Small picture={picture} view={view} room={room} home={home} chosen={chosen} look={(x, y) => move({ k: view.k, x: room.width / 2 - x * view.k, y: room.height / 2 - y * view.k })} />
      {bands.size === 0 && <p className="lineage_alone muted">{t('trace.alone')}</p>}
    </div>
  )
}

/// The whole picture in a corner, with what is in sight, where not all of it is.
function Small({ picture, view, room, home, chosen, look }: { picture: Picture; view: View; room: { width: number; height: number }; home: string; chosen: string; look: (x: number, y: number) => void }) {
  const left = -view.x / view.k, top = -view.y / view.k, wide = room.width / view.k, high = room.height / view.k
  if (left <= 0 && top <= 0 && left + wide >= picture.width && top + high >= picture.height) return null
  const k = Math.min(170 / Math.max(1, picture.width), 90 / Math.max(1, picture.height))
  const width = Math.max(8, picture.width * k), height = Math.max(8, picture.height * k)
  return (
    <svg className="lineage_small" width={width + 12} height={height + 12} viewBox={`-6 -6 ${width + 12} ${height + 12}`} aria-hidden="true"
      onPointerDown={e => { e.stopPropagation(); const r = e.currentTarget.getBoundingClientRect(); look((e.clientX - r.left - 6) / k, (e.clientY - r.top - 6) / k) }}>
      {[...picture.boxes.values()].slice(0, 1500).map(b => <rect key={b.id} x={b.x * k} y={b.y * k} width={b.width * k} height={Math.max(1.5, b.height * k)} rx={1} className={b.id === home || b.id === chosen ? 'small_home' : 'small_box'} />)}
      <rect x={Math.max(-5, left * k)} y={Math.max(-5, top * k)} width={Math.min(width + 5, (left + wide) * k) - Math.max(-5, left * k)} height={Math.min(height + 5, (top + high) * k) - Math.max(-5, top * k)} className="small_view" rx={2} />
    </svg>
  )
}

/// Kilograms where a band tells them; else nought.
function weight_of(band: Band): number {
  const per: Record<string, number> = { KGM: 1, GRM: 0.001, TNE: 1000 }
  return band.kind === 'transformed' && band.quantity != null && band.uom && per[band.uom] ? band.quantity * per[band.uom] : 0
}
const width_of = (band: Band, most: number) => {
  const kg = weight_of(band)
  return kg > 0 && most > 0 ? 1.6 + 7 * Math.sqrt(kg / most) : band.kind === 'transformed' ? 1.6 : 1.2
}

function BandLabel({ band, points, graph, dim, most }: { band: Band; points: [number, number][]; graph: Graph; dim: boolean; most: number }) {
  const text = band_words(band)
  if (!text || text.length > most) return null
  // Near the end where lines part.
  const parts = graph.bands.filter(b => b.from === band.from).length, meets = graph.bands.filter(b => b.to === band.to).length
  const last = parts >= meets
  const [a, b] = last ? [points[points.length - 2], points[points.length - 1]] : [points[0], points[1]]
  const share = parts > 1 && meets > 1 ? 0.5 : last ? 0.6 : 0.4
  const y = a[1] + (b[1] - a[1]) * (share * share * (3 - 2 * share))
  return <text className={dim ? 'band_label dim' : 'band_label'} x={a[0] + (b[0] - a[0]) * share} y={y - 5} textAnchor="middle">{text}</text>
}

function Step({ cluster, x, y, is_start, chosen, hit, dim, choose, marks, gap }: {
  cluster: Cluster; x: number; y: number; is_start: boolean; chosen: boolean; hit: boolean; dim: boolean; choose: (id: string) => void; marks: BalanceAt[]; gap?: ReturnType<typeof gap_of>
}) {
  const many = cluster.members.length > 1
  const name = cluster_name(cluster)
  const classes = ['step', `step_${cluster.kind}`, many && 'step_many', is_start && 'step_start', chosen && 'step_chosen', hit && 'step_hit', dim && 'dim', gap && `step_gap step_gap_${gap.side}`].filter(Boolean).join(' ')
  return (
    <button type="button" className={classes} data-step={cluster.id} style={{ left: x, top: y, width: width_of_box(cluster), height: sizes.height(cluster) }} onClick={() => choose(cluster.id)} aria-pressed={chosen} title={gap ? gap_words(gap.gap) : name}
      aria-label={[kind_word(cluster.kind), name, gap && `${t('trace.gap')}: ${gap_words(gap.gap)}`, ...marks.map(m => balance_words(worst_balance(m.balances)))].filter(Boolean).join(', ')}>
      <Icon name={icon_of[cluster.kind]} size={18} />
      <span className="step_text"><small>{cluster_about(cluster)}</small><b>{name}</b></span>
      {marks.map(m => <BalanceMark key={m.side} balances={m.balances} side={m.side} />)}
    </button>
  )
}

const balance_words = (b: Balance) => `${t('trace.balance')}: ${t(`balance.${b.verdict}`)}`

export function BalanceMark({ balances, side = 'on' }: { balances: Balance[]; side?: BalanceAt['side'] }) {
  const balance = worst_balance(balances)
  const icon = { balanced: 'check', loss: 'minus', more_out_than_in: 'warn', unknown: 'more' } as const
  return <span className={`balance balance_at_${side} balance_${balance.verdict}`} title={balance_words(balance)}><Icon name={icon[balance.verdict]} size={12} /></span>
}
