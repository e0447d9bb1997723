import { Button, Dropdown } from 'antd'
import { useMemo, useState } from 'react'
import { query_text, seg, type Band, type Difference, type FactRow, type Occupant, type PoolCard, type PoolDay, type PoolFish } from '../api'
import { pool_acts, type Act } from '../acts'
import { useAsOf, useGet, useMay, useSites, useState_ } from '../data'
import { add_days, farm_day, show_day, show_instant } from '../dates'
import { own_script, t, word } from '../i18n'
import { exception_about } from '../i18n/says'
import { mass_taste, narrow } from '../prefs'
import { go, Link } from '../router'
import { useCell } from '../store'
import {
  Answer, CohortLink, Fact, Facts, Figure, FishLink, Heads, heads_words, Mass, mass_words, Nothing, Num, PageHead, Section, sex_word, StateMark, useNames, When,
} from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { ConservationTable } from '../ui/conservation'
import { FactForm } from '../ui/fact_form'
import { FactList } from '../ui/facts'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'
import { show_density, show_mass, show_number, show_oxygen, show_temperature, show_volume } from '../units'

export default function Pool({ id = '' }: { id?: string }) {
  const got = useState_<PoolCard>(`/pools/${seg(id)}`)
  return <Answer got={got} rows={8} title={id}>{pool => <Card key={id} pool={pool} />}</Answer>
}

function Card({ pool }: { pool: PoolCard }) {
  const { past, at } = useAsOf()
  const may = useMay()
  const is_narrow = useCell(narrow)
  const site = useSites()?.find(s => s.site === pool.site)
  const [act, set_act] = useState<Act | null>(null)
  const [explain, set_explain] = useState<Difference | null>(null)
  const subject = `pool:${pool.pool}`
  const end = at ? at.slice(0, 10) : farm_day()
  const acts = may('record') ? pool_acts : []
  const quick = is_narrow ? acts.slice(0, 2) : acts.slice(0, 5)
  const open = pool.differences.filter(d => d.open)
  const sentence = pool.heads.value === 0 && !pool.occupants.length ? t('pool.empty_sentence') : t('pool.sentence', {
    heads: heads_words(pool.heads), mass: mass_words(pool.biomass_mg),
    seen: pool.last_seen_at ? t('pool.last_seen', { at: show_instant(pool.last_seen_at) }) : t('pool.never_seen'),
  })
  return (
    <>
      <PageHead title={pool.name && pool.name !== pool.pool ? `${pool.pool} · ${own_script(pool.name)}` : pool.pool} sentence={sentence}
        acts={!past && acts.length > 0 && <>
          {quick.map(a => <Button key={a.key} icon={<Icon name={a.icon} size={16} />} onClick={() => set_act(a)}>{t(a.key)}</Button>)}
          <Dropdown trigger={['click']} menu={{ items: acts.slice(quick.length).map(a => ({ key: a.key, icon: <Icon name={a.icon} size={16} />, label: t(a.key), onClick: () => set_act(a) })) }}>
            <Button type="primary" icon={<Icon name="plus" size={16} />}>{t('act.more')}</Button>
          </Dropdown>
        </>}>
        <p className="sub muted"><StateMark worst={pool.worst} label /> · <Link to={`/pools?site=${seg(pool.site)}`}>{site?.name ?? pool.site}</Link> · {word('pool_kind', pool.pool_kind)}
          {pool.volume_ml ? <> · <span className="num">{show_volume(pool.volume_ml)}</span></> : null}{pool.closed && <> · {t('pool.closed')}</>} · <Link to={`/flights?pool=${seg(pool.pool)}`}>{t('nav.flights')}</Link></p>
      </PageHead>
      {pool.withdrawal.length > 0 && (
        <p className="notice notice_warn"><Icon name="warn" size={18} /> {pool.withdrawal.map(w => t('pool.withdrawal', { product: w.product, day: show_day(w.until_on) })).join(' ')}</p>
      )}
      {pool.exception_rows.filter(e => e.code !== 'difference_open').map(e => (
        <p key={e.code} className={e.severity === 'bad' ? 'notice notice_bad' : 'notice notice_warn'}><Icon name="warn" size={18} /> {exception_about(e)}</p>
      ))}
      {open.map(d => (
        <p key={d.fact} className="notice notice_bad">
          <Icon name="difference" size={18} />
          <span>{t('difference.sentence', { at: show_day(d.at.slice(0, 10)), counted: show_number(d.counted), expected: heads_words(d.expected) })}</span>
          {may('record') && !past && <Button size="small" onClick={() => set_explain(d)}>{t('difference.explain')}</Button>}
        </p>
      ))}
      <Facts>
        <Fact label={t('figure.heads')}><Figure figure="heads" subject={subject} label={t('figure.heads')}><Heads of={pool.heads} /></Figure></Fact>
        <Fact label={t('figure.biomass')}><Figure figure="biomass" subject={subject} label={t('figure.biomass')}><Mass of={pool.biomass_mg} /></Figure></Fact>
        <Fact label={t('figure.mean')}><Figure figure="mean" subject={subject} label={t('figure.mean')}><Mass of={pool.mean_mg} /></Figure></Fact>
        <Fact label={`${t('figure.density')}, kg/m³`}><Figure figure="density" subject={subject} label={t('figure.density')}><span className={pool.exceptions.includes('density_high') ? 'num bad' : 'num'}>{show_density(pool.density_mg_per_l)}</span></Figure>{pool.density_limit_kg_m3 != null && <DensityBar value={(pool.density_mg_per_l ?? 0) / 1000} limit={pool.density_limit_kg_m3} />}</Fact>
        <Fact label={`${t('figure.temperature')}, °C`}><Figure figure="temperature" subject={subject} label={t('figure.temperature')}><span className="num">{show_temperature(pool.temperature_mc)}</span></Figure></Fact>
        <Fact label={t('pool.oxygen_head')}><span className="num">{show_oxygen(pool.oxygen_ug_l)}</span></Fact>
        <Fact label={t('pool.feed_30d')}><Figure figure="feed" subject={subject} label={t('figure.feed')}><Mass of={pool.feed_30d_mg} /></Figure></Fact>
        <Fact label={<abbr title={t('pool.fcr_means')}>FCR</abbr>}><Num of={pool.fcr} decimals={2} /></Fact>
      </Facts>
      <Ribbon pool={pool.pool} to={end} />
      <div className="two">
        <Section title={t('pool.occupants')} className="two_wide"><Occupants rows={pool.occupants} /></Section>
        <Section title={t('pool.book')}><ConservationTable of={pool.conservation} /></Section>
      </div>
      <Life pool={pool.pool} />
      <Counts pool={pool} explain={may('record') && !past ? set_explain : undefined} />
      {pool.tagged > 0 && <Roster pool={pool.pool} tagged={pool.tagged} />}
      <Recent pool={pool.pool} />
      {act && <FactForm kind={act.kind} title={`${t(act.key)} · ${pool.pool}`} preset={act.preset(pool.pool)} hide={act.hide} first={act.first} close={() => set_act(null)} />}
      {explain && <FactForm kind="adjust" title={t('difference.explain_title', { pool: pool.pool })} hide={['pool', 'about']}
        preset={{ pool: pool.pool, cohort: pool.occupants[0]?.cohort, heads: explain.difference - explain.explained, about: explain.fact }}
        first={['cohort', 'heads', 'cause', 'note']} close={() => set_explain(null)} />}
    </>
  )
}

