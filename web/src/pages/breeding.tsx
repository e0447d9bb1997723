import { App, Button, InputNumber, Progress, Segmented, Select, Slider } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { post, Problem, query_text, seg } from '../api'
import { forget, useGet, useMay } from '../data'
import { show_day } from '../dates'
import { t, word } from '../i18n'
import { go, Link, useQuery } from '../router'
import { Answer, Fact, Facts, Nothing, PageHead, PoolLink, problem_text, ProblemNote, Section, sex_word, useNames, When } from '../ui/basic'
import { base, Chart, value_axis, type Palette } from '../ui/chart'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { PairTable, PlanFacts } from '../breeding/plan_view'
import type { AnimalRow, BreedingSpecies, Candidates, Plan, PlanCard, TradePoint, TraitFit } from '../breeding/shapes'
import { GiveGenotypes } from '../breeding/genotypes'
import { alone_word, AnimalLink, b, chance_of, Ebv, index_of, percent, trait_difference, trait_unit, trait_word, unused_word, weights_read, weights_text, wish_word, type Weights } from '../breeding/words'

const usual = 'weight:1,roe:1,egg:1,colour:1'

export default function Breeding() {
  const all = useGet<{ species: BreedingSpecies[] }>('/breeding/species')
  const [asked] = useQuery('species')
  const [ready] = useQuery('ready')
  const names = useNames()
  // Where the address names none: what is evaluated, then what has most in the studbook.
  const choice = useMemo(() => [...(all.data?.species ?? [])].sort((a, b) => Number(!!b.evaluation) - Number(!!a.evaluation) || b.studbook - a.studbook || b.animals - a.animals)[0]?.species ?? '', [all.data])
  const species = asked || choice
  const got = useGet<Candidates>(species ? `/breeding/candidates${query_text({ species, ready })}` : null)
  if (all.data && !all.data.species.length) return <PageHead title={t('nav.breeding')} sentence={t('breeding.nothing')} />
  const c = got.data?.species === species ? got.data : undefined
  const sentence = !c ? ' ' : !c.evaluation ? t('breeding.not_evaluated', { species: names.species(species) })
    : t('breeding.sentence', { females: show_number(c.females), males: show_number(c.males), species: names.species(species), season: show_day(c.season) })
  return (
    <>
      <PageHead title={t('nav.breeding')} sentence={sentence} acts={species && c && <Evaluate species={species} of={c} reload={got.reload} />}>
        {c?.evaluation && <p className="sub muted small">{t('breeding.evaluated', { animals: show_number(c.evaluation.animals), records: show_number(c.evaluation.records), by: c.evaluation.by.replace('job:', '') })} <When at={c.evaluation.at} /> · <Link to={`/breeding/trend?species=${seg(species)}`}>{t('nav.breeding_trend')}</Link></p>}
      </PageHead>
      <SpeciesPick all={all.data?.species} species={species} />
      {c ? <Bench key={species + (c.evaluation?.fact ?? '')} c={c} /> : <Answer got={got}>{() => null}</Answer>}
    </>
  )
}

export function SpeciesPick({ all, species, optional }: { all: BreedingSpecies[] | undefined; species: string; optional?: boolean }) {
  const names = useNames()
  const [, set] = useQuery('species')
  return (
    <div className="filters" role="group" aria-label={t('filter.label')}>
      <Select className="pick" value={species || undefined} placeholder={t('field.species')} allowClear={optional} aria-label={t('field.species')} style={{ minWidth: 240 }} popupMatchSelectWidth={false} onChange={v => set(v ?? '')}
        options={all?.map(s => ({ value: s.species, label: `${names.species(s.species)} · ${show_number(s.alive)}` }))} />
    </div>
  )
}

function Evaluate({ species, of, reload }: { species: string; of: Candidates; reload: () => void }) {
  const { message } = App.useApp()
  const may = useMay()
  const going = of.job?.state === 'queued' || of.job?.state === 'running'
  useEffect(() => {                                       // beside the live event, should that be lost
    if (!going) return
    const tick = setInterval(reload, 1500)
    return () => clearInterval(tick)
  }, [going, reload])
  if (!may('record')) return null
  const start = () => post('/breeding/evaluations', { species }).then(reload).catch(e => message.error(problem_text(e)))
  if (going) return <Progress percent={Math.round((of.job?.progress ?? 0) * 100)} size="small" status="active" style={{ width: 160 }} aria-label={t('job.breed_evaluation')} />
  return (
    <>
      {of.job?.state === 'failed' && <span className="bad small" role="alert">{of.job.said}</span>}
      <Button type={of.evaluation ? 'default' : 'primary'} icon={<Icon name="growth" size={16} />} onClick={() => void start()}>{t(of.evaluation ? 'breeding.evaluate_again' : 'breeding.evaluate')}</Button>
    </>
  )
}

