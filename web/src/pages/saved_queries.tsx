import { App, Button, Input, Modal, Popconfirm, Segmented } from 'antd'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import type { Problem } from '../api'
import { useMay } from '../data'
import { show_instant } from '../dates'
import { t } from '../i18n'
import { go, set_query } from '../router'
import { ask, next_of, type SavedQuery, type Subscription } from '../trace/epcis'
import { pairs_from, pairs_text } from '../trace/parameters'
import { show_number } from '../units'
import { Nothing, PageHead, problem_text, Waiting } from '../ui/basic'
import { Icon } from '../ui/icons'

/// All pages of a list.
async function every<T>(path: string): Promise<T[]> {
  const all: T[] = []
  for (let next: string | null = path; next;) {
    const { data, headers }: { data: T[] | { member?: T[] }; headers: Headers } = await ask<T[] | { member?: T[] }>('GET', next)
    all.push(...(Array.isArray(data) ? data : data.member ?? []))
    next = next_of(headers.get('Link'))
  }
  return all
}

/// Named queries: run, looked into, subscribed to, taken away.
export function SavedQueries({ tabs }: { tabs: ReactNode }) {
  const [queries, set_queries] = useState<SavedQuery[] | null>(null)
  const [problem, set_problem] = useState<Problem | null>(null)
  const load = useCallback(async () => {
    try { set_queries(await every<SavedQuery>('/queries')); set_problem(null) } catch (e) { set_problem(e as Problem) }
  }, [])
  useEffect(() => void load(), [load])
  const sentence = problem ? problem_text(problem) : !queries ? ' ' : queries.length ? t('event.saved_sentence', { count: queries.length }) : t('event.saved_none')
  return (
    <>
      <PageHead title={t('nav.events')} sentence={sentence} acts={tabs} />
      {!queries && !problem && <Waiting rows={4} />}
      {queries?.length === 0 && <Nothing>{t('event.saved_how')}</Nothing>}
      <ul className="tasks">{queries?.map(q => <One key={q.name} query={q} changed={() => void load()} />)}</ul>
    </>
  )
}

