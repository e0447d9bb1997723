import { App, Button, Input, Switch } from 'antd'
import { useState } from 'react'
import { put } from '../api'
import { forget, useGet } from '../data'
import { t, word, type Key } from '../i18n'
import { Answer, PageHead, problem_text, Section } from '../ui/basic'

type Shown = Record<string, boolean>

/// What whoever scans a label is shown.
export default function Publish() {
  const { message } = App.useApp()
  const got = useGet<Shown>('/publish')
  const [busy, set_busy] = useState('')
  const [code, set_code] = useState('')
  const set = async (field: string, on: boolean) => {
    set_busy(field)
    try {
      await put('/publish', { ...got.data, [field]: on })
      message.success(t('publish.saved'))
      forget('/publish')
      await got.reload()
    } catch (e) { message.error(problem_text(e)) }
    set_busy('')
  }
  const all = Object.keys(got.data ?? {}), shown = all.filter(f => got.data![f])
  const sentence = !got.data ? ' ' : shown.length ? t('publish.sentence', { count: shown.length, all: all.length }) : t('publish.sentence_none')
  const link = /(\/\d{2,4}\/.+)$/.exec(code.trim())?.[1]
  return (
    <>
      <PageHead title={t('nav.publish')} sentence={sentence}><p className="sub muted">{t('publish.always')}</p></PageHead>
      <Answer got={got} rows={8}>
        {fields => (
          <Section title={t('publish.shown')}>
            <ul className="publish_list">
              {Object.entries(fields).map(([field, on]) => (
                <li key={field}>
                  <label htmlFor={`publish_${field}`}><b>{word('publish_field', field)}</b><span className="muted">{t(`publish_field.${field}_means` as Key)}</span></label>
                  <Switch id={`publish_${field}`} checked={on} loading={busy === field} onChange={v => void set(field, v)} aria-label={word('publish_field', field)} />
                </li>
              ))}
            </ul>
          </Section>
        )}
      </Answer>
      <Section title={t('publish.look')}>
        <form className="publish_look" onSubmit={e => { e.preventDefault(); if (link) open('/id' + link, '_blank', 'noopener') }}>
          <Input value={code} onChange={e => set_code(e.target.value)} placeholder="https://id.gs1.org/01/…/21/…" aria-label={t('publish.example')} />
          <Button htmlType="submit" disabled={!link}>{t('do.show')}</Button>
        </form>
      </Section>
    </>
  )
}
