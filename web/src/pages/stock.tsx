import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import type { Stock as StockAnswer, StockRow } from '../api'
import { useSites, useState_ } from '../data'
import { show_day, show_instant, farm_day } from '../dates'
import { t, type Key } from '../i18n'
import { Link, useQuery } from '../router'
import { Answer, Fact, Facts, Figure, Heads, heads_words, Mass, mass_words, Num, PageHead, Section, useNames } from '../ui/basic'
import { ConservationTable } from '../ui/conservation'
import { Exports, Filters } from '../ui/filters'
import { Table, type Column } from '../ui/table'

const ways = ['site', 'pool', 'cohort', 'species'] as const

export default function Stock() {
  const [by, set_by] = useQuery('by', 'site')
  const got = useState_<StockAnswer>('/stock', { by })
  const names = useNames()
  const sites = useSites()
  const key_cell = (key: string) =>
    by === 'pool' ? <Link to={`/pools/${encodeURIComponent(key)}`}>{key}</Link>
    : by === 'cohort' ? <Link to={`/cohorts/${encodeURIComponent(key)}`}>{key}</Link>
    : by === 'species' ? <Link to={`/cohorts?species=${encodeURIComponent(key)}`}>{names.species(key)}</Link>
    : <Link to={`/pools?site=${encodeURIComponent(key)}`}>{sites?.find(s => s.site === key)?.name ?? key}</Link>
  const subject = (key: string) => `${by}:${key}`
  const opens = by !== 'species'
  const cell = (row: StockRow, figure: string, shown: ReactNode) => (opens ? <Figure figure={figure} subject={subject(row.key)}>{shown}</Figure> : shown)
  const columns: Column<StockRow>[] = [
    { key: 'key', title: t(`stock.by_${by}` as Key), phone: true, sort: r => r.key, cell: r => key_cell(r.key) },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => r.heads.value, cell: r => cell(r, 'heads', <Heads of={r.heads} />) },
    { key: 'tagged', title: t('today.tagged'), right: true, sort: r => r.tagged, cell: r => <Num of={r.tagged} /> },
    { key: 'mean', title: t('figure.mean'), right: true, sort: r => r.mean_mg?.value, cell: r => cell(r, 'mean', <Mass of={r.mean_mg} />) },
    { key: 'biomass', title: t('figure.biomass'), right: true, phone: true, sort: r => r.biomass_mg?.value, cell: r => cell(r, 'biomass', <Mass of={r.biomass_mg} />) },
  ]
  const total = got.data?.total
  return (
    <>
      <PageHead title={t('nav.stock')} sentence={got.data && total ? t('stock.sentence', {
        day: show_day(farm_day(got.data.as_of)), heads: heads_words(total.heads), mass: mass_words(total.biomass_mg),
        known: show_instant(got.data.known),
      }) : ' '} />
      <Filters end={<Exports list="stock" query={{ by }} />}>
        <Segmented value={by} onChange={v => set_by(v)} options={ways.map(w => ({ value: w, label: t(`stock.by_${w}` as Key) }))} aria-label={t('stock.by')} />
      </Filters>
      <Answer got={got}>
        {stock => (
          <>
            <Facts>
              <Fact label={t('figure.heads')}><Figure figure="heads" subject="company:" label={t('figure.heads')}><Heads of={stock.total.heads} /></Figure></Fact>
              <Fact label={t('figure.biomass')}><Figure figure="biomass" subject="company:" label={t('figure.biomass')}><Mass of={stock.total.biomass_mg} /></Figure></Fact>
              <Fact label={t('today.tagged')}><Num of={stock.total.tagged} /></Fact>
            </Facts>
            <div className="two">
              <Section className="two_wide"><Table key={by} rows={stock.rows} columns={columns} row_key={r => r.key} label={t('nav.stock')} /></Section>
              <Section title={t('stock.conservation')}>
                <ConservationTable of={stock.conservation} />
                <p className="muted small">{t('stock.conservation_means')}</p>
              </Section>
            </div>
          </>
        )}
      </Answer>
    </>
  )
}
