import { App, AutoComplete, Button, Drawer, Dropdown, Input, Modal, Segmented } from 'antd'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Problem } from '../api'
import { useMay } from '../data'
import { farm_day, from_farm_local, show_instant } from '../dates'
import { t, word, type Key } from '../i18n'
import { narrow } from '../prefs'
import { set_query, useQuery } from '../router'
import { useCell } from '../store'
import { ask, events_page, type EventTree, type Json } from '../trace/epcis'
import { help_of, is_class, pairs_of, pairs_text, parameters, query_object, query_string, value_of, with_value, type Pair } from '../trace/parameters'
import { disposition_word, place_name, step_word } from '../trace/words'
import { show_number } from '../units'
import { PageHead, problem_text, Waiting } from '../ui/basic'
import { about_what, EventCard, place_of } from '../ui/event_card'
import { Filters } from '../ui/filters'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'
import { SavedQueries } from './saved_queries'

const text = (v: Json | undefined) => (typeof v === 'string' ? v : '')
const page_size = 50

/// Events of the repository: filtered, read one by one, kept as named queries.
export default function Events() {
  const [tab, set_tab] = useQuery('tab', 'events')
  return tab === 'saved' ? <SavedQueries tabs={<Tabs tab={tab} set={set_tab} />} /> : <Browser tabs={<Tabs tab={tab} set={set_tab} />} />
}

const Tabs = ({ tab, set }: { tab: string; set: (v: string) => void }) => (
  <Segmented value={tab} onChange={set} aria-label={t('trace.view')} options={[{ value: 'events', label: t('nav.events') }, { value: 'saved', label: t('event.saved') }]} />
)

/// Events page by page, as long as there is a next one.
function useEvents(path: string) {
  const [state, set_state] = useState<{ path: string; events: EventTree[]; next: string | null; context: Json; problem?: unknown; loading: boolean }>({ path: '', events: [], next: null, context: null, loading: true })
  const busy = useRef(false)
  const load = useCallback(async (from: string, before: EventTree[]) => {
    busy.current = true
    set_state(s => ({ ...s, loading: true, problem: undefined }))
    try {
      const page = await events_page(from)
      set_state(s => ({ path, events: [...before, ...page.events], next: page.next, context: page.context ?? s.context, loading: false }))
    } catch (problem) {
      set_state(s => ({ ...s, path, events: before, loading: false, problem, next: before.length ? s.next : null }))
    }
    busy.current = false
  }, [path])
  useEffect(() => { void load(path, []) }, [load])
  const more = useCallback(() => { if (state.next && !busy.current) void load(state.next, state.events) }, [state, load])
  return { ...state, more, again: () => void load(path, []) }
}

/// Values of a top-level resource, for choices.
function useValues(resource: string): string[] {
  const [values, set_values] = useState<string[]>([])
  useEffect(() => {
    ask<{ member?: string[]; [more: string]: unknown }>('GET', `/${resource}?perPage=200`).then(r => set_values(r.data.member ?? (Array.isArray(r.data) ? (r.data as string[]) : [])), () => {})
  }, [resource])
  return values
}

