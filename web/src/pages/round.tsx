import { Button, Input, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { query_text, type Body, type Round as RoundAnswer, type RoundRow } from '../api'
import { useGet, useMay, usePack, useSession, useSites } from '../data'
import { farm_day, from_farm_local, show_day, show_instant, show_time } from '../dates'
import { is_zh, own_script, t } from '../i18n'
import { outbox, send_waiting, useOutbox } from '../outbox_live'
import { mass_taste, narrow, round_site } from '../prefs'
import { set_query, useQuery } from '../router'
import { useCell } from '../store'
import { Answer, as_estimate, Nothing, PageHead } from '../ui/basic'
import { Icon } from '../ui/icons'
import { from_smallest, show_mass, show_number, show_oxygen, show_temperature, to_smallest } from '../units'
import { uuid7 } from '../uuid7'

interface Draft { deaths?: number; cohort?: string; cause?: string; feed?: string; t?: string; o?: string; note?: string }

const kept_rows = 'osetra.round.rows'
const kept_drafts = 'osetra.round.drafts'

function read_kept<T>(name: string): T | undefined {
  try { return JSON.parse(localStorage.getItem(name) ?? '') as T } catch { return undefined }
}

/// The list as the server tells it; without a signal on a new day, the last list known with nobody seen yet.
function useRows(day: string) {
  const got = useGet<RoundAnswer>('/round' + query_text({ day }))
  useEffect(() => { if (got.data?.day === day) localStorage.setItem(kept_rows, JSON.stringify(got.data.rows)) }, [got.data, day])
  const old = useMemo(() => {
    if (got.data || !got.problem?.unreachable) return undefined
    const rows = read_kept<RoundRow[]>(kept_rows)
    return rows && { day, seen: 0, pools: rows.length, rows: rows.map(r => ({ ...r, seen: [] })) }
  }, [got.data, got.problem, day])
  return { ...got, data: got.data ?? old, problem: old ? undefined : got.problem }
}

export default function Round() {
  const today = farm_day()
  const [day] = useQuery('day', today)
  const [asked_site] = useQuery('site')
  const [asked_pool] = useQuery('pool')
  const usual_site = useCell(round_site)
  const sites = useSites()
  const me = useSession()
  const may = useMay()
  const is_narrow = useCell(narrow)
  const got = useRows(day)
  const waiting = useOutbox()
  const [list_open, set_list_open] = useState(false)

  const told = useMemo(() => {
    const map = new Map<string, string>()
    for (const w of waiting) {
      const at = w.envelope.happened_at ?? w.made_at
      if (w.envelope.kind === 'round' && farm_day(at) === day) map.set(String(w.envelope.body.pool), at)
    }
    return map
  }, [waiting, day])

  const rows = got.data?.rows ?? []
  const site_ids = [...new Set(rows.map(r => r.site))]
  const pool_site = rows.find(r => r.pool === asked_pool)?.site
  const site = [pool_site, asked_site, usual_site, me.sites[0], site_ids[0]].find(s => s && site_ids.includes(s)) ?? ''
  const walk = useMemo(() => rows.filter(r => r.site === site)
    .sort((a, b) => (a.walk_order ?? 1e9) - (b.walk_order ?? 1e9) || a.pool.localeCompare(b.pool, undefined, { numeric: true })), [rows, site])
  const is_seen = (r: RoundRow) => r.seen.length > 0 || told.has(r.pool)
  const seen = walk.filter(is_seen).length
  const current = walk.find(r => r.pool === asked_pool) ?? walk.find(r => !is_seen(r)) ?? walk[0]
  const index = current ? walk.indexOf(current) : -1
  const open = (pool: string | undefined) => { set_query({ pool }); set_list_open(false); scrollTo(0, 0) }
  const next_unseen = (after: RoundRow) => {
    const i = walk.indexOf(after)
    return [...walk.slice(i + 1), ...walk.slice(0, i)].find(r => !is_seen(r) && r !== after)
  }
  const left = walk.length - seen
  const sentence = !got.data ? ' ' : left ? t('round.sentence', { seen, pools: walk.length, left }) : t('round.done', { pools: walk.length })
  const names = new Map(sites?.map(s => [s.site, s.name]))

  return (
    <div className="round">
      <PageHead title={t('nav.round')} sentence={sentence}>
        <div className="round_bar" aria-hidden="true"><span style={{ width: `${walk.length ? (100 * seen) / walk.length : 0}%` }} /></div>
      </PageHead>
      <div className="round_where">
        <Select value={site || undefined} aria-label={t('field.site')} onChange={s => { round_site.set(s); set_query({ site: null, pool: null }) }}
          options={site_ids.map(s => ({ value: s, label: names.get(s) ?? s }))} size="large" className="round_site" />
        <input type="date" value={day} max={today} aria-label={t('round.day')} onChange={e => set_query({ day: e.target.value === today ? null : e.target.value, pool: null })} />
        {is_narrow && <Button size="large" onClick={() => set_list_open(!list_open)} aria-expanded={list_open}>{t('round.list')}</Button>}
      </div>
      <Answer got={got}>
        {() => !current ? <Nothing>{t('round.no_pools')}</Nothing> : (
          <div className="round_body">
            {(!is_narrow || list_open) && (
              <ol className="walk" aria-label={t('round.walk')}>
                {walk.map(r => (
                  <li key={r.pool}>
                    <button type="button" aria-current={r === current ? 'step' : undefined} onClick={() => open(r.pool)} className={is_seen(r) ? 'walk_seen' : undefined}>
                      <span className="walk_mark" aria-hidden="true">{is_seen(r) ? <Icon name="check" size={16} /> : null}</span>
                      <b>{r.pool}</b>
                      <span className="muted small">{r.seen[0] ? `${show_time(r.seen[0].at)} ${r.seen[0].author}` : told.has(r.pool) ? t('round.waits') : ''}</span>
                    </button>
                  </li>
                ))}
              </ol>
            )}
            {!(is_narrow && list_open) && (may('record')
              ? <PoolEntry key={current.pool + day} row={current} day={day} today={today} waits={told.get(current.pool)} place={`${index + 1} / ${walk.length}`}
                  before={walk[index - 1]?.pool} after={walk[index + 1]?.pool} open={open} done={() => open(next_unseen(current)?.pool ?? walk[index + 1]?.pool ?? current.pool)} />
              : <Nothing>{t('round.may_not')}</Nothing>)}
          </div>
        )}
      </Answer>
    </div>
  )
}

function PoolEntry({ row, day, today, waits, place, before, after, open, done }: {
  row: RoundRow; day: string; today: string; waits?: string; place: string; before?: string; after?: string
  open: (pool: string | undefined) => void; done: () => void
}) {
  const me = useSession()
  const pack = usePack()
  const taste = useCell(mass_taste)
  const per = taste === 'jin' ? 500_000 : 1_000_000
  const unit = taste === 'jin' ? '斤' : 'kg'
  const draft_key = `${day} ${row.pool}`
  const [draft, set_draft] = useState<Draft>(() => read_kept<Record<string, Draft>>(kept_drafts)?.[draft_key] ?? {})
  const [tried, set_tried] = useState(false)
  const change = (more: Draft) => set_draft(d => ({ ...d, ...more }))
  useEffect(() => {
    const all = read_kept<Record<string, Draft>>(kept_drafts) ?? {}
    for (const key of Object.keys(all)) if (!key.startsWith(day)) delete all[key]
    if (Object.keys(draft).length) all[draft_key] = draft
    else delete all[draft_key]
    localStorage.setItem(kept_drafts, JSON.stringify(all))
  }, [draft])
  const planned = row.planned_feed_mg
  const cohort = draft.cohort ?? (row.cohorts.length === 1 ? row.cohorts[0].cohort : undefined)
  const feed = draft.feed === undefined || draft.feed === '' ? undefined : to_smallest(draft.feed, per)
  const degrees = draft.t ? to_smallest(draft.t, 1000) : undefined
  const oxygen = draft.o ? to_smallest(draft.o, 1000) : undefined
  const wrong = {
    feed: !!draft.feed && feed === undefined,
    t: !!draft.t && (degrees === undefined || degrees < -2_000 || degrees > 45_000),
    o: !!draft.o && (oxygen === undefined || oxygen < 0 || oxygen > 30_000),
    cohort: !!draft.deaths && row.cohorts.length > 1 && !cohort,
    cause: !!draft.deaths && !draft.cause,
  }
  const save = async () => {
    set_tried(true)
    if (Object.values(wrong).some(Boolean)) return
    const body: Body = { pool: row.pool }
    if (draft.deaths !== undefined) body.deaths = draft.deaths
    if (draft.deaths) Object.assign(body, { cohort, cause: draft.cause })
    if (feed !== undefined) body.feed_mg = feed
    if (degrees !== undefined) body.temperature_mc = degrees
    if (oxygen !== undefined) body.oxygen_ug_l = oxygen
    if (draft.note?.trim()) body.note = draft.note.trim()
    const at = day === today ? new Date().toISOString() : from_farm_local(`${day}T08:00`)
    await outbox.add({ id: uuid7(), kind: 'round', happened_at: at, body }, me.person, new Date().toISOString())
    set_draft({})
    const all = read_kept<Record<string, Draft>>(kept_drafts) ?? {}
    delete all[draft_key]
    localStorage.setItem(kept_drafts, JSON.stringify(all))
    navigator.vibrate?.(30)
    done()
    void send_waiting().catch(() => {})
  }
  const step = (text: string | undefined, last: number | null | undefined, by: number) => {
    const from = text ? to_smallest(text, 1000) ?? 0 : last ?? (by > 0 ? 0 : 0)
    return from_smallest(Math.round((from + by) / 100) * 100, 1000)
  }
  const heads = as_estimate(row.heads)
  const planned_text = planned != null ? from_smallest(Math.round(planned / 10_000) * 10_000, per) : ''
  const last = row.seen[0]
  return (
    <section className="entry" aria-label={row.pool}>
      <div className="entry_head">
        <Button type="text" className="entry_step" icon={<Icon name="left" size={28} />} disabled={!before} onClick={() => open(before)} aria-label={t('round.before')} />
        <div>
          <h2>{row.name && row.name !== row.pool ? `${row.pool} · ${own_script(row.name)}` : row.pool}</h2>
          <p className="muted small">{place} · {show_number(Math.round(heads.value))} {t('unit.heads')}{row.cohorts.length ? ` · ${row.cohorts.map(c => c.cohort).join(', ')}` : ''}</p>
        </div>
        <Button type="text" className="entry_step" icon={<Icon name="right" size={28} />} disabled={!after} onClick={() => open(after)} aria-label={t('round.after')} />
      </div>
      {(last || waits) && (
        <p className="notice notice_ok">
          <Icon name="check" size={18} />
          <span>{last ? t('round.seen_by', { at: show_instant(last.at), who: last.author }) : t('round.waits_long')}
            {last && [last.deaths ? t('round.deaths_n', { count: last.deaths }) : '', last.feed_mg != null ? show_mass(last.feed_mg, taste) : '',
              last.temperature_mc != null ? `${show_temperature(last.temperature_mc)} °C` : '', last.note ?? ''].filter(Boolean).map(x => ` · ${x}`).join('')}</span>
        </p>
      )}
      <fieldset className="tile">
        <legend><Icon name="death" /> {t('figure.deaths')}</legend>
        <div className="tile_row">
          <button type="button" className="big" aria-pressed={draft.deaths === 0} onClick={() => change({ deaths: 0, cause: undefined, cohort: undefined })}>{t('round.no_deaths')}</button>
          <button type="button" className="big big_square" aria-label={t('round.fewer')} onClick={() => change({ deaths: Math.max(0, (draft.deaths ?? 0) - 1) })}><Icon name="minus" size={26} /></button>
          <input className="big_number num" inputMode="numeric" aria-label={t('round.deaths')} value={draft.deaths ?? ''}
            onChange={e => { const n = Number(e.target.value.replace(/\D/g, '')); change({ deaths: e.target.value === '' ? undefined : n }) }} />
          <button type="button" className="big big_square" aria-label={t('round.more_dead')} onClick={() => change({ deaths: (draft.deaths ?? 0) + 1 })}><Icon name="plus" size={26} /></button>
        </div>
        {!!draft.deaths && (
          <>
            <div className="chips" role="radiogroup" aria-label={t('field.cause')}>
              {(pack?.causes.death ?? []).map(c => (
                <button key={c.code} type="button" role="radio" aria-checked={draft.cause === c.code} onClick={() => change({ cause: c.code })}>{is_zh() ? c.name_zh : c.name_en}</button>
              ))}
            </div>
            {tried && wrong.cause && <p className="wrong" role="alert">{t('round.which_cause')}</p>}
            {row.cohorts.length > 1 && (
              <div className="chips" role="radiogroup" aria-label={t('field.cohort')}>
                {row.cohorts.map(c => <button key={c.cohort} type="button" role="radio" aria-checked={cohort === c.cohort} onClick={() => change({ cohort: c.cohort })}>{c.cohort}</button>)}
              </div>
            )}
            {tried && wrong.cohort && <p className="wrong" role="alert">{t('round.which_cohort')}</p>}
          </>
        )}
      </fieldset>
      <fieldset className="tile">
        <legend><Icon name="feed" /> {t('figure.feed')}</legend>
        <div className="tile_row">
          {planned != null && planned > 0 && (
            <button type="button" className="big" aria-pressed={draft.feed === planned_text} onClick={() => change({ feed: planned_text })}>{t('round.as_planned')} <b className="num">{planned_text} {unit}</b></button>
          )}
          <button type="button" className="big" aria-pressed={draft.feed === '0'} onClick={() => change({ feed: '0' })}>{t('round.no_feed')}</button>
          <label className="big_input"><input className="num" inputMode="decimal" aria-label={`${t('figure.feed')}, ${unit}`} value={draft.feed ?? ''} onChange={e => change({ feed: e.target.value || undefined })} aria-invalid={wrong.feed} /><span>{unit}</span></label>
        </div>
        {wrong.feed && <p className="wrong" role="alert">{t('form.wrong.number')}</p>}
      </fieldset>
      <fieldset className="tile">
        <legend><Icon name="water" /> {t('round.water')}</legend>
        {([['t', '°C', row.last_temperature_mc, 100, wrong.t], ['o', 'mg/L O₂', null, 100, wrong.o]] as const).map(([name, label, was, by, bad]) => (
          <div className="tile_row" key={name}>
            <button type="button" className="big big_square" aria-label={`${label} −`} onClick={() => change({ [name]: step(draft[name], was ?? (name === 'o' ? 8000 : 15000), -by) })}><Icon name="minus" size={26} /></button>
            <label className="big_input"><input className="num" inputMode="decimal" aria-label={label} value={draft[name] ?? ''} placeholder={was != null ? show_temperature(was) : name === 'o' ? show_oxygen(null) : ''}
              onChange={e => change({ [name]: e.target.value || undefined })} aria-invalid={bad} /><span>{label}</span></label>
            <button type="button" className="big big_square" aria-label={`${label} +`} onClick={() => change({ [name]: step(draft[name], was ?? (name === 'o' ? 8000 : 15000), by) })}><Icon name="plus" size={26} /></button>
            {bad && <p className="wrong" role="alert">{t('round.out_of_range')}</p>}
          </div>
        ))}
      </fieldset>
      <Input className="entry_note" size="large" value={draft.note ?? ''} onChange={e => change({ note: e.target.value || undefined })} placeholder={t('round.note')} aria-label={t('field.note')} maxLength={300} />
      <div className="entry_end">
        <Button type="primary" size="large" block onClick={() => void save()} icon={<Icon name="eye" size={22} />} id="round_save">{t(day === today ? 'round.save' : 'round.save_day', { day: show_day(day) })}</Button>
      </div>
    </section>
  )
}
