import { useMemo } from 'react'
import { query_text } from '../api'
import { useGet } from '../data'
import { t } from '../i18n'
import { Link, useQuery } from '../router'
import { Answer, Fact, Facts, PageHead, Section, useNames } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { BreedingSpecies, BreedingTrend, TrendClass } from '../breeding/shapes'
import { level_unit, percent, trait_difference, trait_level, trait_unit, trait_word } from '../breeding/words'
import { SpeciesPick } from './breeding'

export default function BreedingTrendPage() {
  const all = useGet<{ species: BreedingSpecies[] }>('/breeding/species').data?.species
  const [asked] = useQuery('species')
  const evaluated = useMemo(() => all?.filter(s => s.evaluation) ?? [], [all])
  const species = asked || evaluated[0]?.species || ''
  const got = useGet<BreedingTrend>(species ? `/breeding/trend${query_text({ species })}` : null)
  const names = useNames()
  const d = got.data?.species === species ? got.data : undefined
  const gains = d && Object.entries(d.gain_a_year).filter(([, [g, e]]) => Math.abs(g) > 1.96 * e).map(([trait, [g]]) => `${trait_word(trait)} ${trait_difference(trait, g)} ${trait_unit(trait)}`).join(', ')
  const sentence = all && !species ? t('breeding.not_evaluated', { species: '–' }) : !d ? ' ' : gains
    ? t('breeding.trend_sentence', { species: names.species(species), gains, ne: d.effective_size ? show_number(Math.round(d.effective_size)) : t('breeding.effective_unknown') }) : d.classes.length < 3 ? t('breeding.trend_none', { species: names.species(species) }) : t('breeding.trend_flat', { species: names.species(species) })
  return (
    <>
      <PageHead title={t('nav.breeding_trend')} sentence={sentence}><p className="sub muted small"><Link to={`/breeding?species=${encodeURIComponent(species)}`}>{t('nav.breeding')}</Link></p></PageHead>
      <SpeciesPick all={evaluated} species={species} />
      {species && <Answer got={got}>{() => (d ? <Trend d={d} /> : null)}</Answer>}
    </>
  )
}