function Browser({ tabs }: { tabs: React.ReactNode }) {
  const is_narrow = useCell(narrow)
  const may = useMay()
  const [stored] = useQuery('q')
  const [named, set_named] = useQuery('query')
  const [opened, set_opened] = useQuery('event')
  const [rows_shown, set_rows_shown] = useState(false)
  const [saving, set_saving] = useState(false)
  const pairs = useMemo(() => pairs_of(stored), [stored])
  const set_pairs = (p: Pair[]) => set_query({ q: pairs_text(p), query: null })
  const usual: Pair[] = [['orderBy', 'eventTime'], ['perPage', String(page_size)]]      // newest first, where nothing else was asked for
  const asked = named ? `/queries/${encodeURIComponent(named)}/events?perPage=${page_size}` : '/events' + query_string([...pairs, ...usual.filter(([name]) => !value_of(pairs, name))])
  const got = useEvents(asked)
  const steps = useValues('bizSteps'), places = useValues('readPoints'), dispositions = useValues('dispositions')
  const sentinel = useRef<HTMLDivElement>(null)
  const more = useRef(got.more)
  more.current = got.more
  useEffect(() => {
    const watch = new IntersectionObserver(seen => { if (seen.some(s => s.isIntersecting)) more.current() }, { rootMargin: '600px' })
    if (sentinel.current) watch.observe(sentinel.current)
    return () => watch.disconnect()
  }, [got.events.length, got.next])

  const count = got.events.length
  const sentence = got.problem ? problem_text(got.problem) : got.loading && !count ? ' ' : !count ? t(pairs.length || named ? 'event.none_fit' : 'event.none')
    : got.next ? t('event.sentence_more', { count, n: show_number(count), at: show_instant(text(got.events[0].eventTime)) }) : t('event.sentence', { count, n: show_number(count) })
  const columns: Column<EventTree>[] = [
    { key: 'at', title: t('event.when'), cell: e => <time className="num when" dateTime={text(e.eventTime)}>{show_instant(text(e.eventTime))}</time>, width: 160, phone: !is_narrow },
    { key: 'step', title: t('event.step'), cell: e => <><b>{step_word(text(e.bizStep)) || word('event_type', text(e.type))}</b>{e.errorDeclaration != null && <span className="act"> {t('event.error')}</span>}{is_narrow && <><br /><span className="muted small num">{show_instant(text(e.eventTime))}</span></>}</>, phone: true },
    { key: 'type', title: t('event.type'), cell: e => <span className="muted">{word('event_type_short', text(e.type))}{text(e.action) && ` · ${word('event_action', text(e.action))}`}</span> },
    { key: 'what', title: t('event.what'), cell: e => <span className="num">{about_what(e)}</span>, phone: true },
    { key: 'place', title: t('event.where'), cell: e => <span title={place_of(e)}>{place_name(place_of(e))}</span> },
    { key: 'disposition', title: t('event.disposition'), cell: e => disposition_word(text(e.disposition)) },
  ]
  const options = (values: string[], shown: (v: string) => string) => values.map(v => ({ value: v, label: shown(v) }))
  const what = value_of(pairs, 'MATCH_anyEPC') || value_of(pairs, 'MATCH_anyEPCClass')
  const event = got.events.find(e => e.eventID === opened)
  return (
    <>
      <PageHead title={t('nav.events')} sentence={sentence} acts={tabs} />
      <Filters end={<>
        <Button type="text" icon={<Icon name="settings" size={16} />} onClick={() => set_rows_shown(!rows_shown)} aria-expanded={rows_shown}>{t('event.parameters')}{pairs.length > 0 && ` (${pairs.length})`}</Button>
        {may('manage') && <Button type="text" icon={<Icon name="save" size={16} />} disabled={!pairs.length} onClick={() => set_saving(true)}>{t('event.save')}</Button>}
      </>}>
        <Typed label={t('event.filter_what')} value={what} set={v => set_pairs(with_value(with_value(pairs, 'MATCH_anyEPC', is_class(v) ? '' : v), 'MATCH_anyEPCClass', is_class(v) ? v : ''))} wide />
        <Chosen label={t('event.every_step')} value={value_of(pairs, 'EQ_bizStep')} set={v => set_pairs(with_value(pairs, 'EQ_bizStep', v))} options={options(steps, step_word)} />
        <Chosen label={t('event.every_type')} value={value_of(pairs, 'eventType')} set={v => set_pairs(with_value(pairs, 'eventType', v))} options={options(['ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent'], v => word('event_type', v))} />
        <Chosen label={t('event.every_place')} value={value_of(pairs, 'EQ_readPoint')} set={v => set_pairs(with_value(pairs, 'EQ_readPoint', v))} options={options(places, place_name)} />
        <Chosen label={t('event.every_disposition')} value={value_of(pairs, 'EQ_disposition')} set={v => set_pairs(with_value(pairs, 'EQ_disposition', v))} options={options(dispositions, disposition_word)} />
        <DayOf label={t('filter.from')} value={value_of(pairs, 'GE_eventTime')} set={v => set_pairs(with_value(pairs, 'GE_eventTime', v))} />
        <DayOf label={t('filter.to')} value={value_of(pairs, 'LT_eventTime')} set={v => set_pairs(with_value(pairs, 'LT_eventTime', v))} end />
      </Filters>
      {named && <p className="notice notice_ok"><Icon name="save" size={16} /> {t('event.runs', { name: named })} <button type="button" className="quiet" onClick={() => set_named('')}>{t('event.all')}</button></p>}
      {rows_shown && <Rows key={stored} pairs={pairs} set={set_pairs} />}
      {got.problem ? <p><Button onClick={got.again}>{t('do.again')}</Button></p>
        : !count && got.loading ? <Waiting rows={10} />
        : <Table rows={got.events} columns={columns} row_key={e => `${text(e.eventID)} ${text((e.errorDeclaration as { declarationTime?: string } | undefined)?.declarationTime)}`} open={e => set_opened(text(e.eventID))} label={t('nav.events')} more={got.next ? got.more : undefined}
            empty={<>{t(pairs.length || named ? 'event.none_fit' : 'event.none')} {!pairs.length && !named && t('event.none_means')}</>} />}
      <div ref={sentinel} />
      <Drawer open={!!opened} onClose={() => set_opened('')} size={is_narrow ? '100%' : 560} title={t('event.one')} destroyOnHidden>
        {opened && (event ? <EventCard event={event} context={got.context} /> : <Fetched id={opened} />)}
      </Drawer>
      {saving && <Save pairs={pairs} close={() => set_saving(false)} />}
    </>
  )
}

