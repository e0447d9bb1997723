import { Button } from 'antd'
import { useMemo, useState } from 'react'
import type { CohortRow } from '../api'
import { useMay, usePack, useState_ } from '../data'
import { is_zh, own_script, t } from '../i18n'
import { go, usePlace } from '../router'
import { Answer, CohortLink, Figure, Heads, Mass, Num, PageHead, useNames } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Exports, Filters, Pick } from '../ui/filters'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'

export default function Cohorts() {
  const got = useState_<{ cohorts: CohortRow[] }>('/cohorts')
  const names = useNames()
  const pack = usePack()
  const may = useMay()
  const [adding, set_adding] = useState(false)
  const { query } = usePlace()
  const species = query.get('species'), emptied = query.get('emptied')
  const rows = useMemo(() => (got.data?.cohorts ?? []).filter(c => (!species || c.species === species) && (emptied || c.heads.value > 0)), [got.data, species, emptied])
  const kinds = new Set(rows.map(r => r.species)).size
  const columns: Column<CohortRow>[] = [
    { key: 'cohort', title: t('field.cohort'), phone: true, sort: r => r.cohort, cell: r => <CohortLink cohort={r.cohort} /> },
    { key: 'species', title: t('field.species'), sort: r => r.species, cell: r => names.species(r.species) },
    { key: 'year', title: t('field.year_class'), right: true, sort: r => r.year_class, cell: r => <span className="num">{r.year_class}</span> },
    { key: 'origin', title: t('field.origin'), sort: r => r.origin, cell: r => own_script(r.origin ?? '–') },
    { key: 'pools', title: t('nav.pools'), right: true, sort: r => r.pools, cell: r => <Num of={r.pools} /> },
    { key: 'heads', title: t('figure.heads'), right: true, phone: true, sort: r => r.heads.value, cell: r => <Figure figure="heads" subject={`cohort:${r.cohort}`}><Heads of={r.heads} /></Figure> },
    { key: 'tagged', title: t('today.tagged'), right: true, sort: r => r.tagged, cell: r => <Num of={r.tagged} /> },
    { key: 'mean', title: t('figure.mean'), right: true, sort: r => r.mean_mg?.value, cell: r => <Figure figure="mean" subject={`cohort:${r.cohort}`}><Mass of={r.mean_mg} /></Figure> },
    { key: 'biomass', title: t('figure.biomass'), right: true, phone: true, sort: r => r.biomass_mg?.value, cell: r => <Figure figure="biomass" subject={`cohort:${r.cohort}`}><Mass of={r.biomass_mg} /></Figure> },
  ]
  return (
    <>
      <PageHead title={t('nav.cohorts')} sentence={got.data ? t('cohorts.sentence', { count: rows.length, species: kinds }) : ' '}
        acts={may('manage') && <Button icon={<Icon name="plus" size={16} />} onClick={() => set_adding(true)}>{t('cohort.new')}</Button>} />
      <Filters end={<Exports list="cohorts" />}>
        <Pick name="species" label={t('filter.every_species')} wide options={(pack?.species ?? []).map(s => ({ value: s.code, label: is_zh() ? s.name_zh : s.name_en }))} />
        <Pick name="emptied" label={t('filter.living_only')} options={[{ value: 'all', label: t('filter.emptied_too') }]} />
      </Filters>
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.cohort} label={t('nav.cohorts')} open={r => go(`/cohorts/${encodeURIComponent(r.cohort)}`)} />}</Answer>
      {adding && <FactForm kind="cohort" title={t('cohort.new')} first={['cohort', 'species', 'year_class', 'hatched_on', 'origin']} close={() => set_adding(false)} />}
    </>
  )
}
