import { Button, Drawer, Input, Popover, Segmented } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { get, query_text, type Hit, type Problem } from '../api'
import { useGet } from '../data'
import { show_instant } from '../dates'
import { t } from '../i18n'
import { narrow } from '../prefs'
import { go, Link, useQuery } from '../router'
import { useCell } from '../store'
import { graph_of, layers_of, type Cluster } from '../trace/graph'
import type { Direction, Trace as Answered, TraceKind, TraceNode } from '../trace/shapes'
import { one_step, together, without_attached } from '../trace/sums'
import { kind_word, kinds, node_name, sentence_of } from '../trace/words'
import { show_number } from '../units'
import { Nothing, PageHead, problem_text, Section, Waiting } from '../ui/basic'
import { Camera, Detector } from '../ui/camera'
import { Icon } from '../ui/icons'
import { Lineage } from '../ui/lineage'
import { LineageList } from '../ui/lineage_list'
import { Panel, type PanelActs } from '../ui/lineage_panel'


const Recall = lazy(() => import('./recall'))
const address = (id: string) => `/trace?id=${encodeURIComponent(id)}`

/// Any thing of the chain: what it came from, what became of it, who has it.
export default function Trace() {
  const [id] = useQuery('id')
  const [view, set_view] = useQuery('view', 'graph')
  const [direction, set_direction] = useQuery('direction', 'both')
  const got = useGet<Answered>(id ? '/trace' + query_text({ id, direction }) : null)
  useEffect(() => { if (got.data && id) remember(got.data) }, [got.data, id])
  if (!id) return <Begin />
  const head = (
    <PageHead title={t('nav.trace')} sentence={got.data ? sentence_of(got.data) : got.problem ? problem_text(got.problem) : ' '}
      acts={<Segmented value={view} onChange={v => set_view(v)} aria-label={t('trace.view')} options={[{ value: 'graph', label: t('trace.lineage') }, { value: 'recall', label: t('trace.recall') }]} />} />
  )
  return (
    <>
      {head}
      <Seek small now={id} />
      {view === 'recall' ? <Suspense fallback={<Waiting />}><Recall id={id} /></Suspense>
        : got.problem ? <Unknown problem={got.problem} retry={got.reload} />
        : got.data ? <Walk key={got.data.start + direction} answer={got.data} direction={direction as Direction} set_direction={set_direction} />
        : <Waiting rows={8} />}
    </>
  )
}

function Unknown({ problem, retry }: { problem: Problem; retry: () => void }) {
  return problem.status === 404 ? <Nothing>{t('trace.unknown_means')}</Nothing> : <Button onClick={retry}>{t('do.again')}</Button>
}

interface Looked { id: string; name: string; kind: TraceKind; at: number }
const looked_at = (): Looked[] => { try { return JSON.parse(localStorage.getItem('osetra.traced') ?? '[]') as Looked[] } catch { return [] } }
function remember(answer: Answered) {
  const start = answer.nodes.find(n => n.id === answer.start)
  if (!start) return
  const one = { id: start.id, name: node_name(start), kind: start.kind, at: Date.now() }
  localStorage.setItem('osetra.traced', JSON.stringify([one, ...looked_at().filter(x => x.id !== one.id)].slice(0, 8)))
}

function Begin() {
  const before = looked_at()
  return (
    <div className="trace_begin">
      <PageHead title={t('nav.trace')} sentence={t('trace.begin')} />
      <Seek />
      <p className="muted">{t('trace.spellings')}</p>
      {before.length > 0 && (
        <Section title={t('trace.before')}>
          <ul className="more_list">{before.map(x => <li key={x.id}><Link to={address(x.id)}><b className="num">{x.name}</b><span className="muted">{kind_word(x.kind)}</span><span className="muted small push">{show_instant(new Date(x.at).toISOString())}</span></Link></li>)}</ul>
        </Section>
      )}
    </div>
  )
}

