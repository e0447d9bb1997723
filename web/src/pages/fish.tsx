import { Button } from 'antd'
import { useState } from 'react'
import { query_text, seg, type Body, type FactRow, type FishCard } from '../api'
import { useAsOf, useGet, useMay, useSession, useState_ } from '../data'
import { days_between, show_day } from '../dates'
import { t, word, type Key } from '../i18n'
import { Link } from '../router'
import { Answer, CohortLink, Fact, Facts, Figure, Mass, mass_words, Nothing, PageHead, PoolLink, Section, sex_word, useNames } from '../ui/basic'
import { base, Chart, time_axis, value_axis, type Palette } from '../ui/chart'
import { FactForm } from '../ui/fact_form'
import { FactList } from '../ui/facts'
import { Icon, type IconName } from '../ui/icons'
import type { Trace } from '../trace/shapes'
import { many_words, node_name } from '../trace/words'
import { show_length, show_number } from '../units'
import { mass_taste } from '../prefs'
import { useCell } from '../store'

interface FishAct { key: Key; kind: string; icon: IconName; preset: (f: FishCard) => Body; hide: string[]; first: string[] }
const acts: FishAct[] = [
  { key: 'act.measure', kind: 'measure', icon: 'edit', preset: f => ({ fish: f.fish, sex: f.sex ?? undefined }), hide: ['fish'], first: ['weight_mg', 'length_mm', 'sex', 'stage', 'health', 'note'] },
  { key: 'act.move', kind: 'move', icon: 'right', preset: f => ({ fish: [f.fish], reason: 'transfer' }), hide: ['fish', 'from', 'cohort', 'heads', 'mean_mg', 'reason'], first: ['to'] },
  { key: 'act.retag', kind: 'retag', icon: 'scan', preset: f => ({ fish: f.fish }), hide: ['fish'], first: ['new_tag'] },
  { key: 'act.treat', kind: 'treat', icon: 'plus', preset: f => ({ fish: [f.fish] }), hide: ['fish', 'pool'], first: ['product', 'withdrawal_days', 'dose', 'reason'] },
  { key: 'act.death', kind: 'death', icon: 'death', preset: f => ({ fish: [f.fish] }), hide: ['fish', 'pool', 'cohort', 'heads'], first: ['cause', 'note'] },
  { key: 'act.harvest', kind: 'harvest', icon: 'export', preset: f => ({ fish: [f.fish], purpose: 'roe' }), hide: ['fish', 'pool', 'cohort', 'heads'], first: ['total_mg', 'purpose'] },
]

export default function Fish({ id = '' }: { id?: string }) {
  const got = useState_<FishCard>(`/fish/${seg(id)}`)
  return <Answer got={got} rows={8} title={id}>{fish => <Card fish={fish} />}</Answer>
}