/// An event that is not in the list: asked by its name. An error declaration has the same name, so there may be several.
function Fetched({ id }: { id: string }) {
  const [got, set_got] = useState<{ events?: EventTree[]; context?: Json; said?: string }>({})
  useEffect(() => {
    let gone = false
    events_page(`/events?EQ_eventID=${encodeURIComponent(id)}`).then(p => { if (!gone) set_got({ events: p.events, context: p.context }) }, e => { if (!gone) set_got({ said: problem_text(e) }) })
    return () => { gone = true }
  }, [id])
  if (got.said) return <p className="notice notice_warn">{got.said}</p>
  if (!got.events) return <Waiting rows={8} />
  if (!got.events.length) return <p className="nothing">{t('event.gone')}</p>
  return <>{got.events.map((e, i) => <EventCard key={i} event={e} context={got.context} />)}</>
}

function Typed({ label, value, set, wide }: { label: string; value: string; set: (v: string) => void; wide?: boolean }) {
  const [now, set_now] = useState(value)
  useEffect(() => set_now(value), [value])
  return <Input className="words" style={wide ? { width: 240 } : undefined} allowClear value={now} placeholder={label} aria-label={label} onChange={e => { set_now(e.target.value); if (!e.target.value) set('') }} onPressEnter={() => set(now.trim())} onBlur={() => { if (now.trim() !== value) set(now.trim()) }} />
}

function Chosen({ label, value, set, options }: { label: string; value: string; set: (v: string) => void; options: { value: string; label: string }[] }) {
  const shown = options.find(o => o.value === value)?.label ?? value.split('|').map(v => step_word(v)).join(', ')
  return (
    <Dropdown trigger={['click']} menu={{ className: 'long_menu', selectable: true, selectedKeys: [value], items: [{ key: '', label: label }, ...options.map(o => ({ key: o.value, label: o.label }))], onClick: x => set(x.key) }}>
      <Button className={value ? 'chosen' : undefined}>{value ? shown : label}<Icon name="down" size={14} /></Button>
    </Dropdown>
  )
}

function DayOf({ label, value, set, end }: { label: string; value: string; set: (v: string) => void; end?: boolean }) {
  const day = value ? farm_day(end ? new Date(Date.parse(value) - 1) : value) : ''
  return <label className="day_filter"><span>{label}</span><input type="date" value={day} onChange={e => {
    if (!e.target.value) { set(''); return }
    const begins = from_farm_local(`${e.target.value}T00:00`)
    set(end ? new Date(Date.parse(begins) + 86_400_000).toISOString().replace('.000Z', 'Z') : begins)
  }} /></label>
}

