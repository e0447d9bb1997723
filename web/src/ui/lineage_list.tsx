import { balances_at, layers_of, type Cluster, type Graph } from '../trace/graph'
import type { Trace } from '../trace/shapes'
import { band_words, cluster_about, cluster_name, gap_words, icon_of } from '../trace/words'
import { t } from '../i18n'
import { Icon } from './icons'
import { BalanceMark } from './lineage'

/// The lineage for a phone: the thing, what it came from (nearest first), what became of it.
export function LineageList({ graph, start, choose, trace }: { graph: Graph; start: string; choose: (id: string) => void; trace: Trace }) {
  const home = graph.of.get(start) ?? graph.clusters[0]?.id
  const layer = layers_of(graph.clusters.map(c => c.id), graph.bands)
  const marks = balances_at(graph, trace.balances)
  const reach = (from: 'from' | 'to', to: 'from' | 'to') => {
    const seen = new Set([home]), walk = [home]
    while (walk.length) { const at = walk.pop()!; for (const b of graph.bands) if (b[from] === at && !seen.has(b[to])) { seen.add(b[to]); walk.push(b[to]) } }
    seen.delete(home)
    return seen
  }
  const up = reach('to', 'from'), down = reach('from', 'to')
  const by_layer = (ids: Set<string>, sign: number) => graph.clusters.filter(c => ids.has(c.id)).sort((a, b) => sign * (layer.get(a.id)! - layer.get(b.id)!))
  const beside = graph.clusters.filter(c => c.id !== home && !up.has(c.id) && !down.has(c.id))
  const near = (c: Cluster, upward: boolean) => {
    const b = graph.bands.find(x => (upward ? x.from === c.id && (up.has(x.to) || x.to === home) : x.to === c.id && (down.has(x.from) || x.from === home)))
    return b ? [b.kind === 'contained' ? t('trace.edge_contained') : b.kind === 'fed' ? t('trace.edge_fed') : b.kind === 'parent' ? t('trace.edge_parent') : '', band_words(b)].filter(Boolean).join(', ') : ''
  }
  const item = (c: Cluster, how: string) => {
    const gap = trace.gaps.find(g => c.members.some(m => m.id === g.id))
    const balances = marks.filter(m => m.cluster === c.id).flatMap(m => m.balances)
    return (
      <li key={c.id} className={`leg${c.id === home ? ' leg_start' : ''}${gap ? ' leg_gap' : ''}`}>
        <button type="button" onClick={() => choose(c.id)} data-step={c.id}>
          <span className="leg_icon"><Icon name={icon_of[c.kind]} size={20} /></span>
          <span className="leg_text"><small>{cluster_about(c)}{how && ` · ${how}`}</small><b>{cluster_name(c)}</b>{gap && <small className="warn">{gap_words(gap)}</small>}</span>
          {balances.length > 0 && <BalanceMark balances={balances} />}
          <Icon name="right" size={16} />
        </button>
      </li>
    )
  }
  const self = graph.clusters.find(c => c.id === home)
  return (
    <div className="legs" role="group" aria-label={t('trace.graph_label')}>
      <ol>{self && item(self, '')}</ol>
      {up.size > 0 && <><h2>{t('trace.came_from')}</h2><ol>{by_layer(up, -1).map(c => item(c, near(c, true)))}</ol></>}
      {down.size > 0 && <><h2>{t('trace.became')}</h2><ol>{by_layer(down, 1).map(c => item(c, near(c, false)))}</ol></>}
      {beside.length > 0 && <><h2>{t('trace.beside')}</h2><ol>{beside.map(c => item(c, ''))}</ol></>}
    </div>
  )
}
