import { useMemo } from 'react'
import type { Exception, PoolRow, SiteSummary, Today as TodayAnswer, Trend } from '../api'
import { useAsOf, usePack, useState_ } from '../data'
import { show_day, show_instant, show_month } from '../dates'
import { own_script, t } from '../i18n'
import { exception_about } from '../i18n/says'
import { go, Link } from '../router'
import { show_number } from '../units'
import { Answer, as_estimate, Fact, Facts, Figure, Heads, Mass, Nothing, Num, PageHead, Section, StateMark, Waiting } from '../ui/basic'
import { base, Chart, time_axis, value_axis } from '../ui/chart'
import { GridKey, PoolGrid, rank } from '../ui/pool_grid'
import { Table, type Column } from '../ui/table'

export function Today() {
  const got = useState_<TodayAnswer>('/today')
  const pools = useState_<{ pools: PoolRow[] }>('/pools')
  const { past } = useAsOf()
  return <Answer got={got} rows={8} title={t('nav.today')}>{today => <Shown today={today} pools={pools.data?.pools} past={past} />}</Answer>
}

function sentence(today: TodayAnswer, past: boolean): string {
  const { seen, pools } = today.round
  const bad = today.exceptions.filter(e => e.severity === 'bad').length
  const first = past
    ? t('today.seen_then', { seen, pools, day: show_day(today.day) })
    : seen >= pools ? t('today.all_seen', { pools }) : t('today.seen', { seen, pools })
  const second = !today.exceptions_total ? t('today.no_exceptions')
    : bad === today.exceptions_total ? t('today.exceptions_all_bad', { count: bad })
    : bad ? t('today.exceptions_bad', { count: today.exceptions_total, bad }) : t('today.exceptions', { count: today.exceptions_total })
  return `${first} ${second}`
}

export const exception_link = (e: Exception) => (e.fish ? `/fish/${e.fish}` : e.pool ? `/pools/${encodeURIComponent(e.pool)}` : `/pools?site=${e.site ?? ''}`)

function Shown({ today, pools, past }: { today: TodayAnswer; pools?: PoolRow[]; past: boolean }) {
  const names = useMemo(() => new Map(today.site_summary.map(s => [s.site, own_script(s.name)])), [today])
  const { seen, pools: all, missing } = today.round
  const ripe = usePack()?.maturity.find(m => m.ripe)?.code
  const shown = today.exceptions.slice(0, 12)
  return (
    <>
      <PageHead title={show_day(today.day)} sentence={sentence(today, past)} />
      <Facts>
        <Fact label={t('figure.heads')}><Figure figure="heads" subject="company:" label={t('figure.heads')}><Heads of={today.heads} /></Figure></Fact>
        <Fact label={t('figure.biomass')}><Figure figure="biomass" subject="company:" label={t('figure.biomass')}><Mass of={today.biomass_mg} /></Figure></Fact>
        <Fact label={t('today.tagged')}><Link to="/fish"><Num of={today.tagged} /></Link></Fact>
        {!past && <Fact label={t('today.ripe')}><Link to={ripe ? `/fish?stage=${ripe}` : '/fish'}><Num of={today.females_staged_ripe} /></Link></Fact>}
        <Fact label={t('nav.cohorts')}><Link to="/cohorts"><Num of={today.cohorts} /></Link></Fact>
        <Fact label={t('today.round')}>
          <Link to="/round" className="progress" aria-label={t('today.seen', { seen, pools: all })}>
            <span className="num">{seen} / {all}</span>
            <span className="bar" aria-hidden="true"><span style={{ width: `${all ? (100 * seen) / all : 0}%` }} /></span>
          </Link>
        </Fact>
      </Facts>
      <div className="two">
        <Section title={t('today.exceptions_title')} className="two_wide">
          {shown.length ? (
            <ul className="exceptions">
              {shown.map((e, i) => (
                <li key={i}>
                  <StateMark worst={e.severity} />
                  <Link to={exception_link(e)}>
                    <b>{e.pool ?? e.fish ?? e.site}</b>
                    <span>{exception_about(e)}</span>
                  </Link>
                  {e.since && <span className="muted small num">{t('today.since', { at: show_instant(e.since, today.as_of) })}</span>}
                </li>
              ))}
            </ul>
          ) : <Nothing>{t('today.no_exceptions')}</Nothing>}
          {today.exceptions_total > shown.length &&
            <p className="small"><Link to="/pools?worst=watch">{t('today.more_exceptions', { count: today.exceptions_total - shown.length })}</Link></p>}
          {missing.length > 0 && (
            <>
              <h3>{t('today.missing_title')}</h3>
              <p className="missing">
                {missing.slice(0, 12).map(m => (
                  <Link key={m.pool} to={`/round?site=${encodeURIComponent(m.site)}&pool=${encodeURIComponent(m.pool)}`} title={m.last_seen_at ? t('pool.last_seen', { at: show_instant(m.last_seen_at) }) : t('pool.never_seen')}>{m.pool}</Link>
                ))}
                {all - seen > 12 && <span className="muted small">{t('today.and_more', { count: all - seen - Math.min(12, missing.length) })}</span>}
              </p>
            </>
          )}
        </Section>
        <Section title={t('today.pool_map')} acts={<Link to="/map">{t('nav.map')}</Link>}>
          {pools ? <><PoolGrid pools={pools} site_names={names} /><GridKey /></> : <Waiting rows={6} />}
        </Section>
      </div>
      <Section title={t('today.trend')}><TrendChart /></Section>
      <Section title={t('today.sites')}><SiteTable rows={today.site_summary} /></Section>
    </>
  )
}