/// Sliders, what they trade, and who is left.
function Bench({ c }: { c: Candidates }) {
  const [weights_asked, set_weights] = useQuery('weights', usual)
  const [weights, set_live] = useState<Weights>(() => weights_read(weights_asked))
  const [sex, set_sex] = useState<'female' | 'male'>('female')
  const [cap, set_cap] = useState(0.05)
  const fits = c.fits?.filter(f => f.status === 'good') ?? []
  const set = (trait: string, w: number) => set_live(now => ({ ...now, [trait]: w }))
  useEffect(() => {
    const late = setTimeout(() => set_weights(weights_text(weights)), 250)
    return () => clearTimeout(late)
  }, [weights])
  if (!c.evaluation) return <Candidates_ c={c} fits={[]} weights={weights} sex={sex} set_sex={set_sex} />
  return (
    <>
      <Fits fits={c.fits ?? []} />
      <Kinship c={c} />
      {fits.length > 0 && (
        <Section title={t('breeding.index')}>
          <div className="index_bench">
            <div className="index_sliders">
              {fits.map(f => (
                <label key={f.trait} className="index_slider">
                  <span>{trait_word(f.trait)}<b className="num">{show_number(weights[f.trait] ?? 0, 1)}</b></span>
                  <Slider min={0} max={3} step={0.5} value={weights[f.trait] ?? 0} onChange={v => set(f.trait, v)} tooltip={{ open: false }} ariaLabelForHandle={trait_word(f.trait)} />
                </label>
              ))}
              <p className="muted small">{t('breeding.index_means')}</p>
            </div>
            <TraitTrade c={c} fits={fits} weights={weights} take={set_live} />
            <GainTrade species={c.species} weights={weights} cap={cap} take={set_cap} />
          </div>
        </Section>
      )}
      <Planner c={c} weights={weights} cap={cap} set_cap={set_cap} />
      <Candidates_ c={c} fits={fits} weights={weights} sex={sex} set_sex={set_sex} />
    </>
  )
}

function Fits({ fits }: { fits: TraitFit[] }) {
  return (
    <Facts>
      {fits.map(f => (
        <Fact key={f.trait} label={trait_word(f.trait)}>
          {f.status === 'good'
            ? <span className="num" title={f.model}>h² {show_number(f.heritability, 2)} <span className="error">{show_number(f.heritability_low, 2)}–{show_number(f.heritability_high, 2)}</span></span>
            : <span className="muted small" title={f.why || f.model}>{word('fit', f.status)}</span>}
          <div className="muted small num">{t('breeding.records', { count: f.records, n: show_number(f.records) })}</div>
          {f.chance != null && <div className="small num">{b('at_mean', { chance: percent(f.chance, 0), wish: wish_word(f.trait) })}</div>}
          {f.status === 'good' && <div className="muted small">{f.together?.length ? b('with', { traits: f.together.map(trait_word).join(', ') }) : f.alone_why ? alone_word(f.alone_why) : ''}</div>}
        </Fact>
      ))}
    </Facts>
  )
}

/// What is known of one trait by another, and of relationships by genes.
function Kinship({ c }: { c: Candidates }) {
  return (
    <>
      {!!c.pairs?.length && (
        <Section title={b('correlations')}>
          <Facts>
            {c.pairs.map(p => (
              <Fact key={`${p.trait} ${p.other}`} label={b('correlation_of', { one: trait_word(p.other), other: trait_word(p.trait) })}>
                <span className="num">{show_number(p.genetic, 2)} <span className="error">± {show_number(1.96 * p.error, 2)}</span></span>
                <div className="muted small num">{b('both', { n: show_number(p.animals) })}</div>
              </Fact>
            ))}
          </Facts>
          <p className="muted small">{b('correlations_words')}</p>
        </Section>
      )}
      <GiveGenotypes species={c.species} />
      <p className="muted small genotype_use">{b('genotypes')}: {!c.genotypes ? b('genotypes_none') : c.genotypes.why_not ? unused_word(c.genotypes.why_not) : b('genotypes_used', { animals: show_number(c.genotypes.animals), variants: show_number(c.genotypes.variants) })}</p>
    </>
  )
}

