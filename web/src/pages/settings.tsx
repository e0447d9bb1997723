import { Segmented } from 'antd'
import { useGet } from '../data'
import { t } from '../i18n'
import { language, mass_taste, theme, type Theme } from '../prefs'
import { useCell } from '../store'
import type { MassTaste } from '../units'
import { PageHead, Section } from '../ui/basic'

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
      <Section title={t('settings.keys')}>
        <table className="steps narrow_table"><tbody>{keys.map(([k, what]) => <tr key={k}><th scope="row"><kbd>{k}</kbd></th><td>{what}</td></tr>)}</tbody></table>
      </Section>
      <p className="muted small num">Osetra {health?.version ?? ''} · <a href="/api/v1/openapi.json">OpenAPI</a></p>
    </>
  )
}