function Trend({ d }: { d: BreedingTrend }) {
  const good = d.fits.filter(f => f.status === 'good')
  const years = d.classes.map(c => String(c.born))
  const columns: Column<TrendClass>[] = [
    { key: 'born', title: t('breeding.year_class'), phone: true, sort: c => c.born, cell: c => <b className="num">{c.born}</b> },
    { key: 'animals', title: t('breeding.fish_n'), right: true, phone: true, sort: c => c.animals, cell: c => <span className="num">{show_number(c.animals)}</span> },
    { key: 'parents', title: t('breeding.sires_dams'), right: true, sort: c => c.sires, cell: c => <span className="num">{c.sires}, {c.dams}</span> },
    ...good.map((f): Column<TrendClass> => ({ key: f.trait, title: `${trait_word(f.trait)}, ${trait_unit(f.trait)}`, right: true, sort: c => c.ebv[f.trait]?.[0], cell: c => c.ebv[f.trait] ? <span className="num">{trait_difference(f.trait, c.ebv[f.trait][0])}</span> : '–' })),
    { key: 'f', title: t('breeding.f'), right: true, phone: true, sort: c => c.mean_f, cell: c => <span className="num">{percent(c.mean_f, 1)}</span> },
    { key: 'c', title: t('breeding.c_line'), right: true, phone: true, sort: c => c.coancestry, cell: c => <span className="num">{percent(c.coancestry, 1)}</span> },
    { key: 'ns', title: t('breeding.status_number'), right: true, sort: c => c.status_number, cell: c => <span className="num">{show_number(c.status_number, 1)}</span> },
  ]
  return (
    <>
      <Facts>
        {good.filter(f => d.gain_a_year[f.trait]).map(f => <Fact key={f.trait} label={trait_word(f.trait)}><span className="num">{trait_difference(f.trait, d.gain_a_year[f.trait][0])} <span className="error">± {show_number(1.96 * d.gain_a_year[f.trait][1], f.trait === 'egg' ? 3 : 2)}</span> <span className="unit">{trait_unit(f.trait)} {t('breeding.per_year')}</span></span></Fact>)}
        {d.generation_years != null && <Fact label={t('breeding.generation')}>{t('breeding.years', { years: show_number(d.generation_years, 1) })}</Fact>}
        <Fact label={t('breeding.effective')}>{d.effective_size ? <span className="num">{show_number(Math.round(d.effective_size))}</span> : <span className="muted small">{t('breeding.effective_unknown')}</span>}</Fact>
        {d.coancestry_a_year != null && <Fact label={t('breeding.coancestry_a_year')}><span className="num">{percent(d.coancestry_a_year)} <span className="error">± {percent(1.96 * (d.coancestry_a_year_error ?? 0))}</span></span></Fact>}
      </Facts>
      <Section title={t('breeding.trend_traits')}>
        <div className="small_charts">
          {good.map(f => (
            <div key={f.trait}>
              <p className="small"><b>{trait_word(f.trait)}</b> {d.gain_a_year[f.trait] && <span className="muted">{t('breeding.a_year', { gain: trait_difference(f.trait, d.gain_a_year[f.trait][0]), error: show_number(1.96 * d.gain_a_year[f.trait][1], f.trait === 'egg' ? 3 : 2), unit: trait_unit(f.trait) })}</span>}</p>
              <Chart height={200} label={`${t('breeding.trend_traits')}: ${trait_word(f.trait)}`} option={p => {
                const points = d.classes.map((c, i) => ({ x: i, v: c.ebv[f.trait] })).filter(q => q.v)
                return {
                  ...base(p), legend: { show: false },
                  tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? trait_difference(f.trait, v) : '') },
                  xAxis: { type: 'category', data: years, axisLabel: { color: p.muted, fontSize: 11 }, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false } },
                  yAxis: value_axis(p, trait_unit(f.trait), { scale: true }),
                  series: [
                    { name: 'low', type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false }, silent: true, data: points.map(q => [q.x, q.v[0] - 1.96 * q.v[1]]) },
                    { name: 'interval', type: 'line', stack: 'interval', stackStrategy: 'all', symbol: 'none', lineStyle: { opacity: 0 }, areaStyle: { color: p.accent, opacity: 0.16 }, tooltip: { show: false }, silent: true, data: points.map(q => [q.x, 3.92 * q.v[1]]) },
                    { name: t('breeding.mean_ebv'), type: 'line', symbolSize: 6, lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent }, data: points.map(q => [q.x, q.v[0]]) },
                  ],
                }
              }} />
            </div>
          ))}
        </div>
      </Section>
      <Section title={t('breeding.trend_measured')}>
        <div className="small_charts">
          {good.map(f => (
            <div key={f.trait}>
              <p className="small"><b>{trait_word(f.trait)}</b> {f.trait === 'weight' && <span className="muted">{t('breeding.young')}</span>}</p>
              <Chart height={180} label={`${t('breeding.trend_measured')}: ${trait_word(f.trait)}`} option={p => ({
                ...base(p), legend: { show: false }, tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? show_number(v, 2) : '') },
                xAxis: { type: 'category', data: years, axisLabel: { color: p.muted, fontSize: 11 }, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false } },
                yAxis: value_axis(p, level_unit(f.trait), { scale: true }),
                series: [{ name: t('breeding.measured'), type: 'line', symbolSize: 6, lineStyle: { color: p.bands[1], width: 2 }, itemStyle: { color: p.bands[1] }, data: d.classes.map((c, i) => (c.measured[f.trait] ? [i, trait_level(f.trait, c.measured[f.trait][0])] : null)).filter(Boolean) }],
              })} />
            </div>
          ))}
        </div>
      </Section>
      <Section title={t('breeding.trend_kin')}>
        <Chart height={240} label={t('breeding.trend_kin')} option={p => ({
          ...base(p), tooltip: { ...(base(p).tooltip as object), valueFormatter: (v: unknown) => (typeof v === 'number' ? `${show_number(v, 2)}%` : '') },
          xAxis: { type: 'category', data: years, axisLabel: { color: p.muted, fontSize: 11 }, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false } },
          yAxis: value_axis(p, '%', { min: 0 }),
          series: [
            { name: t('breeding.c_line'), type: 'line', symbolSize: 6, lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent }, data: d.classes.map(c => c.coancestry * 100) },
            { name: t('breeding.f_line'), type: 'line', symbolSize: 6, lineStyle: { color: p.warn, width: 2 }, itemStyle: { color: p.warn }, data: d.classes.map(c => c.mean_f * 100) },
          ],
        })} />
        <p className="muted small">{t('breeding.trend_means')}</p>
      </Section>
      <Section title={t('breeding.classes')}><Table rows={d.classes} columns={columns} row_key={c => String(c.born)} label={t('breeding.classes')} /></Section>
    </>
  )
}