/// Density against its limit.
function DensityBar({ value, limit }: { value: number; limit: number }) {
  const over = value > limit
  return (
    <span className="density">
      <span className={over ? 'bar bar_bad' : 'bar'} aria-hidden="true"><span style={{ width: `${Math.min(100, (100 * value) / limit)}%` }} /></span>
      <span className="muted small num">{t('pool.density_limit', { limit: show_number(limit) })}</span>
    </span>
  )
}

function Occupants({ rows }: { rows: Occupant[] }) {
  const names = useNames()
  const columns: Column<Occupant>[] = [
    { key: 'cohort', title: t('field.cohort'), phone: true, cell: r => <><CohortLink cohort={r.cohort} /> <span className="muted small">{names.species(r.species)} {r.year_class}</span></> },
    { key: 'stage', title: t('field.stage'), cell: r => names.stage(r.stage) },
    { key: 'heads', title: t('figure.book_heads'), right: true, phone: true, cell: r => <Num of={r.heads} /> },
    { key: 'tagged', title: t('today.tagged'), right: true, cell: r => <Num of={r.tagged} /> },
    { key: 'mean', title: t('figure.mean'), right: true, phone: true, cell: r => <Mass of={r.mean_mg} /> },
    { key: 'biomass', title: t('figure.biomass'), right: true, cell: r => <Mass of={r.biomass_mg} /> },
  ]
  return <Table rows={rows} columns={columns} row_key={r => r.cohort} label={t('pool.occupants')} empty={t('pool.no_occupants')} />
}