/// A code in any spelling, typed, pasted, read by a scanner (which types it) or by the camera.
function Seek({ small, now }: { small?: boolean; now?: string }) {
  const [text, set_text] = useState('')
  const [camera, set_camera] = useState(false)
  const [said, set_said] = useState('')
  const [hits, set_hits] = useState<Hit[]>([])
  useEffect(() => { set_text(''); set_hits([]) }, [now])
  useEffect(() => {
    const q = text.trim()
    if (q.length < 2 || /[:/]/.test(q)) { set_hits([]); return }
    const late = setTimeout(() => get<{ hits: Hit[] }>('/search' + query_text({ q })).then(r => set_hits(r.hits.filter(h => h.type === 'fish' || h.type === 'cohort').slice(0, 6)), () => set_hits([])), 200)
    return () => clearTimeout(late)
  }, [text])
  const find = (raw: string) => { const q = raw.trim(); if (q) go(address(q)) }
  return (
    <div className={small ? 'seek seek_small' : 'seek'}>
      <form onSubmit={e => { e.preventDefault(); find(text) }}>
        <Input size={small ? 'middle' : 'large'} autoFocus={!small} value={text} onChange={e => set_text(e.target.value)} aria-label={t('trace.field')} placeholder={t('trace.field')} autoComplete="off" spellCheck={false}
          prefix={<Icon name="search" size={18} />} allowClear />
        {Detector && <Button size={small ? 'middle' : 'large'} icon={<Icon name="camera" size={18} />} aria-label={t('scan.camera')} title={t('scan.camera')} onClick={() => { set_said(''); set_camera(!camera) }} />}
        <Button type="primary" size={small ? 'middle' : 'large'} htmlType="submit" disabled={!text.trim()}>{t('trace.trace')}</Button>
      </form>
      {hits.length > 0 && <ul className="seek_hits">{hits.map(h => <li key={h.type + h.id}><Link to={address(h.id)}><b className="num">{h.id}</b> <span className="muted small">{h.text}</span></Link></li>)}</ul>}
      {said && <p className="notice notice_warn" role="alert">{said}</p>}
      {camera && <Camera take={raw => { set_camera(false); find(raw) }} failed={why => { set_camera(false); set_said(why) }} />}
    </div>
  )
}

