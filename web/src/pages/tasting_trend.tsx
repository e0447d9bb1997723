import { Button } from 'antd'
import { useGet } from '../data'
import { go, Link, useQuery } from '../router'
import { Answer, Nothing, PageHead, Section } from '../ui/basic'
import { Filters, Pick } from '../ui/filters'
import { Table } from '../ui/table'
import { show_number } from '../units'
import type { LotAttribute } from '../tasting/shapes'
import { rw } from '../tasting/review_words'
import { ReviewBoard } from '../tasting/reviews'
import { trends } from '../tasting/trend'
import { slope_words, TrendChart } from '../tasting/trend_chart'
import { maybe_word, tw } from '../tasting/words'

/// What people like, product by product, and how that went from tasting to tasting: what to plant and breed more of.
export default function TastingTrend() {
  const got = useGet<{ attributes: LotAttribute[] }>('/tasted-lots')
  const [asked] = useQuery('attribute')
  const all = got.data?.attributes ?? []
  const at = all.find(a => a.attribute === asked) ?? all.find(a => a.attribute === 'liking') ?? all[0]
  const of = at ? trends(at.points) : []
  const name = at ? maybe_word(at.attribute) : ''
  return (
    <>
      <PageHead title={tw('trend_title')} sentence={!got.data ? ' ' : of.length ? tw('trend_sentence', { best: of[0].product, mean: show_number(of[0].last.mean, 1), attribute: name, up: of.filter(t => t.way === 'rises').length, down: of.filter(t => t.way === 'falls').length }) : tw('trend_none')}
        acts={<Button onClick={() => go('/tastings')}>{tw('title')}</Button>} />
      {all.length > 1 && <Filters><Pick name="attribute" label={name} options={all.map(a => ({ value: a.attribute, label: maybe_word(a.attribute) }))} /></Filters>}
      <Answer got={got}>{() => !of.length ? <Nothing>{tw('trend_none')}</Nothing> : <>
        <Section title={`${rw('panels')}: ${name}`}>
          <TrendChart of={of} name={name} label={tw('trend_chart')} />
        </Section>
        <Table rows={of} row_key={t => t.product} label={tw('trend_title')} name="trend" columns={[
          { key: 'product', title: tw('trend_product'), phone: true, sort: t => t.product, cell: t => <b>{t.product}</b> },
          { key: 'last', title: tw('last_mean'), right: true, phone: true, sort: t => t.last.mean, cell: t => <span className="num">{show_number(t.last.mean, 1)} <span className="error">({show_number(t.last.low, 1)} – {show_number(t.last.high, 1)})</span></span> },
          { key: 'way', title: tw('way'), phone: true, sort: t => t.per_year?.value, cell: t => tw(t.way) },
          { key: 'slope', title: tw('per_year'), right: true, sort: t => t.per_year?.value, cell: t => <span className="num">{slope_words(t)}</span> },
          { key: 'tastings', title: tw('title'), cell: t => <span className="name_list">{t.points.map((x, i) => <span key={x.tasting + i}><Link to={`/tastings/${encodeURIComponent(x.tasting)}`}>{x.tasting}</Link></span>)}</span> },
        ]} />
        <p className="muted small">{tw('trend_how')}</p>
      </>}</Answer>
      <ReviewBoard />
    </>
  )
}
