import { Button } from 'antd'
import { query_text } from '../api'
import { useGet } from '../data'
import { show_instant } from '../dates'
import { t, word, type Key } from '../i18n'
import { Link } from '../router'
import type { RecallAnswer, RecallItem, RecallShipment } from '../trace/shapes'
import { place_name, quantity_words } from '../trace/words'
import { show_number } from '../units'
import { Answer, Nothing, Section } from '../ui/basic'
import { short_key } from '../ui/event_card'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'

const address = (id: string) => `/trace?id=${encodeURIComponent(id)}`
const places = ['received', 'shipped', 'in_house', 'unknown', 'used_up', 'ended'] as const

/// A fault of this thing: what is affected, where each item is, who received it, whom to call.
export default function Recall({ id }: { id: string }) {
  const got = useGet<RecallAnswer>('/recall' + query_text({ id }))
  return <Answer got={got} rows={8}>{recall => <Shown recall={recall} id={id} />}</Answer>
}

function Shown({ recall, id }: { recall: RecallAnswer; id: string }) {
  const counts = places.map(where => [where, recall.items.filter(i => i.where === where).length] as const).filter(([, n]) => n > 0)
  const party = (key: string | undefined) => recall.contacts.find(c => c.party === key)?.name ?? (key ? short_key(key) : '')
  const items: Column<RecallItem>[] = [
    { key: 'name', title: t('recall.item'), cell: i => <Link to={address(i.id)} className="num">{i.name}</Link>, sort: i => i.name, phone: true },
    { key: 'kind', title: t('recall.kind'), cell: i => t(`trace_kind.${i.kind}` as Key), sort: i => i.kind },
    { key: 'quantity', title: t('trace.quantity'), right: true, cell: i => <span className="num">{quantity_words(i.quantity, i.uom)}</span>, sort: i => i.quantity },
    { key: 'where', title: t('recall.where'), cell: i => <span className={i.where === 'received' || i.where === 'shipped' ? 'bad' : undefined}>{word('recall_where', i.where)}</span>, sort: i => i.where, phone: true },
    { key: 'place', title: t('trace.place'), cell: i => i.place_name ?? place_name(i.place), sort: i => i.place_name ?? i.place },
    { key: 'holder', title: t('recall.holder'), cell: i => party(i.holder), sort: i => party(i.holder), phone: true },
    { key: 'container', title: t('trace.contained_in'), cell: i => (i.container ? <Link to={address(i.container)} className="num">{short_key(i.container)}</Link> : ''), sort: i => i.container },
    { key: 'last', title: t('trace.last_seen'), cell: i => <span className="num">{show_instant(i.last_at)}</span>, sort: i => i.last_at },
  ]
  const shipments: Column<RecallShipment>[] = [
    { key: 'shipped', title: t('recall.shipped'), cell: s => <span className="num">{show_instant(s.shipped_at)}</span>, phone: true },
    { key: 'to', title: t('event.destination'), cell: s => <b>{party(s.to_party) || place_name(s.to_place)}</b>, phone: true },
    { key: 'things', title: t('recall.carried'), cell: s => <span className="gave_tins">{s.things.slice(0, 4).map(x => <Link key={x} to={address(x)} className="num">{short_key(x)}</Link>)}{s.things.length > 4 && <span className="muted">{t('today.and_more', { count: s.things.length - 4 })}</span>}</span> },
    { key: 'papers', title: t('recall.papers'), cell: s => <span className="gave_tins">{s.papers.map(p => <span key={p.type + p.id}><span className="muted">{word('transaction_type', p.type)}</span> {short_key(p.id).split(':').at(-1)}</span>)}</span> },
    { key: 'received', title: t('recall.received'), cell: s => (s.received_at ? <span className="num">{show_instant(s.received_at)}</span> : <span className="warn">{t('recall.not_received')}</span>), phone: true },
  ]
  const out = recall.items.some(i => i.where === 'received' || i.where === 'shipped')
  return (
    <div className="recall">
      <p className={out ? 'notice notice_bad' : 'notice notice_ok'}><Icon name={out ? 'warn' : 'check'} size={18} />
        <b>{t('recall.sentence', { count: recall.items.length, n: show_number(recall.items.length) })}</b> {counts.map(([where, n]) => `${show_number(n)} ${word('recall_where', where)}`).join(t('trace.comma'))}
      </p>
      <div className="recall_acts">
        {(['csv', 'xlsx', 'pdf'] as const).map(format => <Button key={format} href={`/api/v1/recall${query_text({ id, format })}`} download icon={<Icon name="export" size={16} />}>{format.toUpperCase()}</Button>)}
      </div>
      {recall.truncated && <p className="notice notice_warn"><Icon name="warn" size={18} /> {t('trace.truncated')}</p>}
      {recall.contacts.length > 0 && (
        <Section title={t('recall.contacts')}>
          <ul className="contacts">
            {recall.contacts.map(c => (
              <li key={c.party}>
                <b>{c.name ?? short_key(c.party)}</b>
                <span className="muted">{[c.address, c.country].filter(Boolean).join(', ')}</span>
                <span>{[c.contact, c.phone && <a key="p" href={`tel:${c.phone}`}>{c.phone}</a>, c.email && <a key="e" href={`mailto:${c.email}`}>{c.email}</a>].filter(Boolean).map((x, i) => <span key={i}>{i > 0 && ' · '}{x}</span>)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {recall.shipments.length > 0 && <Section title={t('recall.shipments')}><Table rows={recall.shipments} columns={shipments} row_key={s => String(s.event)} label={t('recall.shipments')} name="sort_shipments" /></Section>}
      <Section title={t('recall.items')}>
        {recall.items.length ? <Table rows={recall.items} columns={items} row_key={i => i.id} label={t('recall.items')} /> : <Nothing>{t('recall.none')}</Nothing>}
      </Section>
      {recall.unaccounted.length > 0 && (
        <Section title={t('recall.unaccounted')}>
          <ul className="lp_events">{recall.unaccounted.map((g, i) => <li key={i}><Link to={address(g.id)} className="num">{short_key(g.id)}</Link><span className="warn">{word('gap', g.code, g.why)}</span></li>)}</ul>
        </Section>
      )}
    </div>
  )
}
