import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { Problem, post, type Session } from '../api'
import { useGet } from '../data'
import { signed_in } from '../account'
import { Mark } from '../frame'
import { t } from '../i18n'
import { language } from '../prefs'
import { useCell } from '../store'
import { problem_text } from '../ui/basic'

export function SignIn({ unreachable }: { unreachable: boolean }) {
  const lang = useCell(language)
  const simulated = useGet<{ simulated: boolean }>('/welcome').data?.simulated
  const [name, set_name] = useState('')
  const [password, set_password] = useState('')
  const [wrong, set_wrong] = useState('')
  const [busy, set_busy] = useState(false)
  const send = async () => {
    set_busy(true)
    set_wrong('')
    try {
      signed_in(await post<Session>('/session', { name: name.trim(), password }))
    } catch (e) {
      set_wrong(e instanceof Problem && e.status === 401 ? t('sign.wrong') : problem_text(e))
    }
    set_busy(false)
  }
  return (
    <main className="sign">
      <form onSubmit={e => { e.preventDefault(); void send() }}>
        <div className="sign_brand"><Mark size={44} /><h1>Osetra</h1>{simulated && <span className="simulated">{t('simulated')}</span>}</div>
        <p className="sentence">{t('sign.sentence')}</p>
        {unreachable && <Alert type="warning" showIcon title={t('problem.unreachable')} />}
        <label className="field_label" htmlFor="sign_name">{t('sign.name')}</label>
        <Input id="sign_name" size="large" autoComplete="username" autoCapitalize="none" autoFocus value={name} onChange={e => set_name(e.target.value)} />
        <label className="field_label" htmlFor="sign_password">{t('sign.password')}</label>
        <Input.Password id="sign_password" size="large" autoComplete="current-password" value={password} onChange={e => set_password(e.target.value)} />
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
        <Button type="primary" size="large" htmlType="submit" block loading={busy} disabled={!name.trim() || !password}>{t('sign.in')}</Button>
        <button type="button" className="quiet" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => language.set(lang === 'zh' ? 'en' : 'zh')}>
          {lang === 'zh' ? 'English' : '中文'}
        </button>
      </form>
      <svg className="sign_water" viewBox="0 0 1200 160" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 60c200-50 400-50 600 0s400 50 600 0v100H0z" opacity=".35" />
        <path d="M0 90c200 40 400 40 600 0s400-40 600 0v70H0z" opacity=".5" />
      </svg>
    </main>
  )
}
