import { Alert, App, Button, Checkbox, Input, Modal, Popconfirm, Select, Tabs } from 'antd'
import { useState } from 'react'
import { get, post, put, remove, seg, query_text, type AuditEntry, type Key as ApiKey, type Person, type RoleAt } from '../api'
import { useGet, useMay, useSession, useSites } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { useQuery } from '../router'
import { Answer, Nothing, PageHead, problem_text } from '../ui/basic'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'

export default function People() {
  const [tab, set_tab] = useQuery('tab', 'people')
  const may = useMay()
  const people = useGet<{ people: Person[] }>('/people')
  const keys = useGet<{ keys: ApiKey[] }>('/keys')
  const active = people.data?.people.filter(p => p.active).length ?? 0
  return (
    <>
      <PageHead title={t('nav.people')} sentence={people.data ? `${t('people.sentence', { count: active })} ${t('people.keys_count', { count: keys.data?.keys.length ?? 0 })}` : ' '} />
      <Tabs activeKey={tab} onChange={set_tab} items={[
        { key: 'people', label: t('people.people'), children: <PeopleTab got={people} /> },
        { key: 'roles', label: t('people.roles'), children: <RolesTab /> },
        { key: 'keys', label: t('people.keys'), children: <KeysTab got={keys} /> },
        ...(may('audit') ? [{ key: 'audit', label: t('people.audit'), children: <AuditTab /> }] : []),
      ]} />
    </>
  )
}

const role_text = (r: RoleAt) => word('role', r.role) + (r.site ? ` · ${r.site}` : '')

function PeopleTab({ got }: { got: ReturnType<typeof useGet<{ people: Person[] }>> }) {
  const [editing, set_editing] = useState<Person | 'new' | null>(null)
  const columns: Column<Person>[] = [
    { key: 'name', title: t('field.name'), phone: true, sort: p => p.name, cell: p => <span className={p.active ? '' : 'muted'}>{p.name}{!p.active && ` (${t('people.inactive')})`}</span> },
    { key: 'person', title: t('people.login'), phone: true, sort: p => p.person, cell: p => p.person },
    { key: 'roles', title: t('people.roles'), cell: p => p.roles.map(role_text).join(', ') },
    { key: 'seen', title: t('people.last_seen'), right: true, sort: p => p.last_seen_at, cell: p => <span className="num">{show_instant(p.last_seen_at)}</span> },
    { key: 'act', title: '', phone: true, cell: p => <Button size="small" onClick={() => set_editing(p)} aria-label={`${t('do.edit')} ${p.name}`}>{t('do.edit')}</Button> },
  ]
  return (
    <>
      <p className="tab_acts"><Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => set_editing('new')}>{t('people.new')}</Button></p>
      <Answer got={got}>{r => <Table rows={r.people} columns={columns} row_key={p => p.person} label={t('people.people')} />}</Answer>
      {editing && <PersonForm person={editing === 'new' ? undefined : editing} close={() => set_editing(null)} done={got.reload} />}
    </>
  )
}

function RolesField({ roles, set }: { roles: RoleAt[]; set: (roles: RoleAt[]) => void }) {
  const known = useGet<{ roles: { role: string; may: string[] }[] }>('/roles').data?.roles ?? []
  const sites = useSites() ?? []
  return (
    <fieldset className="roles">
      <legend className="field_label">{t('people.roles')}</legend>
      {roles.map((r, i) => (
        <div key={i} className="role_row">
          <Select value={r.role} onChange={role => set(roles.map((x, j) => (i === j ? { ...x, role } : x)))} options={known.map(k => ({ value: k.role, label: word('role', k.role) }))} aria-label={t('people.role')} />
          <Select value={r.site} onChange={site => set(roles.map((x, j) => (i === j ? { ...x, site } : x)))} aria-label={t('field.site')}
            options={[{ value: '', label: t('people.everywhere') }, ...sites.map(s => ({ value: s.site, label: s.name }))]} />
          <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t('people.role_away')} onClick={() => set(roles.filter((_, j) => j !== i))} disabled={roles.length < 2} />
        </div>
      ))}
      <button type="button" className="quiet" onClick={() => set([...roles, { role: 'worker', site: sites[0]?.site ?? '' }])}>{t('people.role_more')}</button>
    </fieldset>
  )
}

function PersonForm({ person, close, done }: { person?: Person; close: () => void; done: () => void }) {
  const me = useSession()
  const { message } = App.useApp()
  const [login, set_login] = useState(person?.person ?? '')
  const [name, set_name] = useState(person?.name ?? '')
  const [password, set_password] = useState('')
  const [roles, set_roles] = useState<RoleAt[]>(person?.roles.length ? person.roles : [{ role: 'worker', site: '' }])
  const [active, set_active] = useState(person?.active ?? true)
  const [wrong, set_wrong] = useState('')
  const [busy, set_busy] = useState(false)
  const send = async () => {
    set_busy(true)
    try {
      if (person) await put(`/people/${seg(person.person)}`, { name: name.trim(), roles, active, ...(password ? { password } : {}) })
      else await post('/people', { person: login.trim(), name: name.trim(), password, roles })
      message.success(t('people.saved'))
      done()
      close()
    } catch (e) { set_wrong(problem_text(e)) }
    set_busy(false)
  }
  return (
    <Modal open title={person ? person.name : t('people.new')} onCancel={close} onOk={send} okText={t('do.save')} cancelText={t('do.leave')}
      okButtonProps={{ loading: busy, disabled: !name.trim() || (!person && (!login.trim() || !password)) }}>
      <div className="form">
        {!person && <div className="field"><label className="field_label" htmlFor="p_login">{t('people.login')}</label><Input id="p_login" value={login} onChange={e => set_login(e.target.value)} autoCapitalize="none" autoComplete="off" /></div>}
        <div className="field"><label className="field_label" htmlFor="p_name">{t('field.name')}</label><Input id="p_name" value={name} onChange={e => set_name(e.target.value)} /></div>
        <div className="field"><label className="field_label" htmlFor="p_password">{person ? t('people.new_password') : t('sign.password')}</label><Input.Password id="p_password" value={password} onChange={e => set_password(e.target.value)} autoComplete="new-password" /></div>
        <RolesField roles={roles} set={set_roles} />
        {person && person.person !== me.person && <Checkbox checked={active} onChange={e => set_active(e.target.checked)}>{t('people.active')}</Checkbox>}
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
      </div>
    </Modal>
  )
}