/// What the best by this index would pass on in two traits, for every way of weighing these two: where one costs the other, the points show it.
function TraitTrade({ c, fits, weights, take }: { c: Candidates; fits: TraitFit[]; weights: Weights; take: (w: Weights) => void }) {
  const codes = fits.map(f => f.trait)
  const [pair, set_pair] = useState<[string, string]>(() => (codes.includes('egg') && codes.includes('roe') ? ['roe', 'egg'] : [codes[0], codes[1] ?? codes[0]]))
  const fit_of = (trait: string) => fits.find(f => f.trait === trait)
  const is_chance = (trait: string) => fit_of(trait)?.chance != null
  const shown = (trait: string, v: number) => { const chance = chance_of(fit_of(trait), v); return chance == null ? v : 100 * chance }
  const unit = (trait: string) => (is_chance(trait) ? `% ${wish_word(trait)}` : trait_unit(trait))
  const said = (trait: string, v: number) => (is_chance(trait) ? show_number(v) : trait_difference(trait, v))
  const points = useMemo(() => {
    const best = (w: Weights) => {
      const mean = [0, 0]
      for (const [sex, n] of [['female', 12], ['male', 4]] as const) {
        const chosen = c.rows.filter(r => r.sex === sex && r.values && !r.not_ready).map(r => ({ r, i: index_of(r.values, w, fits) ?? 0 })).sort((a, b) => b.i - a.i).slice(0, n)
        pair.forEach((trait, k) => { mean[k] += chosen.reduce((s, x) => s + (x.r.values![trait]?.[0] ?? 0), 0) / Math.max(1, chosen.length) / 2 })
      }
      return mean.map((v, k) => shown(pair[k], v))
    }
    const steps = Array.from({ length: 9 }, (_, k) => k / 8)
    return { curve: steps.map(s => ({ s, at: best({ ...weights, [pair[0]]: 3 * s, [pair[1]]: 3 * (1 - s) }) })), now: best(weights) }
  }, [c.rows, fits, weights, pair])
  if (codes.length < 2) return <div />
  const pick = (k: 0 | 1) => (
    <Select size="small" value={pair[k]} aria-label={t('breeding.trait')} popupMatchSelectWidth={false} onChange={v => set_pair(p => (k ? [p[0], v] : [v, p[1]]))} options={codes.map(x => ({ value: x, label: trait_word(x) }))} />
  )
  return (
    <div className="index_chart">
      <p className="index_chart_head">{pick(0)} <span className="muted">{t('breeding.against')}</span> {pick(1)}</p>
      <Chart height={240} label={t('breeding.trait_trade_words', { one: trait_word(pair[0]), other: trait_word(pair[1]) })}
        on_click={p => { const s = points.curve[(p as { dataIndex?: number }).dataIndex ?? -1]?.s; if (s != null && p.seriesName === t('breeding.possible')) take({ ...weights, [pair[0]]: Math.round(6 * s) / 2, [pair[1]]: Math.round(6 * (1 - s)) / 2 }) }}
        option={p => ({
          ...base(p), tooltip: { ...(base(p).tooltip as object), trigger: 'item', formatter: (x: { value: number[] }) => `${trait_word(pair[0])} ${said(pair[0], x.value[0])} ${unit(pair[0])}<br>${trait_word(pair[1])} ${said(pair[1], x.value[1])} ${unit(pair[1])}` },
          xAxis: named_axis(p, `${trait_word(pair[0])}, ${unit(pair[0])}`), yAxis: value_axis(p, `${trait_word(pair[1])}, ${unit(pair[1])}`, { scale: true }),
          grid: { left: 8, right: 16, top: 44, bottom: 28, containLabel: true },
          series: [
            { name: t('breeding.possible'), type: 'line', symbolSize: 8, data: points.curve.map(x => x.at), lineStyle: { color: p.muted, width: 1.5 }, itemStyle: { color: p.muted } },
            { name: t('breeding.this_index'), type: 'scatter', symbolSize: 14, data: [points.now], itemStyle: { color: p.accent } },
          ],
        })} />
    </div>
  )
}

const named_axis = (p: Palette, name: string) => ({
  type: 'value', name, nameLocation: 'middle', nameGap: 26, scale: true, nameTextStyle: { color: p.muted, fontSize: 11 }, axisLabel: { color: p.muted, fontSize: 11 }, splitLine: { show: false }, axisLine: { lineStyle: { color: p.line } },
})