function Card({ fish }: { fish: FishCard }) {
  const names = useNames()
  const may = useMay()
  const { past } = useAsOf()
  const [act, set_act] = useState<FishAct | null>(null)
  const facts = useGet<{ facts: FactRow[] }>('/facts' + query_text({ subject: `fish:${fish.fish}`, limit: 50 }))
  const whole = !useSession().sites.length
  const alive = fish.state === 'alive'
  const species = names.species(fish.species)
  const sex = fish.sex && fish.sex !== 'unknown' ? word('sex', fish.sex) : t('fish.sex_unknown')
  const sentence = alive
    ? t('fish.alive_sentence', { sex, species, year: fish.year_class, pool: fish.pool ?? '–', weight: mass_words(fish.weight_mg) })
    : t('fish.ended_sentence', { sex, species, year: fish.year_class, how: word('fish_state', fish.state), day: show_day(fish.ended?.at) })
  return (
    <>
      <PageHead title={fish.fish} sentence={sentence}
        acts={alive && !past && may('record') && acts.map((a, i) => <Button key={a.key} type={i ? 'default' : 'primary'} icon={<Icon name={a.icon} size={16} />} onClick={() => set_act(a)}>{t(a.key)}</Button>)}>
        {whole && <p className="sub"><Link to={`/breeding/animals/${seg(fish.fish)}`}>{t('fish.descent')}</Link></p>}
        {fish.tags.length > 1 && <p className="sub muted">{t('fish.tags')}: <span className="num">{fish.tags.join(' → ')}</span></p>}
      </PageHead>
      {fish.withdrawal.map(w => <p key={w.fact} className="notice notice_warn"><Icon name="warn" size={18} /> {t('pool.withdrawal', { product: w.product, day: show_day(w.until_on) })}</p>)}
      <Facts>
        <Fact label={t('figure.weight')}><Figure figure="mean" subject={`fish:${fish.fish}`} label={t('figure.weight')}><Mass of={fish.weight_mg} /></Figure></Fact>
        <Fact label={t('field.length_mm')}><span className="num">{show_length(fish.length_mm)}</span></Fact>
        <Fact label={t('field.sex')}>{sex_word(fish.sex)}</Fact>
        <Fact label={t('fish.maturity')}>{names.stage(fish.stage)}{fish.stage_at && <span className="muted small"> {show_day(fish.stage_at)}</span>}</Fact>
        <Fact label={t('field.health')}>{names.health(fish.health)}</Fact>
        <Fact label={t('field.pool')}>{fish.pool ? <PoolLink pool={fish.pool} /> : word('fish_state', fish.state)}</Fact>
        <Fact label={t('field.cohort')}><CohortLink cohort={fish.cohort} /></Fact>
      </Facts>
      <Section title={t('fish.life')}><LifeLine fish={fish} /></Section>
      <Gave fish={fish} />
      <div className="two">
        <Section title={t('fish.weights')} className="two_wide"><Weighings fish={fish} /></Section>
        <Section title={t('fish.places')}>
          <ol className="places">
            {[...fish.life].reverse().map((l, i) => (
              <li key={i}><PoolLink pool={l.pool} /> <span className="muted small">{l.site}</span><span className="num small">{show_day(l.from_at)} – {l.to_at ? show_day(l.to_at) : t('fish.to_now')}</span></li>
            ))}
          </ol>
        </Section>
      </div>
      <Section title={t('pool.recent')} acts={<Link to={`/journal?subject=fish:${fish.fish}`}>{t('pool.all_facts')}</Link>}>
        <Answer got={facts}>{r => (r.facts.length ? <FactList facts={r.facts} /> : <Nothing>{t('journal.none')}</Nothing>)}</Answer>
      </Section>
      {act && <FactForm kind={act.kind} title={`${t(act.key)} · ${fish.fish}`} preset={act.preset(fish)} hide={act.hide} first={act.first} close={() => set_act(null)} />}
    </>
  )
}

/// What became of it, where the chain tells: lots, tins, cases.
function Gave({ fish }: { fish: FishCard }) {
  const whole = !useSession().sites.length          // lineages lead to every site
  const got = useGet<Trace>(whole && fish.state === 'harvested' ? '/trace' + query_text({ id: fish.fish, direction: 'down' }) : null)
  const things = got.data?.nodes.filter(n => n.id !== got.data!.start && n.kind !== 'process') ?? []
  if (!things.length) return null
  const shown = things.filter(n => n.kind === 'lot' && (n.grade || n.label)), tins = things.filter(n => n.kind === 'tin'), cases = things.filter(n => n.kind === 'case')
  const address = (id: string) => `/trace?id=${encodeURIComponent(id)}`
  return (
    <Section title={t('fish.gave')} acts={<Link to={address(got.data!.start)}>{t('trace.trace')}</Link>}>
      <ul className="gave">
        {shown.map(n => <li key={n.id}><Icon name="lot" size={16} /> <Link to={address(n.id)}>{node_name(n)}</Link> <span className="muted">{[n.grade && t('trace.grade', { grade: n.grade }), n.label].filter(Boolean).join(' · ')}</span></li>)}
        {tins.length > 0 && <li><Icon name="tin" size={16} /> <b>{many_words('tin', tins.length)}</b> <span className="gave_tins">{tins.slice(0, 12).map(n => <Link key={n.id} to={address(n.id)} className="num">{node_name(n)}</Link>)}{tins.length > 12 && <span className="muted">{t('today.and_more', { count: tins.length - 12 })}</span>}</span></li>}
        {cases.length > 0 && <li><Icon name="case" size={16} /> <b>{many_words('case', cases.length)}</b> <span className="gave_tins">{cases.slice(0, 6).map(n => <Link key={n.id} to={address(n.id)} className="num">{node_name(n)}</Link>)}</span></li>}
      </ul>
    </Section>
  )
}