/// Thirty days of temperature, oxygen, feed and deaths over one another.
function Ribbon({ pool, to }: { pool: string; to: string }) {
  const taste = useCell(mass_taste)
  const got = useState_<{ days: PoolDay[] }>(`/pools/${seg(pool)}/days`, { from: add_days(to, -29), to })
  const days = got.data?.days ?? []
  const feed_per = taste === 'jin' ? 500_000 : 1_000_000
  return (
    <Section title={t('pool.ribbon')}>
      <Answer got={got} rows={4}>
        {() => (days.length ? (
          <Chart height={300} label={ribbon_words(days)} option={p => ({
            ...base(p),
            grid: [{ left: 52, right: 52, top: 44, height: 110 }, { left: 52, right: 52, top: 190, height: 76 }],
            axisPointer: { link: [{ xAxisIndex: 'all' }] },
            xAxis: [time_axis(p, { gridIndex: 0, axisLabel: { show: false } }), time_axis(p, { gridIndex: 1 })],
            yAxis: [
              value_axis(p, '°C', { scale: true, gridIndex: 0 }),
              value_axis(p, 'mg/L O₂', { scale: true, gridIndex: 0, splitLine: { show: false }, nameTextStyle: { color: p.muted, fontSize: 11, align: 'right' } }),
              value_axis(p, `${t('figure.feed')}, ${taste === 'jin' ? '斤' : 'kg'}`, { gridIndex: 1, splitNumber: 2 }),
              value_axis(p, t('figure.deaths'), { gridIndex: 1, splitNumber: 2, minInterval: 1, splitLine: { show: false }, nameTextStyle: { color: p.muted, fontSize: 11, align: 'right' } }),
            ],
            series: [
              { name: `${t('figure.temperature')}, °C`, type: 'line', symbol: 'none', connectNulls: true, lineStyle: { color: p.warn, width: 2 }, itemStyle: { color: p.warn }, data: days.map(d => [d.day, d.temperature_mc == null ? null : d.temperature_mc / 1000]) },
              { name: `${t('figure.oxygen')}, mg/L`, type: 'line', symbol: 'none', connectNulls: true, yAxisIndex: 1, lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent }, data: days.map(d => [d.day, d.oxygen_ug_l == null ? null : d.oxygen_ug_l / 1000]) },
              { name: t('figure.feed'), type: 'bar', xAxisIndex: 1, yAxisIndex: 2, barMaxWidth: 12, itemStyle: { color: p.muted, opacity: 0.5 }, data: days.map(d => [d.day, d.feed_mg / feed_per]) },
              { name: t('figure.deaths'), type: 'scatter', xAxisIndex: 1, yAxisIndex: 3, symbolSize: 7, itemStyle: { color: p.bad }, data: days.filter(d => d.deaths).map(d => [d.day, d.deaths]) },
            ],
          })} />
        ) : <Nothing>{t('pool.no_days')}</Nothing>)}
      </Answer>
    </Section>
  )
}

function ribbon_words(days: PoolDay[]): string {
  const warm = days.map(d => d.temperature_mc).filter(x => x != null)
  const deaths = days.reduce((sum, d) => sum + d.deaths, 0)
  const feed = days.reduce((sum, d) => sum + d.feed_mg, 0)
  return t('pool.ribbon_words', {
    low: warm.length ? show_temperature(Math.min(...warm)) : '–', high: warm.length ? show_temperature(Math.max(...warm)) : '–',
    deaths: show_number(deaths), feed: show_mass(feed, mass_taste.get()),
  })
}

/// Who lived here, and how many, from the first day to now.
function Life({ pool }: { pool: string }) {
  const got = useState_<{ bands: Band[] }>(`/pools/${seg(pool)}/life`)
  const bands = got.data?.bands ?? []
  const days = useMemo(() => [...new Set(bands.flatMap(b => b.points.map(p => p.day)))].sort(), [bands])
  if (got.data && !bands.length) return null
  return (
    <Section title={t('pool.life')}>
      <Answer got={got} rows={4}>
        {() => (
          <Chart height={240} label={t('pool.life_words', { count: bands.length })} on_click={p => p.seriesName && go(`/cohorts/${seg(p.seriesName)}`)} option={p => ({
            ...base(p), color: p.bands,
            legend: { ...(base(p).legend as object), type: 'scroll' },
            grid: { left: 8, right: 12, top: 44, bottom: 4, containLabel: true },
            xAxis: time_axis(p),
            yAxis: value_axis(p, t('figure.heads')),
            series: bands.map(b => {
              let i = 0, heads = 0
              return {
                name: b.cohort, type: 'line', step: 'end', stack: 'all', symbol: 'none', lineStyle: { width: 0.5 }, areaStyle: { opacity: 0.75 }, emphasis: { focus: 'series' },
                data: days.map(day => {
                  while (i < b.points.length && b.points[i].day <= day) heads = b.points[i++].heads
                  return [day, heads]
                }),
              }
            }),
          })} />
        )}
      </Answer>
    </Section>
  )
}