/// Gain against coancestry: a click takes a point as the cap.
function GainTrade({ species, weights, cap, take }: { species: string; weights: Weights; cap: number; take: (cap: number) => void }) {
  const [asked, set_asked] = useState(weights_text(weights))
  useEffect(() => {
    const late = setTimeout(() => set_asked(weights_text(weights)), 400)
    return () => clearTimeout(late)
  }, [weights])
  const got = useGet<{ points: TradePoint[] }>(`/breeding/trade-off${query_text({ species, weights: asked || 'weight:0' })}`)
  const points = got.data?.points ?? []
  return (
    <div className="index_chart">
      <p className="index_chart_head muted">{t('breeding.gain_trade')}</p>
      {got.problem && !points.length ? <ProblemNote problem={got.problem} /> : !points.length ? <div style={{ height: 240 }} aria-busy="true" /> : (
        <Chart height={240} label={t('breeding.gain_trade_words')}
          on_click={p => { const point = points[(p as { dataIndex?: number }).dataIndex ?? -1]; if (point) take(Math.ceil(point.coancestry * 1000) / 1000) }}
          option={p => ({
            ...base(p), legend: { show: false },
            tooltip: { ...(base(p).tooltip as object), trigger: 'item', formatter: (x: { dataIndex: number }) => { const q = points[x.dataIndex]; return q ? `${t('breeding.gain')} ${show_number(q.gain, 2)}<br>${t('breeding.coancestry')} ${percent(q.coancestry, 1)}<br>${t('breeding.parents', { count: q.parents })}` : '' } },
            xAxis: named_axis(p, `${t('breeding.coancestry')}, %`), yAxis: value_axis(p, t('breeding.gain'), { scale: true }),
            grid: { left: 8, right: 16, top: 28, bottom: 28, containLabel: true },
            series: [{
              type: 'line', symbolSize: 9, data: points.map(q => [q.coancestry * 100, q.gain]), lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent },
              markLine: { symbol: 'none', silent: true, lineStyle: { color: p.warn, type: 'dashed' }, label: { color: p.warn, fontSize: 11, formatter: t('breeding.cap') }, data: [{ xAxis: cap * 100 }] },
            }],
          })} />
      )}
    </div>
  )
}

/// Wishes, the plan that they give, and keeping it.
function Planner({ c, weights, cap, set_cap }: { c: Candidates; weights: Weights; cap: number; set_cap: (cap: number) => void }) {
  const { message } = App.useApp()
  const may = useMay()
  const [dams, set_dams] = useState(12)
  const [sires_each, set_sires_each] = useState(1)
  const [plan, set_plan] = useState<Plan | null>(null)
  const [wrong, set_wrong] = useState<Problem>()
  const [busy, set_busy] = useState(false)
  const proposal = useRef<HTMLDivElement>(null)
  const wish = { species: c.species, weights: weights_text(weights), season: c.season, dams, sires_each, max_coancestry: cap }
  useEffect(() => set_plan(null), [weights, cap, dams, sires_each])
  if (!may('record') || !c.females || !c.males) return null
  const propose = async () => {
    set_busy(true)
    set_wrong(undefined)
    try {
      set_plan(await post<Plan>('/breeding/proposals', wish))
      setTimeout(() => proposal.current?.scrollIntoView({ block: 'nearest' }), 50)
    } catch (e) {
      if (e instanceof Problem) set_wrong(e)
      else message.error(problem_text(e))
    }
    set_busy(false)
  }
  const keep = async () => {
    set_busy(true)
    try {
      const kept = await post<PlanCard>('/breeding/plans', wish)
      forget('/breeding')
      go(`/breeding/plans/${seg(kept.plan)}`)
    } catch (e) {
      message.error(problem_text(e), 8)
      set_busy(false)
    }
  }
  const number = (label: string, id: string, value: number, set: (n: number) => void, min: number, max: number, step = 1) => (
    <label><span>{label}</span><InputNumber id={id} value={value} min={min} max={max} step={step} onChange={v => v != null && set(v)} /></label>
  )
  return (
    <Section title={t('breeding.plan_matings')}>
      <form className="plan_wish" onSubmit={e => { e.preventDefault(); void propose() }}>
        {number(t('breeding.dams'), 'plan_dams', dams, set_dams, 1, 500)}
        {number(t('breeding.sires_each'), 'plan_sires', sires_each, set_sires_each, 1, 8)}
        {number(t('breeding.max_coancestry'), 'plan_cap', Math.round(cap * 1000) / 10, v => set_cap(v / 100), 0.1, 100, 0.5)}
        <Button type={plan ? 'default' : 'primary'} htmlType="submit" loading={busy && !plan}>{t('breeding.propose')}</Button>
      </form>
      <ProblemNote problem={wrong} />
      {plan && (
        <div ref={proposal}>
          <PlanFacts plan={plan} />
          <PairTable plan={plan} />
          <div className="form_end"><Button type="primary" size="large" loading={busy} onClick={() => void keep()}>{t('breeding.keep_plan')}</Button><span className="muted small">{t('breeding.keep_means')}</span></div>
        </div>
      )}
    </Section>
  )
}

