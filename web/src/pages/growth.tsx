import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { send_facts, type GrowthRow } from '../api'
import { forget, useGet, useMay, useSites } from '../data'
import { t } from '../i18n'
import { useQuery } from '../router'
import { Answer, Num, PageHead, problem_text, useNames } from '../ui/basic'
import { Filters, Pick } from '../ui/filters'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { uuid7 } from '../uuid7'

const tgc = (micro: number | null | undefined) => (micro == null ? null : micro / 1000)
/// Fitted and used differ by more than the fit's own 95 % interval.
const differs = (r: GrowthRow) => r.fitted_tgc_micro != null && r.used_tgc_micro != null && Math.abs(r.fitted_tgc_micro - r.used_tgc_micro) > 2 * (r.se_micro ?? 0)

export default function Growth() {
  const [site] = useQuery('site')
  const got = useGet<{ rows: GrowthRow[] }>('/growth' + (site ? `?site=${encodeURIComponent(site)}` : ''))
  const sites = useSites()
  const names = useNames()
  const may = useMay()
  const { message } = App.useApp()
  const [busy, set_busy] = useState('')
  const rows = got.data?.rows ?? []
  const fitted = rows.filter(r => r.fitted_tgc_micro != null)
  const apart = fitted.filter(differs).length
  const key = (r: GrowthRow) => `${r.site} ${r.species} ${r.stage}`
  const adopt = async (r: GrowthRow) => {
    set_busy(key(r))
    try {
      const [outcome] = await send_facts([{ id: uuid7(), kind: 'growth', body: { site: r.site, species: r.species, stage: r.stage, tgc_micro: r.fitted_tgc_micro, se_micro: r.se_micro ?? undefined, weighings: r.weighings } }])
      if (outcome.outcome === 'refused') message.error(outcome.detail)
      else { message.success(t('growth.adopted')); forget('/') }
    } catch (e) { message.error(problem_text(e)) }
    set_busy('')
  }
  const columns: Column<GrowthRow>[] = [
    { key: 'site', title: t('field.site'), sort: r => r.site, cell: r => sites?.find(s => s.site === r.site)?.name ?? r.site },
    { key: 'species', title: t('field.species'), phone: true, sort: r => r.species, cell: r => names.species(r.species) },
    { key: 'stage', title: t('field.stage'), phone: true, sort: r => r.stage, cell: r => names.stage(r.stage) },
    { key: 'pack', title: t('growth.pack'), right: true, sort: r => r.pack_tgc_micro, cell: r => <Num of={tgc(r.pack_tgc_micro)} decimals={2} /> },
    { key: 'used', title: t('growth.used'), right: true, sort: r => r.used_tgc_micro, cell: r => <Num of={tgc(r.used_tgc_micro)} decimals={2} /> },
    { key: 'fitted', title: t('growth.fitted'), right: true, phone: true, sort: r => r.fitted_tgc_micro, cell: r => (r.fitted_tgc_micro == null ? <span className="muted">–</span>
      : <span className={differs(r) ? 'num warn' : 'num'}>{show_number(r.fitted_tgc_micro / 1000, 3)}{r.se_micro != null && <span className="error"> ± {show_number((1.96 * r.se_micro) / 1000, 3)}</span>}</span>) },
    { key: 'picture', title: t('growth.picture'), cell: r => <Against row={r} /> },
    { key: 'weighings', title: t('growth.weighings'), right: true, sort: r => r.weighings, cell: r => <Num of={r.weighings} /> },
    { key: 'act', title: '', cell: r => (r.fitted_tgc_micro != null && r.fitted_tgc_micro !== r.used_tgc_micro && may('manage')
      ? <Popconfirm title={t('growth.adopt_sure')} onConfirm={() => void adopt(r)} okText={t('growth.adopt')} cancelText={t('do.leave')}><Button size="small" loading={busy === key(r)}>{t('growth.adopt')}</Button></Popconfirm> : null) },
  ]
  return (
    <>
      <PageHead title={t('nav.growth')} sentence={!got.data ? ' ' : fitted.length ? t('growth.sentence', { count: fitted.length, apart }) : t('growth.none')}>
        <p className="sub muted">{t('growth.means')}</p>
      </PageHead>
      <Filters><Pick name="site" label={t('filter.every_site')} wide options={(sites ?? []).map(s => ({ value: s.site, label: s.name }))} /></Filters>
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={key} label={t('nav.growth')} />}</Answer>
    </>
  )
}

/// The fitted value with its interval on a line from half to one and a half of what is used; the upright is what is used.
function Against({ row }: { row: GrowthRow }) {
  if (row.fitted_tgc_micro == null || !row.used_tgc_micro) return null
  const x = (micro: number) => Math.min(158, Math.max(2, 80 + 156 * (micro / row.used_tgc_micro! - 1)))
  const half = 1.96 * (row.se_micro ?? 0)
  const off = differs(row)
  return (
    <svg width="160" height="20" viewBox="0 0 160 20" aria-hidden="true" className={off ? 'against warn' : 'against'}>
      <line x1="2" x2="158" y1="10" y2="10" className="against_axis" />
      <line x1="80" x2="80" y1="2" y2="18" className="against_used" />
      <line x1={x(row.fitted_tgc_micro - half)} x2={x(row.fitted_tgc_micro + half)} y1="10" y2="10" stroke="currentColor" strokeWidth="3" strokeLinecap="round" opacity=".45" />
      <circle cx={x(row.fitted_tgc_micro)} cy="10" r="4" fill="currentColor" />
    </svg>
  )
}