/// Any parameter of the standard, a row each.
function Rows({ pairs, set }: { pairs: Pair[]; set: (p: Pair[]) => void }) {
  const [rows, set_rows] = useState<Pair[]>(pairs.length ? pairs : [['', '']])
  const change = (i: number, p: Pair) => set_rows(rows.map((r, j) => (j === i ? p : r)))
  return (
    <form className="param_rows" onSubmit={e => { e.preventDefault(); set(rows.filter(([n, v]) => n && v)) }}>
      <p className="muted small">{t('event.parameters_means')}</p>
      {rows.map(([name, value], i) => {
        const help = help_of(name)
        const example = parameters.find(p => p.name === name)?.example
        return (
          <div className="param_row" key={i}>
            <AutoComplete value={name} onChange={v => change(i, [v, value])} placeholder={t('event.parameter')} aria-label={t('event.parameter')} className="param_name" popupMatchSelectWidth={440}
              options={parameters.map(p => ({ value: p.name, label: <span className="param_option"><code>{p.name}</code><span className="muted small">{t(`param.${p.help}` as Key)}</span></span> }))}
              showSearch={{ filterOption: (q, o) => !!o && (String(o.value).toLowerCase().includes(q.toLowerCase()) || t(`param.${parameters.find(p => p.name === o.value)?.help}` as Key).toLowerCase().includes(q.toLowerCase())) }} />
            <Input value={value} onChange={e => change(i, [name, e.target.value])} placeholder={example ?? t('event.value')} aria-label={t('event.value')} className="param_value" />
            <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t('event.row_away')} onClick={() => set_rows(rows.length > 1 ? rows.filter((_, j) => j !== i) : [['', '']])} />
            <p className={help || !name ? 'muted small param_help' : 'small warn param_help'}>{help ? t(`param.${help}` as Key) : name ? t('event.parameter_unknown') : ''}</p>
          </div>
        )
      })}
      <div className="form_end">
        <Button type="primary" htmlType="submit">{t('do.show')}</Button>
        <Button icon={<Icon name="plus" size={16} />} onClick={() => set_rows([...rows, ['', '']])}>{t('event.row_more')}</Button>
        {pairs.length > 0 && <Button type="text" onClick={() => set([])}>{t('event.clear')}</Button>}
      </div>
    </form>
  )
}

function Save({ pairs, close }: { pairs: Pair[]; close: () => void }) {
  const { message } = App.useApp()
  const [name, set_name] = useState('')
  const [said, set_said] = useState('')
  const [busy, set_busy] = useState(false)
  const save = async () => {
    set_busy(true)
    set_said('')
    try {
      const query = query_object(pairs.filter(([n]) => n !== 'perPage' && n !== 'nextPageToken'))
      await ask('POST', '/queries', { type: 'application/json', body: JSON.stringify({ name: name.trim(), query }) })
      message.success(t('event.was_saved', { name: name.trim() }))
      close()
    } catch (e) { set_said(e instanceof Problem && e.status === 409 ? t('event.name_taken') : problem_text(e)) }
    set_busy(false)
  }
  return (
    <Modal open title={t('event.save_title')} onCancel={close} onOk={() => void save()} okText={t('do.save')} cancelText={t('do.cancel')} okButtonProps={{ disabled: !name.trim(), loading: busy }}>
      <p className="muted small">{t('event.save_means')}</p>
      <label className="field_label" htmlFor="query_name">{t('event.name')}</label>
      <Input id="query_name" autoFocus value={name} onChange={e => set_name(e.target.value)} onPressEnter={() => { if (name.trim()) void save() }} maxLength={100} />
      <ul className="saved_pairs">{pairs.map(([n, v]) => <li key={n}><code>{n}</code> {v}</li>)}</ul>
      {said && <p className="notice notice_bad" role="alert">{said}</p>}
    </Modal>
  )
}