function RolesTab() {
  const got = useGet<{ roles: { role: string; may: string[] }[] }>('/roles')
  const all = ['view', 'record', 'mend', 'import', 'manage', 'audit']
  return (
    <Answer got={got}>
      {r => (
        <div className="table_box">
          <table className="table">
            <thead><tr><th scope="col">{t('people.role')}</th>{all.map(p => <th key={p} scope="col">{word('permission', p)}</th>)}</tr></thead>
            <tbody>{r.roles.map(x => <tr key={x.role}><th scope="row">{word('role', x.role)}</th>{all.map(p => <td key={p}>{x.may.includes(p) ? <><Icon name="check" size={16} /><span className="hidden_text">{t('people.may')}</span></> : <span className="hidden_text">{t('people.may_not')}</span>}</td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </Answer>
  )
}

function KeysTab({ got }: { got: ReturnType<typeof useGet<{ keys: ApiKey[] }>> }) {
  const { message } = App.useApp()
  const [adding, set_adding] = useState(false)
  const [name, set_name] = useState('')
  const [roles, set_roles] = useState<RoleAt[]>([{ role: 'worker', site: '' }])
  const [made, set_made] = useState('')
  const [wrong, set_wrong] = useState('')
  const make = async () => {
    try {
      const key = await post<{ key: string }>('/keys', { key_name: name.trim(), roles })
      set_made(key.key)
      void got.reload()
    } catch (e) { set_wrong(problem_text(e)) }
  }
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('field.name'), phone: true, cell: k => k.key_name },
    { key: 'roles', title: t('people.roles'), cell: k => k.roles.map(role_text).join(', ') },
    { key: 'created', title: t('people.made'), right: true, cell: k => <span className="num">{show_instant(k.created_at)}</span> },
    { key: 'used', title: t('people.last_used'), right: true, cell: k => <span className="num">{show_instant(k.last_used_at)}</span> },
    { key: 'act', title: '', phone: true, cell: k => (
      <Popconfirm title={t('people.key_away_sure')} okText={t('people.key_away')} cancelText={t('do.leave')} onConfirm={() => void remove(`/keys/${seg(k.key_name)}`).then(got.reload).catch(e => message.error(problem_text(e)))}>
        <Button size="small">{t('people.key_away')}</Button>
      </Popconfirm>) },
  ]
  return (
    <>
      <p className="tab_acts"><Button type="primary" icon={<Icon name="key" size={16} />} onClick={() => { set_adding(true); set_made(''); set_name(''); set_wrong('') }}>{t('people.key_new')}</Button></p>
      <Answer got={got}>{r => <Table rows={r.keys} columns={columns} row_key={k => k.key_name} label={t('people.keys')} empty={t('people.no_keys')} />}</Answer>
      {adding && (
        <Modal open title={t('people.key_new')} onCancel={() => set_adding(false)} onOk={made ? () => set_adding(false) : make} okText={made ? t('do.close') : t('people.key_make')} cancelText={t('do.leave')} okButtonProps={{ disabled: !name.trim() }}>
          <div className="form">
            {made ? <><p>{t('people.key_once')}</p><p className="key_shown num">{made}</p></> : (
              <>
                <div className="field"><label className="field_label" htmlFor="k_name">{t('field.name')}</label><Input id="k_name" value={name} onChange={e => set_name(e.target.value)} /></div>
                <RolesField roles={roles} set={set_roles} />
                {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
              </>
            )}
          </div>
        </Modal>
      )}
    </>
  )
}

function AuditTab() {
  const got = useGet<{ entries: AuditEntry[]; next: number | string | null }>('/audit?limit=100')
  const [older, set_older] = useState<{ entries: AuditEntry[]; next: number | string | null }[]>([])
  const next = older.length ? older.at(-1)!.next : got.data?.next
  const rows = [...(got.data?.entries ?? []), ...older.flatMap(o => o.entries)]
  const columns: Column<AuditEntry>[] = [
    { key: 'at', title: t('field.at'), phone: true, cell: a => <span className="num">{show_instant(a.at)}</span> },
    { key: 'person', title: t('people.person'), phone: true, cell: a => a.person },
    { key: 'what', title: t('people.what'), phone: true, cell: a => word('audit', a.what) },
    { key: 'code', title: t('people.code'), cell: a => a.code },
    { key: 'detail', title: t('people.detail'), cell: a => a.detail },
    { key: 'remote', title: t('people.remote'), cell: a => <span className="num">{a.remote}</span> },
  ]
  return (
    <Answer got={got}>
      {() => (rows.length ? (
        <>
          <Table rows={rows} columns={columns} row_key={a => a.at + a.person + a.what + rows.indexOf(a)} label={t('people.audit')} />
          {next != null && <p className="pager"><Button onClick={() => void get<{ entries: AuditEntry[]; next: number | null }>('/audit' + query_text({ limit: 100, before: next })).then(p => set_older(o => [...o, p]))}>{t('journal.older')}</Button></p>}
        </>
      ) : <Nothing>{t('people.no_audit')}</Nothing>)}
    </Answer>
  )
}
