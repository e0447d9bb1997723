import { Badge, Button, Drawer, Dropdown, Popover } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { get, query_text, remove, type Hit, type Permission, type Task } from './api'
import { signed_out } from './account'
import { online, useAsOf, useGet, useSession } from './data'
import { add_days, farm_day, farm_local, from_farm_local, show_at, show_day, show_instant } from './dates'
import { own_script, t, word, type Key } from './i18n'
import { useOutbox } from './outbox_live'
import { language, narrow } from './prefs'
import { go, Link, set_query, usePlace } from './router'
import { useCell } from './store'
import { Icon, type IconName } from './ui/icons'

/// `whole`: for those who see every site.
export interface Door { to: string; icon: IconName; key: Key; may?: Permission; whole?: boolean }
export const doors: Door[][] = [
  [
    { to: '/', icon: 'today', key: 'nav.today' },
    { to: '/round', icon: 'round', key: 'nav.round', may: 'record' },
    { to: '/map', icon: 'map', key: 'nav.map' },
  ],
  [
    { to: '/pools', icon: 'pool', key: 'nav.pools' },
    { to: '/fish', icon: 'fish', key: 'nav.fish' },
    { to: '/cohorts', icon: 'cohort', key: 'nav.cohorts' },
    { to: '/stock', icon: 'stock', key: 'nav.stock' },
    { to: '/flights', icon: 'drone', key: 'nav.flights' },
    { to: '/stocktake-plan', icon: 'plan', key: 'nav.stocktake_plan' },
  ],
  [
    { to: '/breeding', icon: 'parent', key: 'nav.breeding', whole: true },
    { to: '/breeding/plans', icon: 'plan', key: 'nav.breeding_plans', whole: true },
    { to: '/breeding/spawnings', icon: 'water', key: 'nav.breeding_spawnings', whole: true },
    { to: '/breeding/trend', icon: 'growth', key: 'nav.breeding_trend', whole: true },
    { to: '/breeding/varieties', icon: 'cohort', key: 'nav.breeding_varieties', whole: true },
  ],
  [
    { to: '/grading', icon: 'check', key: 'nav.grading', whole: true },
    { to: '/grading/agreement', icon: 'people', key: 'nav.grading_agreement', whole: true },
    { to: '/grading/uses', icon: 'stock', key: 'nav.grading_uses', whole: true },
  ],
  [
    { to: '/plant', icon: 'tin', key: 'nav.plant', whole: true },
    { to: '/plant/orders', icon: 'task', key: 'nav.plant_orders', whole: true },
    { to: '/plant/station', icon: 'scan', key: 'nav.plant_station', may: 'record', whole: true },
    { to: '/plant/wall', icon: 'clock', key: 'nav.plant_wall', whole: true },
    { to: '/tins', icon: 'stock', key: 'nav.tins', whole: true },
    { to: '/labels', icon: 'qr', key: 'nav.labels', whole: true },
    { to: '/tastings', icon: 'survey', key: 'nav.tastings', whole: true },
    { to: '/quality', icon: 'eye', key: 'nav.quality', whole: true },
    { to: '/quality/ripe', icon: 'fish', key: 'nav.ripe', whole: true },
    { to: '/quality/inputs', icon: 'feed', key: 'nav.inputs', whole: true },
  ],
  [
    { to: '/sorting', icon: 'stock', key: 'nav.sorting', whole: true },
    { to: '/blend', icon: 'stock', key: 'nav.blend' },
    { to: '/mix', icon: 'water', key: 'nav.mix' },
  ],
  [
    { to: '/trace', icon: 'trace', key: 'nav.trace', whole: true },
    { to: '/events', icon: 'event', key: 'nav.events', whole: true },
    { to: '/capture', icon: 'capture', key: 'nav.capture', may: 'import', whole: true },
  ],
  [
    { to: '/journal', icon: 'journal', key: 'nav.journal' },
    { to: '/differences', icon: 'difference', key: 'nav.differences' },
    { to: '/tasks', icon: 'task', key: 'nav.tasks' },
  ],
  [
    { to: '/import', icon: 'import', key: 'nav.import', may: 'import' },
    { to: '/surveys', icon: 'survey', key: 'nav.surveys' },
    { to: '/growth', icon: 'growth', key: 'nav.growth' },
    { to: '/jobs', icon: 'job', key: 'nav.jobs' },
    { to: '/people', icon: 'people', key: 'nav.people', may: 'manage' },
    { to: '/publish', icon: 'qr', key: 'nav.publish', may: 'manage', whole: true },
    { to: '/settings', icon: 'settings', key: 'nav.settings' },
  ],
]

