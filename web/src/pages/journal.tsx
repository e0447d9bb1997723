import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { get, query_text, type FactRow } from '../api'
import { useGet, useKinds } from '../data'
import { add_days, from_farm_local, show_instant } from '../dates'
import { t, word } from '../i18n'
import { usePlace } from '../router'
import { Answer, Nothing, PageHead, problem_text } from '../ui/basic'
import { FactList } from '../ui/facts'
import { show_number } from '../units'
import { Day, Exports, Filters, Pick, Words } from '../ui/filters'

interface Page { facts: FactRow[]; next: number | null }

export default function Journal() {
  const { query } = usePlace()
  const kinds = useKinds()
  const typed = (query.get('subject') ?? '').trim()
  const subject = !typed || typed.includes(':') ? typed : /^\d{15}$/.test(typed) ? `fish:${typed}` : `pool:${typed}`
  const from = query.get('from'), to = query.get('to')
  const path = '/facts' + query_text({
    subject, kind: query.get('kind'), from: from && from_farm_local(from + 'T00:00'), to: to && from_farm_local(add_days(to, 1) + 'T00:00'), limit: 50,
  })
  const got = useGet<Page>(path)
  const [older, set_older] = useState<Page[]>([])
  const [wrong, set_wrong] = useState('')
  useEffect(() => set_older([]), [path, got.data])
  const next = older.length ? older.at(-1)!.next : got.data?.next
  const facts = [...(got.data?.facts ?? []), ...older.flatMap(o => o.facts)]
  const last = got.data?.facts[0]
  const named = subject.slice(subject.indexOf(':') + 1)
  const sentence = !got.data ? ' ' : !last ? t('journal.none') : subject ? t('journal.sentence_subject', { subject: named, at: show_instant(last.happened_at), who: last.author })
    : query.get('kind') || to ? t('journal.sentence_some') : t('journal.sentence', { facts: show_number(last.seq), at: show_instant(last.recorded_at), who: last.author })
  const more = () => get<Page>(`${path}&before=${next}`).then(p => set_older(o => [...o, p])).catch(e => set_wrong(problem_text(e)))
  return (
    <>
      <PageHead title={t('nav.journal')} sentence={sentence}>
        <p className="sub muted">{t('journal.means')}</p>
      </PageHead>
      <Filters end={<Exports list="facts" query={subject ? { subject } : {}} />}>
        <Words name="subject" label={t('journal.subject')} />
        <Pick name="kind" label={t('filter.every_fact')} options={(kinds ?? []).map(k => ({ value: k.kind, label: word('kind', k.kind) }))} />
        <Day name="from" label={t('filter.from')} />
        <Day name="to" label={t('filter.to')} />
      </Filters>
      <Answer got={got}>
        {() => (facts.length ? <FactList facts={facts} mended={() => set_older([])} /> : <Nothing>{t('journal.none')}</Nothing>)}
      </Answer>
      {wrong && <p className="notice notice_bad">{wrong}</p>}
      {next != null && <p className="pager"><Button onClick={() => void more()}>{t('journal.older')}</Button></p>}
    </>
  )
}