/// Biomass at the month ends, and the deaths of each month.
function TrendChart() {
  const got = useState_<Trend>('/trend')
  return (
    <Answer got={got} rows={5}>
      {({ trend }) => {
        const rows = trend.map((r, i) => ({ day: r.day, tonnes: r.biomass_mg == null ? null : as_estimate(r.biomass_mg).value / 1e9, deaths: i ? r.deaths - trend[i - 1].deaths : null }))
        const first = rows[0], last = rows.at(-1)
        if (!first || !last) return <Nothing>{t('nothing')}</Nothing>
        const words = t('today.trend_words', { from: show_month(first.day), to: show_day(last.day), first: show_number(first.tonnes ?? 0, 1), last: show_number(last.tonnes ?? 0, 1) })
        return (
          <>
            <p className="muted">{words}</p>
            <Chart height={240} label={words} option={p => ({
              ...base(p),
              grid: { left: 8, right: 8, top: 44, bottom: 4, containLabel: true },
              tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? show_number(v, Number.isInteger(v) ? 0 : 2) : '–') },
              xAxis: time_axis(p),
              yAxis: [
                value_axis(p, 't', { min: 0 }),
                value_axis(p, t('figure.deaths'), { splitLine: { show: false }, position: 'right', nameTextStyle: { color: p.muted, fontSize: 11, align: 'right' } }),
              ],
              series: [
                { name: `${t('figure.biomass')}, t`, type: 'line', symbol: 'none', lineStyle: { width: 2.2, color: p.accent }, itemStyle: { color: p.accent },
                  areaStyle: { color: p.accent, opacity: 0.08 }, data: rows.map(r => [r.day, r.tonnes]) },
                { name: t('today.deaths_month'), type: 'bar', yAxisIndex: 1, barMaxWidth: 10, itemStyle: { color: p.muted, opacity: 0.5 }, data: rows.map(r => [r.day, r.deaths]) },
              ],
            })} />
          </>
        )
      }}
    </Answer>
  )
}

function SiteTable({ rows }: { rows: SiteSummary[] }) {
  const columns: Column<SiteSummary>[] = [
    { key: 'site', title: t('field.site'), phone: true, sort: r => r.site,
      cell: r => <><StateMark worst={r.worst} /> <Link to={`/pools?site=${encodeURIComponent(r.site)}`}>{own_script(r.name)}</Link> <span className="muted small">{r.site}</span></> },
    { key: 'province', title: t('field.province'), sort: r => r.province, cell: r => r.province ? own_script(r.province) : '–' },
    { key: 'seen', title: t('round.seen'), right: true, phone: true, sort: r => r.seen / Math.max(1, r.pools), cell: r => <span className="num">{r.seen} / {r.pools}</span> },
    { key: 'heads', title: t('figure.heads'), right: true, sort: r => r.heads.value,
      cell: r => <Figure figure="heads" subject={`site:${r.site}`}><Heads of={r.heads} /></Figure> },
    { key: 'biomass', title: t('figure.biomass'), right: true, phone: true, sort: r => r.biomass_mg?.value,
      cell: r => <Figure figure="biomass" subject={`site:${r.site}`}><Mass of={r.biomass_mg} /></Figure> },
    { key: 't', title: '°C', right: true, sort: r => r.temperature_mc, cell: r => <Num of={r.temperature_mc == null ? null : r.temperature_mc / 1000} decimals={1} /> },
    { key: 'worst', title: t('pool.state'), sort: r => rank[r.worst], cell: r => <StateMark worst={r.worst} label /> },
  ]
  return <Table rows={rows} columns={columns} row_key={r => r.site} label={t('today.sites')} open={r => go(`/pools?site=${encodeURIComponent(r.site)}`)} name="sites" />
}