export function useDoors() {
  const me = useSession()
  return doors.map(group => group.filter(d => (!d.may || me.may.includes(d.may)) && (!d.whole || !me.sites.length))).filter(g => g.length)
}

const here = (path: string, to: string) => (to === '/' ? path === '/' : path === to || (path.startsWith(to + '/') && !doors.some(g => g.some(d => d.to.startsWith(to + '/') && (path === d.to || path.startsWith(d.to + '/'))))))

export function useOpenTasks() {
  const tasks = useGet<{ tasks: Task[] }>('/tasks').data?.tasks
  const waiting = useOutbox()
  return (tasks?.filter(x => x.state === 'open').length ?? 0) + waiting.filter(i => i.state === 'refused').length
}

export function Frame({ children }: { children: ReactNode }) {
  const is_narrow = useCell(narrow)
  const { past } = useAsOf()
  useEffect(() => { document.documentElement.classList.toggle('past', past) }, [past])
  return (
    <div className="frame">
      <a className="skip" href="#main">{t('nav.skip')}</a>
      {!is_narrow && <Rail />}
      <div className="body">
        <TopBar />
        <PastBar />
        <main id="main" tabIndex={-1}>{children}</main>
      </div>
      {is_narrow && <BottomBar />}
    </div>
  )
}

