import { App, Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import { put, seg } from '../api'
import { useGet, useSession } from '../data'
import { t } from '../i18n'
import { language, mass_taste, theme, type Theme } from '../prefs'
import { useCell } from '../store'
import type { MassTaste } from '../units'
import { PageHead, problem_text, Section } from '../ui/basic'

export default function Settings() {
  const lang = useCell(language), look = useCell(theme), taste = useCell(mass_taste)
  const health = useGet<{ ok: boolean; version: string }>('/health').data
  const keys: [string, string][] = [['/', t('settings.key_search')], ['Tab, Enter', t('settings.key_move')], ['↑ ↓', t('settings.key_rows')], ['Esc', t('settings.key_close')]]
  return (
    <>
      <PageHead title={t('nav.settings')} sentence={t('settings.sentence')} />
      <Section title={t('settings.language')}>
        <Segmented value={lang} onChange={v => language.set(v as 'en' | 'zh')} options={[{ value: 'en', label: 'English' }, { value: 'zh', label: '中文' }]} aria-label={t('settings.language')} />
      </Section>
      <Section title={t('settings.theme')}>
        <Segmented value={look} onChange={v => theme.set(v as Theme)} aria-label={t('settings.theme')}
          options={[{ value: 'system', label: t('settings.system') }, { value: 'light', label: t('settings.light') }, { value: 'dark', label: t('settings.dark') }]} />
      </Section>
      <Section title={t('settings.mass')}>
        <Segmented value={taste} onChange={v => mass_taste.set(v as MassTaste)} options={[{ value: 'metric', label: t('settings.metric') }, { value: 'jin', label: t('settings.jin') }]} aria-label={t('settings.mass')} />
        <p className="muted small">{t('settings.mass_means')}</p>
      </Section>
      <Section title={t('settings.password')}><Password /></Section>
      <Section title={t('settings.keys')}>
        <table className="steps narrow_table"><tbody>{keys.map(([k, what]) => <tr key={k}><th scope="row"><kbd>{k}</kbd></th><td>{what}</td></tr>)}</tbody></table>
      </Section>
      <p className="muted small num">Osetra {health?.version ?? ''} · <a href="/api/v1/openapi.json">OpenAPI</a></p>
    </>
  )
}

function Password() {
  const me = useSession()
  const { message } = App.useApp()
  const [password, set_password] = useState('')
  const [wrong, set_wrong] = useState('')
  const save = async () => {
    set_wrong('')
    try {
      await put(`/people/${seg(me.person)}`, { password })
      set_password('')
      message.success(t('people.saved'))
    } catch (e) { set_wrong(problem_text(e)) }
  }
  return (
    <form className="password" onSubmit={e => { e.preventDefault(); void save() }}>
      <label className="field_label" htmlFor="new_password">{t('settings.new_password')}</label>
      <div className="password_row">
        <Input.Password id="new_password" value={password} onChange={e => set_password(e.target.value)} autoComplete="new-password" aria-invalid={!!wrong} />
        <Button htmlType="submit" disabled={!password}>{t('do.save')}</Button>
      </div>
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
    </form>
  )
}
