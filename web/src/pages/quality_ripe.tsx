import { useGet } from '../data'
import { farm_day, show_day } from '../dates'
import { is_zh, t } from '../i18n'
import { Link } from '../router'
import type { Ripe } from '../quality/shapes'
import { q, q_code, tall } from '../quality/words'
import { Answer, Fact, Facts, FishLink, Num, PageHead, Section } from '../ui/basic'
import { Table } from '../ui/table'

/// Who may be harvested for roe, and why the others may not.
export default function RipeGate() {
  const got = useGet<Ripe>('/quality/ripe')
  const r = got.data
  return (
    <>
      <PageHead title={t('nav.ripe')} sentence={!r ? ' ' : q('ripe_sentence', { ready: r.ready, seen: r.fish.length })}>
        {r?.looked_days && <p className="small muted">{q('rule', { days: r.looked_days })} {r.source}</p>}
      </PageHead>
      <Answer got={got}>{d => <>
        <Table rows={[...d.fish.filter(x => x.ready), ...d.fish.filter(x => !x.ready)]} label={t('nav.ripe')} name="ripe" row_key={x => x.fish} height={tall(d.fish.length, 560)} columns={[
          { key: 'fish', title: q('fish'), phone: true, sort: x => x.fish, cell: x => <FishLink fish={x.fish} /> },
          { key: 'pool', title: q('pool'), phone: true, sort: x => x.pool, cell: x => <Link to={`/pools/${encodeURIComponent(x.pool)}`}>{x.pool}</Link> },
          { key: 'stage', title: q('stage'), sort: x => x.stage, cell: x => x.stage },
          { key: 'seen', title: q('seen'), sort: x => x.stage_at, cell: x => x.stage_at ? show_day(farm_day(x.stage_at)) : '–' },
          { key: 'days', title: q('days'), right: true, sort: x => x.days, cell: x => <Num of={x.days} /> },
          { key: 'why', title: q('why_not'), phone: true, sort: x => x.why, cell: x => x.ready ? '' : <>{q_code(x.why)}{x.until_at && ` · ${q('until', { day: show_day(farm_day(x.until_at)) })}`}{x.hold && ` · ${x.hold}`}</> },
        ]} />
        <Section title={q('stages')}>
          <Facts>{d.stages.map(s => <Fact key={s.stage} label={is_zh() ? s.name_zh : s.name_en}><Num of={s.fish} /></Fact>)}</Facts>
        </Section>
      </>}</Answer>
    </>
  )
}
