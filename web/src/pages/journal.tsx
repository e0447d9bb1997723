import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { get, query_text, type FactRow } from '../api'
import { useGet, useKinds } from '../data'
import { add_days, from_farm_local } from '../dates'
import { t, word } from '../i18n'
import { usePlace } from '../router'
import { Answer, Nothing, PageHead, problem_text } from '../ui/basic'
import { FactList } from '../ui/facts'
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
  const more = () => get<Page>(`${path}&before=${next}`).then(p => set_older(o => [...o, p])).catch(e => set_wrong(problem_text(e)))
  return (
    <>
      <PageHead title={t('nav.journal')} sentence={t(subject ? 'journal.sentence_subject' : 'journal.sentence', { subject: subject.slice(subject.indexOf(':') + 1) })} />
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