function One({ query, changed }: { query: SavedQuery; changed: () => void }) {
  const { message } = App.useApp()
  const may = useMay()
  const [subscriptions, set_subscriptions] = useState<Subscription[] | null>(null)
  const [adding, set_adding] = useState(false)
  const base = `/queries/${encodeURIComponent(query.name)}`
  const load = useCallback(() => every<Subscription>(`${base}/subscriptions`).then(set_subscriptions, () => set_subscriptions([])), [base])
  useEffect(() => void load(), [load])
  const away = async (path: string, then: () => void) => {
    try { await ask('DELETE', path); then() } catch (e) { message.error(problem_text(e)) }
  }
  const pairs = pairs_from(query.query ?? {})
  return (
    <li>
      <div>
        <b>{query.name}</b>
        <ul className="saved_pairs">{pairs.map(([n, v]) => <li key={n}><code>{n}</code> {v}</li>)}</ul>
        {subscriptions && subscriptions.length > 0 && (
          <ul className="subscriptions">
            {subscriptions.map(s => (
              <li key={s.subscriptionID}>
                <Icon name="bell" size={16} /> <span>{s.dest ?? 'WebSocket'}</span> <span className="muted small">{s.stream ? t('subscription.stream') : s.schedule ? t('subscription.at', { when: Object.entries(s.schedule).map(([k, v]) => `${k} ${v}`).join(', ') }) : ''}</span>
                <State of={s} />
                {may('manage') && <Popconfirm title={t('subscription.away_sure')} onConfirm={() => away(`${base}/subscriptions/${encodeURIComponent(s.subscriptionID)}`, () => void load())} okText={t('subscription.away')} cancelText={t('do.leave')}><Button size="small" type="text">{t('subscription.away')}</Button></Popconfirm>}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="task_acts">
        <Button type="primary" onClick={() => { set_query({ tab: null }); go(`/events?query=${encodeURIComponent(query.name)}`) }}>{t('event.run')}</Button>
        <Button onClick={() => go(`/events?q=${encodeURIComponent(pairs_text(pairs))}`)}>{t('event.to_filters')}</Button>
        {may('manage') && <Button icon={<Icon name="bell" size={16} />} onClick={() => set_adding(true)}>{t('subscription.new')}</Button>}
        {may('manage') && <Popconfirm title={t('event.away_sure')} onConfirm={() => away(base, changed)} okText={t('event.away')} cancelText={t('do.leave')}><Button danger type="text">{t('event.away')}</Button></Popconfirm>}
      </div>
      {adding && <Subscribe base={base} name={query.name} close={() => set_adding(false)} done={() => { set_adding(false); void load() }} />}
    </li>
  )
}

/// How delivery goes: since when it works or does not, and why.
function State({ of }: { of: Subscription }) {
  const state = of['osetra:state']
  if (state === 'failing' || (state && state !== 'good'))
    return <span className="warn small">{t(state === 'failing' ? 'subscription.failing' : 'subscription.stopped', { why: of['osetra:problem'] ?? '' })}{of['osetra:nextTry'] && ` ${t('subscription.next', { at: show_instant(of['osetra:nextTry']) })}`}</span>
  return <span className="muted small">{of.lastNotifiedAt ? t('subscription.delivered', { count: of['osetra:delivered'] ?? 0, n: show_number(of['osetra:delivered'] ?? 0), at: show_instant(of.lastNotifiedAt) }) : of.createdAt ? t('subscription.since', { at: show_instant(of.createdAt) }) : ''}</span>
}

const secret_of = () => Array.from(crypto.getRandomValues(new Uint8Array(24)), b => b.toString(16).padStart(2, '0')).join('')

function Subscribe({ base, name, close, done }: { base: string; name: string; close: () => void; done: () => void }) {
  const { message } = App.useApp()
  const [dest, set_dest] = useState('')
  const [secret, set_secret] = useState(secret_of)
  const [how, set_how] = useState('stream')
  const [hour, set_hour] = useState('6')
  const [empty, set_empty] = useState(false)
  const [said, set_said] = useState('')
  const [busy, set_busy] = useState(false)
  const send = async () => {
    set_busy(true)
    set_said('')
    try {
      const when = how === 'stream' ? { stream: true } : { schedule: how === 'hour' ? { minute: '0', second: '0' } : { hour, minute: '0', second: '0' } }
      await ask('POST', `${base}/subscriptions`, { type: 'application/json', body: JSON.stringify({ dest: dest.trim(), signatureToken: secret, reportIfEmpty: empty, ...when }) })
      message.success(t('subscription.made'))
      done()
    } catch (e) { set_said(problem_text(e)) }
    set_busy(false)
  }
  return (
    <Modal open title={t('subscription.title', { name })} onCancel={close} onOk={() => void send()} okText={t('subscription.make')} cancelText={t('do.cancel')} okButtonProps={{ disabled: !/^https?:\/\/./.test(dest.trim()), loading: busy }}>
      <div className="form">
        <div><label className="field_label" htmlFor="sub_dest">{t('subscription.dest')}</label><Input id="sub_dest" autoFocus value={dest} onChange={e => set_dest(e.target.value)} placeholder="https://partner.example/epcis" /></div>
        <div><label className="field_label" htmlFor="sub_secret">{t('subscription.secret')}</label><Input id="sub_secret" value={secret} onChange={e => set_secret(e.target.value)} className="num" /><p className="hint small">{t('subscription.secret_means')}</p></div>
        <div><span className="field_label" id="sub_how">{t('subscription.when')}</span><Segmented value={how} onChange={v => set_how(String(v))} aria-labelledby="sub_how" options={[{ value: 'stream', label: t('subscription.stream') }, { value: 'hour', label: t('subscription.hourly') }, { value: 'day', label: t('subscription.daily') }]} /></div>
        {how === 'day' && <div><label className="field_label" htmlFor="sub_hour">{t('subscription.hour')}</label><Input id="sub_hour" type="number" min={0} max={23} value={hour} onChange={e => set_hour(e.target.value)} style={{ width: 100 }} /></div>}
        <label><input type="checkbox" checked={empty} onChange={e => set_empty(e.target.checked)} /> {t('subscription.empty')}</label>
      </div>
      {said && <p className="notice notice_bad" role="alert">{said}</p>}
    </Modal>
  )
}