function Counts({ pool, explain }: { pool: PoolCard; explain?: (d: Difference) => void }) {
  if (!pool.counts.length && !pool.differences.length) return null
  const by_fact = new Map(pool.differences.map(d => [d.fact, d]))
  type Row = PoolCard['counts'][number]
  const columns: Column<Row>[] = [
    { key: 'at', title: t('field.at'), phone: true, cell: r => <When at={r.at} /> },
    { key: 'heads', title: t('difference.counted'), right: true, phone: true, cell: r => <span className="num">{show_number(r.heads)}{r.low != null && r.high != null && <span className="error"> {show_number(r.low)}–{show_number(r.high)}</span>}</span> },
    { key: 'method', title: t('field.method'), cell: r => word('count_method', r.method) },
    { key: 'expected', title: t('difference.expected'), right: true, cell: r => { const d = by_fact.get(r.fact); return d ? <Heads of={d.expected} /> : <span className="muted">{t('difference.agrees')}</span> } },
    { key: 'difference', title: t('difference.difference'), right: true, phone: true, cell: r => { const d = by_fact.get(r.fact); return d ? <span className={d.open ? 'num bad' : 'num'}>{d.difference > 0 ? '+' : ''}{show_number(d.difference)}</span> : '' } },
    { key: 'author', title: t('field.author'), cell: r => r.author },
    { key: 'act', title: '', cell: r => { const d = by_fact.get(r.fact); return d?.open && explain ? <Button size="small" onClick={() => explain(d)}>{t('difference.explain')}</Button> : d && !d.open ? <span className="muted small">{t('difference.explained')}</span> : '' } },
  ]
  return <Section title={t('pool.counts')}><Table rows={pool.counts} columns={columns} row_key={r => r.fact} label={t('pool.counts')} /></Section>
}

function Roster({ pool, tagged }: { pool: string; tagged: number }) {
  const names = useNames()
  const [open, set_open] = useState(false)
  const [after, set_after] = useState<string[]>([''])
  const got = useState_<{ total: number; fish: PoolFish[]; next: string | null }>(open ? `/pools/${seg(pool)}/fish` : null, { limit: 200, after: after.at(-1) })
  const columns: Column<PoolFish>[] = [
    { key: 'fish', title: t('field.fish'), phone: true, cell: r => <FishLink fish={r.fish} />, sort: r => r.fish },
    { key: 'cohort', title: t('field.cohort'), cell: r => r.cohort, sort: r => r.cohort },
    { key: 'sex', title: t('field.sex'), cell: r => sex_word(r.sex), sort: r => r.sex },
    { key: 'stage', title: t('fish.maturity'), cell: r => names.stage(r.stage), sort: r => r.stage },
    { key: 'weight', title: t('figure.weight'), right: true, phone: true, cell: r => <Mass of={r.weight_mg} />, sort: r => r.weight_mg?.value },
    { key: 'since', title: t('pool.here_since'), right: true, cell: r => <span className="num">{show_day(r.since)}</span>, sort: r => r.since },
  ]
  return (
    <Section title={t('pool.roster', { count: tagged })} acts={!open && <Button onClick={() => set_open(true)}>{t('do.show')}</Button>}>
      {open && (
        <Answer got={got}>
          {r => (
            <>
              <Table rows={r.fish} columns={columns} row_key={f => f.fish} label={t('pool.roster', { count: r.total })} open={f => go(`/fish/${f.fish}`)} name="roster" height={420} />
              <p className="pager">
                {after.length > 1 && <Button size="small" onClick={() => set_after(after.slice(0, -1))}>{t('do.before')}</Button>}
                {r.next && <Button size="small" onClick={() => set_after([...after, r.next!])}>{t('do.after')}</Button>}
              </p>
            </>
          )}
        </Answer>
      )}
    </Section>
  )
}

function Recent({ pool }: { pool: string }) {
  const is_narrow = useCell(narrow)
  const got = useGet<{ facts: FactRow[] }>('/facts' + query_text({ subject: `pool:${pool}`, limit: is_narrow ? 6 : 10 }))
  return (
    <Section title={t('pool.recent')} acts={<Link to={`/journal?subject=pool:${seg(pool)}`}>{t('pool.all_facts')}</Link>}>
      <Answer got={got}>{r => (r.facts.length ? <FactList facts={r.facts} /> : <Nothing>{t('journal.none')}</Nothing>)}</Answer>
    </Section>
  )
}
