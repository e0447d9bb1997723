import { seg } from '../api'
import { useGet } from '../data'
import { t } from '../i18n'
import { go, Link } from '../router'
import { Answer, PageHead, useNames, When } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import type { PlanRow } from '../breeding/shapes'
import { b, percent } from '../breeding/words'

export default function BreedingPlans() {
  const got = useGet<{ plans: PlanRow[] }>('/breeding/plans')
  const names = useNames()
  const rows = got.data?.plans ?? []
  const waiting = rows.filter(r => !r.signature).length
  const columns: Column<PlanRow>[] = [
    { key: 'at', title: t('breeding.planned'), phone: true, sort: r => r.at, cell: r => <Link to={`/breeding/plans/${seg(r.plan)}`}><When at={r.at} /></Link> },
    { key: 'species', title: t('field.species'), phone: true, sort: r => r.species, cell: r => names.species(r.species) },
    { key: 'pairs', title: t('breeding.matings'), right: true, phone: true, sort: r => r.pairs.length, cell: r => <span className="num">{r.pairs.length}</span> },
    { key: 'f', title: t('breeding.mean_f'), right: true, sort: r => r.mean_f, cell: r => <span className="num">{percent(r.mean_f)}</span> },
    { key: 'by', title: t('breeding.by'), sort: r => r.by, cell: r => r.by },
    { key: 'signed', title: t('flights.signed_by'), phone: true, sort: r => r.signature?.by, cell: r => r.signature?.by ?? <span className="warn">{t('breeding.unsigned')}</span> },
    { key: 'stripped', title: t('breeding.stripped'), right: true, sort: r => r.stripped.length, cell: r => <span className="num">{r.stripped.length}</span> },
  ]
  return (
    <>
      <PageHead title={t('nav.breeding_plans')} acts={<Link to="/breeding/crosses">{b('see_crosses')}</Link>} sentence={!got.data ? ' ' : !rows.length ? t('breeding.no_plans') : waiting ? t('breeding.plans_waiting', { count: waiting }) : t('breeding.plans_signed', { count: rows.length })} />
      <Answer got={got}>{() => <Table rows={rows} columns={columns} row_key={r => r.plan} label={t('nav.breeding_plans')} empty={<>{t('breeding.plan_how')} <Link to="/breeding">{t('nav.breeding')}</Link></>} open={r => go(`/breeding/plans/${seg(r.plan)}`)} />}</Answer>
    </>
  )
}