function Candidates_({ c, fits, weights, sex, set_sex }: { c: Candidates; fits: TraitFit[]; weights: Weights; sex: 'female' | 'male'; set_sex: (s: 'female' | 'male') => void }) {
  const names = useNames()
  const [ready, set_ready] = useQuery('ready')
  const rows = useMemo(() => c.rows.filter(r => r.sex === sex).map(r => ({ ...r, index: index_of(r.values, weights, fits) })).sort((a, b) => (b.index ?? -1e9) - (a.index ?? -1e9)), [c.rows, sex, weights, fits])
  type Row = AnimalRow & { index?: number }
  const columns: Column<Row>[] = [
    { key: 'animal', title: t('breeding.animal'), phone: true, sort: r => r.animal, cell: r => <AnimalLink animal={r.animal} /> },
    ...(fits.length ? [{ key: 'index', title: t('breeding.index'), right: true, phone: true, sort: (r: Row) => r.index, cell: (r: Row) => <b className="num">{r.index == null ? '–' : show_number(r.index, 2)}</b> }] : []),
    ...fits.map((f): Column<Row> => ({ key: f.trait, title: f.chance != null ? <>{trait_word(f.trait)}: {wish_word(f.trait)}</> : <>{trait_word(f.trait)}, {trait_unit(f.trait)}</>, right: true, phone: false, sort: r => r.values?.[f.trait]?.[0], cell: r => <Ebv trait={f.trait} of={r.values?.[f.trait]} /> })),
    { key: 'f', title: t('breeding.f'), right: true, sort: r => r.f, cell: r => <span className="num">{r.f == null ? '–' : percent(r.f, 1)}</span> },
    { key: 'born', title: t('breeding.born'), right: true, sort: r => r.born, cell: r => <span className="num">{r.born ?? '–'}</span> },
    { key: 'where', title: t('field.pool'), sort: r => r.pool ?? r.site, phone: true, cell: r => <span className="num">{r.pool ? <PoolLink pool={r.pool} /> : <span className="muted">{r.site ?? '–'}</span>}</span> },
    { key: 'stage', title: t('fish.maturity'), sort: r => r.stage, cell: r => (r.stage ? <span className="num" title={`${names.stage(r.stage)}, ${show_day(r.stage_at)}`}>{r.stage}</span> : <span className="muted">–</span>) },
    ...(ready === 'all' ? [{ key: 'why', title: t('breeding.why_not'), phone: true, sort: (r: Row) => r.not_ready, cell: (r: Row) => <span className={r.not_ready ? 'muted' : undefined}>{r.not_ready ? word('not_ready', r.not_ready) : t('breeding.ready')}</span> }] : []),
  ]
  const waiting = Object.entries(c.not_ready).filter(([k]) => k.startsWith(sex)).map(([k, n]) => `${word('not_ready', k.slice(sex.length + 1))} ${show_number(n)}`).join(' · ')
  return (
    <Section title={t('breeding.candidates')} acts={<Segmented value={sex} onChange={set_sex} options={[{ value: 'female', label: `${sex_word('female')} ${c.females}` }, { value: 'male', label: `${sex_word('male')} ${c.males}` }]} />}>
      <p className="muted small">{waiting && `${t('breeding.not_ready')}: ${waiting}. `}<button type="button" className="quiet" onClick={() => set_ready(ready === 'all' ? '' : 'all')}>{t(ready === 'all' ? 'breeding.only_ready' : 'breeding.show_all')}</button></p>
      {rows.length ? <Table rows={rows} columns={columns} row_key={r => r.animal} label={t('breeding.candidates')} height={620} open={r => go(`/breeding/animals/${seg(r.animal)}`)} /> : <Nothing>{t('breeding.no_candidates')}</Nothing>}
    </Section>
  )
}