function Walk({ answer, direction, set_direction }: { answer: Answered; direction: Direction; set_direction: (d: string) => void }) {
  const is_narrow = useCell(narrow)
  const [more, set_more] = useState<Answered[]>([])
  const [apart, set_apart] = useState<ReadonlySet<string>>(new Set<string>())
  const [chosen, set_chosen] = useState('')
  const [find, set_find] = useState('')
  const [busy, set_busy] = useState('')
  const [said, set_said] = useState('')
  const [hide, set_hide] = useQuery('hide')
  const hidden = useMemo(() => new Set(hide.split(',').filter(Boolean) as TraceKind[]), [hide])
  const whole = useMemo(() => together(answer, more), [answer, more])
  const trace = useMemo(() => without_attached(whole), [whole])
  const found = useMemo(() => {
    const q = find.trim().toLowerCase()
    return q.length < 2 ? [] : trace.nodes.filter(n => !hidden.has(n.kind) && (node_name(n).toLowerCase().includes(q) || n.id.toLowerCase().includes(q) || (n.label ?? '').toLowerCase().includes(q)))
  }, [find, trace, hidden])
  const singled = useMemo(() => new Set([trace.start, ...apart]), [trace, apart])
  const graph = useMemo(() => graph_of(trace.nodes, trace.edges, singled, hidden), [trace, singled, hidden])
  const hits = useMemo(() => new Set(found.map(n => graph.of.get(n.id)!).filter(Boolean)), [found, graph])
  const wide = useMemo(() => Math.max(0, ...layers_of(graph.clusters.map(c => c.id), graph.bands).values()) > 3, [graph])
  const there = useMemo(() => kinds.filter(k => trace.nodes.some(n => n.kind === k)), [trace])

  const step = async (n: TraceNode, way: 'up' | 'down') => {
    set_busy(`${way} ${n.id}`)
    set_said('')
    try {
      const part = one_step(await get<Answered>('/trace' + query_text({ id: n.id, direction: way })), n.id, way)
      const fresh = part.nodes.filter(x => !trace.nodes.some(y => y.id === x.id)).length
      set_more(x => [...x, part])
      set_said(fresh ? t('trace.step_found', { count: fresh }) : t(way === 'up' ? 'trace.no_earlier' : 'trace.no_later'))
    } catch (e) { set_said(problem_text(e)) }
    set_busy('')
  }
  const acts: PanelActs = {
    take_out: id => { set_apart(x => new Set([...x, id])); set_chosen(id) },
    open_all: (c: Cluster) => { set_apart(x => new Set([...x, ...c.members.map(m => m.id)])); set_chosen(c.members[0].id) },
    put_back: id => { set_apart(x => new Set([...x].filter(y => y !== id))); set_chosen('') },
    step: (n, way) => void step(n, way),
    trace: id => go(address(id)),
  }
  const filters = (
    <div className="lineage_filters" role="group" aria-label={t('trace.kinds')}>
      {there.map(k => (
        <label key={k}><input type="checkbox" checked={!hidden.has(k)} onChange={e => set_hide(there.filter(x => (x === k ? !e.target.checked : hidden.has(x))).join(','))} /> {kind_word(k)}</label>
      ))}
    </div>
  )
  const panel = <Panel trace={trace} attached={whole} graph={graph} chosen={chosen || (is_narrow ? '' : graph.of.get(trace.start) ?? '')} apart={apart} acts={acts} busy={busy} />
  return (
    <div className="walk_trace">
      <div className="filters" role="group" aria-label={t('filter.label')}>
        <Segmented value={direction} onChange={v => set_direction(v)} aria-label={t('trace.direction')} options={[{ value: 'up', label: t('trace.up') }, { value: 'both', label: t('trace.both') }, { value: 'down', label: t('trace.down') }]} />
        <Input className="words" allowClear value={find} onChange={e => set_find(e.target.value)} placeholder={t('trace.find_here')} aria-label={t('trace.find_here')}
          onKeyDown={e => { if (e.key === 'Enter' && found.length) { const n = found.find(x => graph.of.get(x.id) !== chosen && x.id !== chosen) ?? found[0]; acts.take_out(n.id) } }}
          suffix={find.trim().length > 1 ? <span className="muted small num">{found.length}</span> : <span />} />
        <Popover trigger="click" placement="bottomLeft" content={filters}><Button icon={<Icon name="settings" size={16} />}>{hidden.size ? t('trace.kinds_hidden', { count: hidden.size }) : t('trace.kinds')}</Button></Popover>
        {apart.size > 0 && <Button onClick={() => { set_apart(new Set()); set_chosen('') }}>{t('trace.fold_all')}</Button>}
        <span className="filters_end muted small num">{t('trace.drawn', { count: trace.nodes.length, n: show_number(trace.nodes.length), ms: show_number(answer.ms, answer.ms < 10 ? 1 : 0) })}</span>
      </div>
      {trace.truncated && <p className="notice notice_warn"><Icon name="warn" size={18} /> {t('trace.truncated')}</p>}
      {said && <p className="notice notice_ok" role="status">{said}</p>}
      {is_narrow ? (
        <>
          <LineageList graph={graph} start={trace.start} choose={set_chosen} trace={trace} />
          <Drawer open={!!chosen} onClose={() => set_chosen('')} placement="bottom" size={560} title={t('trace.details')} destroyOnHidden>{panel}</Drawer>
        </>
      ) : (
        <div className={chosen || !wide ? 'lineage_and_panel' : 'lineage_and_panel lineage_alone_wide'}>
          <Lineage graph={graph} start={trace.start} chosen={chosen} choose={id => set_chosen(id === chosen ? '' : id)} hits={hits} trace={trace} />
          {(chosen || !wide) && <aside className="lineage_side" aria-label={t('trace.details')}>{panel}</aside>}
        </div>
      )}
      <p className="lineage_legend muted small">
        <span><i className="key_line" /> {t('trace.key_transformed')}</span><span><i className="key_line key_contained" /> {t('trace.key_contained')}</span>
        <span><i className="key_line key_unknown" /> {t('trace.key_unknown')}</span><span>{t('trace.key_width')}</span>
      </p>
    </div>
  )
}