/// The pools it lived in as bands, over them its weight: the model with its interval, and what was weighed.
function LifeLine({ fish }: { fish: FishCard }) {
  const names = useNames()
  const taste = useCell(mass_taste)
  const per = taste === 'jin' ? 500_000 : 1_000_000
  const unit = taste === 'jin' ? '斤' : 'kg'
  const pools = [...new Set(fish.life.map(l => l.pool))]
  const end = fish.ended?.at ?? fish.curve.at(-1)?.day ?? new Date().toISOString()
  const colour = (p: Palette, pool: string) => p.bands[pools.indexOf(pool) % p.bands.length]
  const first = fish.life[0]?.from_at ?? fish.curve[0]?.day
  const years = first ? (days_between(first, end) / 365.25).toFixed(1) : '–'
  const kg = (mg: number) => Math.round((mg / per) * 1000) / 1000
  return (
    <Chart height={340} label={t('fish.life_words', { pools: fish.life.length, years, weighings: fish.weights.length })} option={p => ({
      ...base(p),
      legend: { ...(base(p).legend as object), data: [t('fish.model'), t('fish.weighed')] },
      tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? show_number(v, 2) : '') },
      grid: [{ left: 44, right: 16, top: 46, bottom: 76 }, { left: 44, right: 16, height: 24, bottom: 28 }],
      xAxis: [time_axis(p, { gridIndex: 0, axisLabel: { show: false }, min: first, max: end }), time_axis(p, { gridIndex: 1, min: first, max: end })],
      yAxis: [value_axis(p, unit, { gridIndex: 0 }), { type: 'value', gridIndex: 1, show: false, min: 0, max: 1 }],
      series: [
        { name: 'low', type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false }, silent: true, data: fish.curve.map(c => [c.day, kg(c.low)]) },
        { name: 'interval', type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, areaStyle: { color: p.accent, opacity: 0.16 }, tooltip: { show: false }, silent: true, data: fish.curve.map(c => [c.day, kg(c.high - c.low)]) },
        { name: t('fish.model'), type: 'line', symbol: 'none', lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent }, data: fish.curve.map(c => [c.day, kg(c.weight_mg)]),
          markLine: { symbol: 'none', silent: true, lineStyle: { color: p.muted, type: 'dotted' }, label: { color: p.muted, fontSize: 10, formatter: (x: { name: string }) => x.name, position: 'insideEndTop' },
            data: fish.stages.slice(-6).map(s => ({ xAxis: s.at, name: names.stage(s.stage) })) } },
        { name: t('fish.weighed'), type: 'scatter', symbolSize: 8, itemStyle: { color: p.surface, borderColor: p.warn, borderWidth: 2 }, data: fish.weights.map(w => [w.at, kg(w.weight_mg)]) },
        { type: 'custom', xAxisIndex: 1, yAxisIndex: 1, clip: true, tooltip: { trigger: 'item', formatter: (x: { dataIndex: number }) => { const l = fish.life[x.dataIndex]; return l ? `${l.pool}: ${show_day(l.from_at)} – ${l.to_at ? show_day(l.to_at) : t('fish.to_now')}` : '' } },
          data: fish.life.map(l => [l.from_at, l.to_at ?? end, l.pool]), encode: { x: [0, 1] },
          renderItem: (_: unknown, api: { value: (i: number) => number; coord: (p: [number, number]) => [number, number] } & Record<string, never>) => {
            const i = (_ as { dataIndex: number }).dataIndex
            const l = fish.life[i]
            const [x0] = api.coord([api.value(0), 0]), [x1] = api.coord([api.value(1), 0])
            const [, y0] = api.coord([api.value(0), 1])
            const width = Math.max(1, x1 - x0 - 1)
            return {
              type: 'rect', shape: { x: x0, y: y0, width, height: 24 }, style: { fill: colour(p, l.pool), opacity: 0.85 },
              textContent: width > 44 ? { style: { text: l.pool, fill: p.surface === '#ffffff' ? '#fff' : '#0f1415', fontSize: 11, width: width - 6, overflow: 'truncate' } } : undefined,
              textConfig: { position: 'inside' },
            }
          } },
      ],
    })} />
  )
}

function Weighings({ fish }: { fish: FishCard }) {
  if (!fish.weights.length) return <Nothing>{t('fish.never_weighed')}</Nothing>
  return (
    <table className="steps">
      <tbody>
        {[...fish.weights].reverse().map(w => (
          <tr key={w.fact}><th scope="row" className="num">{show_day(w.at)}</th><td className="right"><Mass of={w.weight_mg} /></td><td className="muted">{w.author}</td></tr>
        ))}
      </tbody>
    </table>
  )
}