function Rail() {
  const { path } = usePlace()
  const open_tasks = useOpenTasks()
  const groups = useDoors()
  return (
    <nav className="rail" aria-label={t('nav.main')}>
      <Link to="/" className="brand"><Mark /><span>Osetra</span></Link>
      {groups.map((group, i) => (
        <ul key={i}>
          {group.map(d => (
            <li key={d.to}>
              <Link to={d.to} aria-current={here(path, d.to) ? 'page' : undefined}>
                <Icon name={d.icon} /><span>{t(d.key)}</span>
                {d.to === '/tasks' && open_tasks > 0 && <span className="pip num" aria-label={t('tasks.open', { count: open_tasks })}>{open_tasks}</span>}
              </Link>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  )
}

export const Mark = ({ size = 26 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark">
    <circle cx="16" cy="16" r="14" fill="none" stroke="currentColor" strokeWidth="2.2" />
    <path d="M5 17c5.500-7.500 12.500-8.500 18-4l4-3.200v12.400L23 18.500c-5.500 4.500-12.500 4.500-18-1.500z" fill="currentColor" />
    <circle cx="11" cy="15.400" r="1.300" fill="var(--surface)" />
  </svg>
)

function BottomBar() {
  const { path } = usePlace()
  const me = useSession()
  const open_tasks = useOpenTasks()
  const items: Door[] = [
    { to: '/round', icon: 'round', key: 'nav.round', may: 'record' },
    { to: '/scan', icon: 'scan', key: 'nav.scan' },
    { to: '/', icon: 'today', key: 'nav.today' },
    { to: '/more', icon: 'more', key: 'nav.more' },
  ]
  return (
    <nav className="bottom" aria-label={t('nav.main')}>
      {items.filter(d => !d.may || me.may.includes(d.may)).map(d => (
        <Link key={d.to} to={d.to} aria-current={here(path, d.to) ? 'page' : undefined}>
          <Badge dot={d.to === '/more' && open_tasks > 0} offset={[2, 2]}><Icon name={d.icon} size={24} /></Badge>
          <span>{t(d.key)}</span>
        </Link>
      ))}
    </nav>
  )
}

function TopBar() {
  const me = useSession()
  const is_narrow = useCell(narrow)
  const lang = useCell(language)
  const leave = async () => {
    await remove('/session').catch(() => {})
    signed_out()
    go('/')
  }
  return (
    <div className="top" role="banner">
      {is_narrow && <Link to="/" className="brand" aria-label="Osetra"><Mark size={24} /></Link>}
      <Search />
      <AsOf />
      <span className="top_gap" />
      {me.simulated && <span className="simulated">{t('simulated')}</span>}
      <Signal />
      <Button type="text" className="lang" onClick={() => language.set(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}
        aria-label={lang === 'zh' ? 'Switch to English' : '切换到中文'}>{lang === 'zh' ? 'EN' : '中'}</Button>
      <Dropdown trigger={['click']} menu={{
        items: [
          { key: 'who', disabled: true, label: <><b>{me.name}</b><br />{me.enterprise_name}<br />{[...new Set(me.roles.map(r => word('role', r.role)))].join(', ')}</> },
          { key: 'settings', icon: <Icon name="settings" size={16} />, label: t('nav.settings'), onClick: () => go('/settings') },
          { key: 'out', icon: <Icon name="out" size={16} />, label: t('sign.out'), onClick: () => void leave() },
        ],
      }}>
        <Button type="text" className="me" aria-label={t('sign.me', { name: me.name })}>
          <span className="avatar" aria-hidden="true">{own_script(me.name).slice(0, 1)}</span>{!is_narrow && <span>{own_script(me.name)}</span>}
        </Button>
      </Dropdown>
    </div>
  )
}

/// Whether the server hears us, and what still waits to be sent.
function Signal() {
  const is_online = useCell(online)
  const waiting = useOutbox()
  const refused = waiting.filter(i => i.state === 'refused').length
  const pending = waiting.length - refused
  if (is_online && !waiting.length) return null
  return (
    <Link to="/tasks" className={refused ? 'signal signal_bad' : 'signal'} role="status">
      {!is_online && <><Icon name="cloud_off" size={16} /> {t('outbox.offline')}</>}
      {pending > 0 && <span>{t('outbox.pending', { count: pending })}</span>}
      {refused > 0 && <span>{t('outbox.refused', { count: refused })}</span>}
    </Link>
  )
}

/// A code as labels carry it: a link, an URN, a long number.
export const is_code = (text: string) => /^urn:epc|\/(01|00|8004|414|417)\/|^\d{16,20}$|^[A-Z0-9-]*\d{6,}[A-Z0-9-]*$/i.test(text) && !/^\d{15}$/.test(text)

type SearchHit = Omit<Hit, 'type'> & { type: Hit['type'] | 'trace' }

function Search() {
  const [text, set_text] = useState('')
  const [hits, set_hits] = useState<SearchHit[] | null>(null)
  const [chosen, set_chosen] = useState(0)
  const [open, set_open] = useState(false)
  const is_narrow = useCell(narrow)
  const whole = !useSession().sites.length
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const key = (e: globalThis.KeyboardEvent) => {
      const on = e.target as HTMLElement
      if (e.key !== '/' || on.closest('input,textarea,select,[contenteditable]') || e.ctrlKey || e.metaKey) return
      e.preventDefault()
      input.current?.focus()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
  useEffect(() => {
    const q = text.trim()
    if (!q) { set_hits(null); return }
    const late = setTimeout(() => {
      get<{ hits: Hit[] }>('/search' + query_text({ q })).then(r => r.hits, () => [])
        .then(found => { set_hits([...found, ...(whole && is_code(q) ? [{ type: 'trace' as const, id: q, text: t('trace.trace') }] : [])]); set_chosen(0) })
    }, 120)
    return () => clearTimeout(late)
  }, [text])
  const take = (hit: SearchHit) => {
    set_text('')
    set_open(false)
    input.current?.blur()
    go(hit.type === 'trace' ? `/trace?id=${encodeURIComponent(hit.id)}` : hit.type === 'site' ? `/pools?site=${encodeURIComponent(hit.id)}` : `/${hit.type === 'fish' ? 'fish' : hit.type + 's'}/${encodeURIComponent(hit.id)}`)
  }
  const showing = open && !!text.trim() && hits !== null
  return (
    <div className="search" role="search">
      <Icon name="search" size={18} />
      <input ref={input} type="search" role="combobox" aria-expanded={showing} aria-controls="search_hits" aria-autocomplete="list"
        aria-activedescendant={showing && hits?.length ? `hit_${chosen}` : undefined}
        aria-label={t('search.label')} placeholder={t(is_narrow ? 'search.short' : 'search.placeholder')} value={text}
        onChange={e => { set_text(e.target.value); set_open(true) }} onFocus={() => set_open(true)} onBlur={() => setTimeout(() => set_open(false), 150)}
        onKeyDown={e => {
          if (e.key === 'Escape') { set_text(''); input.current?.blur() }
          if (!hits?.length) return
          if (e.key === 'ArrowDown') { set_chosen((chosen + 1) % hits.length); e.preventDefault() }
          if (e.key === 'ArrowUp') { set_chosen((chosen + hits.length - 1) % hits.length); e.preventDefault() }
          if (e.key === 'Enter') take(hits[chosen])
        }} />
      <kbd aria-hidden="true">/</kbd>
      <ul id="search_hits" role="listbox" aria-label={t('search.label')} className="hits" hidden={!showing}>
        {hits?.map((h, i) => (
          <li key={h.type + h.id} id={`hit_${i}`} role="option" aria-selected={i === chosen} onMouseDown={e => { e.preventDefault(); take(h) }}>
            <Icon name={h.type === 'site' ? 'map' : h.type} size={16} /><b>{h.id}</b><span>{h.text === h.id ? '' : own_script(h.text)}</span>
          </li>
        ))}
        {hits?.length === 0 && <li role="option" aria-selected="false" className="muted">{t('search.none')}</li>}
      </ul>
    </div>
  )
}

/// One click back in time: as of a day on the farm, and as it was known then.
function AsOf() {
  const { at, known, past } = useAsOf()
  const is_narrow = useCell(narrow)
  const [open, set_open] = useState(false)
  const set = (day: string, also_known: boolean) => {
    set_query({ at: day, known: also_known && day ? from_farm_local(add_days(day, 1) + 'T00:00') : null }, 'push')
    set_open(false)
  }
  const today = farm_day()
  const month_end = add_days(today.slice(0, 8) + '01', -1)
  const body = (
    <div className="asof_box">
      <label className="field_label" htmlFor="asof_at">{t('asof.day')}</label>
      <input id="asof_at" type="date" max={today} value={at.slice(0, 10)} onChange={e => set_query({ at: e.target.value })} />
      <label className="field_label" htmlFor="asof_known">{t('asof.known_at')}</label>
      <input id="asof_known" type="datetime-local" max={farm_local()} value={known ? farm_local(known) : ''}
        onChange={e => set_query({ known: e.target.value ? from_farm_local(e.target.value) : null })} />
      <p className="muted small">{t('asof.means')}</p>
      <div className="asof_quick">
        <Button size="small" onClick={() => set(month_end, true)}>{t('asof.month_end', { day: show_day(month_end) })}</Button>
        <Button size="small" onClick={() => set(month_end, false)}>{t('asof.month_end_known_now', { day: show_day(month_end) })}</Button>
        <Button size="small" onClick={() => set(add_days(today, -7), false)}>{t('asof.week')}</Button>
        <Button size="small" type="primary" disabled={!past} onClick={() => set('', false)}>{t('asof.back')}</Button>
      </div>
    </div>
  )
  const button = (
    <Button className={past ? 'asof asof_past' : 'asof'} icon={<Icon name="clock" size={18} />} aria-label={t('asof.label')} aria-expanded={open} onClick={is_narrow ? () => set_open(true) : undefined}>
      {is_narrow ? null : past ? (at ? show_day(at) : t('asof.known_only')) : t('asof.now')}
    </Button>
  )
  if (is_narrow) return <>{button}<Drawer open={open} onClose={() => set_open(false)} placement="bottom" size={520} title={t('asof.label')} destroyOnHidden>{body}</Drawer></>
  return (
    <Popover open={open} onOpenChange={set_open} trigger="click" placement="bottomLeft" content={body} destroyOnHidden>
      {button}
    </Popover>
  )
}

function PastBar() {
  const { at, known, past } = useAsOf()
  if (!past) return null
  return (
    <div className="past_bar" role="status">
      <Icon name="clock" size={16} />
      <span>{t('asof.as_of', { at: at ? show_at(at) : t('asof.now') })}{' · '}{known ? t('asof.known', { at: show_instant(known) }) : t('asof.known_now')}</span>
      <button type="button" className="quiet" onClick={() => set_query({ at: null, known: null }, 'push')}>{t('asof.back')}</button>
    </div>
  )
}
