import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { get, query_text, type CohortRow, type FishRow } from '../api'
import { useAsOf, usePack, useSites, useState_ } from '../data'
import { is_zh, t, word } from '../i18n'
import { go, usePlace } from '../router'
import { CohortLink, Figure, FishLink, Mass, PageHead, PoolLink, problem_text, sex_word, useNames, Waiting } from '../ui/basic'
import { Exports, Filters, Pick, Words } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'

const page_size = 200

export default function FishList() {
  const { query } = usePlace()
  const { at, known } = useAsOf()
  const names = useNames()
  const pack = usePack()
  const sites = useSites()
  const cohorts = useState_<{ cohorts: CohortRow[] }>('/cohorts').data?.cohorts
  const gone = query.get('gone')
  const asked = query_text({ q: query.get('q'), state: gone || query.get('q') ? '' : 'alive', site: query.get('site'), cohort: query.get('cohort'), stage: query.get('stage'), at, known, limit: page_size })
  const [rows, set_rows] = useState<FishRow[] | null>(null)
  const [next, set_next] = useState<string | null>(null)
  const [wrong, set_wrong] = useState('')
  const turn = useRef(0)
  const busy = useRef(false)
  useEffect(() => {
    const mine = ++turn.current
    busy.current = true
    get<{ fish: FishRow[]; next: string | null }>('/fish' + asked)
      .then(r => { if (mine === turn.current) { set_rows(r.fish); set_next(r.next); set_wrong('') } })
      .catch(e => { if (mine === turn.current) set_wrong(problem_text(e)) })
      .finally(() => { busy.current = false })
  }, [asked])
  const more = useCallback(() => {
    if (!next || busy.current) return
    const mine = turn.current
    busy.current = true
    get<{ fish: FishRow[]; next: string | null }>(`/fish${asked}&after=${encodeURIComponent(next)}`)
      .then(r => { if (mine === turn.current) { set_rows(old => [...(old ?? []), ...r.fish]); set_next(r.next) } })
      .catch(e => set_wrong(problem_text(e)))
      .finally(() => { busy.current = false })
  }, [next, asked])
  const total = useMemo(() => cohorts?.reduce((sum, c) => sum + c.tagged, 0), [cohorts])
  const columns: Column<FishRow>[] = [
    { key: 'fish', title: t('field.fish'), phone: true, cell: r => <FishLink fish={r.fish} />, sort: r => r.fish },
    { key: 'species', title: t('field.species'), cell: r => names.species(r.species), sort: r => r.species },
    { key: 'cohort', title: t('field.cohort'), cell: r => <CohortLink cohort={r.cohort} />, sort: r => r.cohort },
    { key: 'sex', title: t('field.sex'), cell: r => sex_word(r.sex), sort: r => r.sex },
    { key: 'stage', title: t('fish.maturity'), cell: r => names.stage(r.stage), sort: r => r.stage },
    { key: 'pool', title: t('field.pool'), phone: true, cell: r => (r.state === 'alive' && r.pool ? <PoolLink pool={r.pool} /> : <span className="muted">{word('fish_state', r.state)}</span>), sort: r => r.pool },
    { key: 'site', title: t('field.site'), cell: r => r.site ?? '–', sort: r => r.site },
    { key: 'weight', title: t('figure.weight'), right: true, phone: true, cell: r => <Figure figure="mean" subject={`fish:${r.fish}`}><Mass of={r.weight_mg} /></Figure>, sort: r => r.weight_mg?.value },
  ]
  const filtered = ['q', 'site', 'cohort', 'stage', 'gone'].some(n => query.get(n))
  const sentence = rows === null ? ' ' : filtered
    ? t(next ? 'fish.found_more' : 'fish.found', { count: rows.length, shown: show_number(rows.length) })
    : t('fish.sentence', { count: total ?? rows.length, shown: show_number(total ?? rows.length) })
  return (
    <>
      <PageHead title={t('nav.fish')} sentence={sentence} />
      <Filters end={<Exports list="fish" query={Object.fromEntries(['site', 'cohort', 'stage'].map(n => [n, query.get(n) ?? '']))} />}>
        <Words name="q" label={t('fish.find')} />
        <Pick name="site" label={t('filter.every_site')} options={(sites ?? []).map(s => ({ value: s.site, label: s.name }))} wide />
        <Pick name="cohort" label={t('filter.every_cohort')} options={(cohorts ?? []).map(c => ({ value: c.cohort, label: c.cohort }))} />
        <Pick name="stage" label={t('filter.every_stage')} options={(pack?.maturity ?? []).map(s => ({ value: s.code, label: is_zh() ? s.name_zh : s.name_en }))} />
        <Pick name="gone" label={t('filter.alive_only')} options={[{ value: 'all', label: t('filter.gone_too') }]} />
      </Filters>
      {wrong && <p className="notice notice_bad">{wrong}</p>}
      {rows ? <Table rows={rows} columns={columns} row_key={r => r.fish} label={t('nav.fish')} open={r => go(`/fish/${r.fish}`)} more={next ? more : undefined} empty={t('fish.none')} /> : !wrong && <Waiting rows={10} />}
    </>
  )
}
