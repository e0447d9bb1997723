import { App, Button, Segmented } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { farm_local } from '../dates'
import { t, word } from '../i18n'
import { Link } from '../router'
import { ask, type EventTree, type Json } from '../trace/epcis'
import { bare, disposition_word, place_name, quantity_words, step_word } from '../trace/words'
import { show_number } from '../units'
import { problem_text, Waiting } from './basic'
import { Icon } from './icons'
import { Place } from './lineage_panel'

type Row = { [name: string]: Json }
const rows = (value: Json | undefined): Row[] => (Array.isArray(value) ? (value as Row[]) : [])
const list = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as string[]) : [])
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const id_of = (value: Json | undefined): string => (typeof value === 'string' ? value : text((value as Row | undefined)?.id))

/// The part of a key that tells things of one kind apart.
export function short_key(uri: string): string {
  const link = /\/(?:21|10|254)\/([^/?]+)$/.exec(uri) ?? /\/(?:8004|8003|00|417|414|01|253|255)\/([^/?]+)$/.exec(uri)
  if (link) return decodeURIComponent(link[1])
  const urn = /^urn:epc:(?:id|class|idpat):[a-z]+:(.+)$/.exec(uri)
  return urn ? decodeURIComponent(urn[1].split('.').slice(2).join('.') || urn[1]) : uri
}

/// What an event is about, briefly: the first thing, and how many more.
export function about_what(e: EventTree): string {
  const things = [id_of(e.parentID), ...list(e.epcList), ...list(e.childEPCs), ...list(e.inputEPCList), ...rows(e.quantityList).map(q => text(q.epcClass)), ...rows(e.inputQuantityList).map(q => text(q.epcClass)),
    ...list(e.outputEPCList), ...rows(e.outputQuantityList).map(q => text(q.epcClass)), ...rows(e.childQuantityList).map(q => text(q.epcClass))].filter(Boolean)
  return things.length === 0 ? '–' : things.length === 1 ? short_key(things[0]) : t('event.and_more', { name: short_key(things[0]), count: things.length - 1 })
}
export const place_of = (e: EventTree) => id_of(e.readPoint) || id_of(e.bizLocation)

const known_fields = new Set(['type', 'eventID', 'eventTime', 'eventTimeZoneOffset', 'recordTime', 'action', 'bizStep', 'disposition', 'persistentDisposition', 'readPoint', 'bizLocation', 'epcList', 'quantityList', 'parentID',
  'childEPCs', 'childQuantityList', 'inputEPCList', 'inputQuantityList', 'outputEPCList', 'outputQuantityList', 'transformationID', 'bizTransactionList', 'sourceList', 'destinationList', 'sensorElementList', 'ilmd', 'errorDeclaration', 'certificationInfo', '@context'])

/// One event: as a card that can be read, as JSON-LD, as XML.
export function EventCard({ event, context }: { event: EventTree; context?: Json }) {
  const [as, set_as] = useState('card')
  const json = JSON.stringify(context ? { '@context': context, ...event } : event, null, 2)
  const id = text(event.eventID)
  return (
    <div className="event_card">
      <Segmented size="small" value={as} onChange={v => set_as(String(v))} aria-label={t('trace.view')} options={[{ value: 'card', label: t('event.card') }, { value: 'json', label: 'JSON-LD' }, { value: 'xml', label: 'XML' }]} />
      {as === 'card' ? <Card e={event} /> : as === 'json' ? <Raw text={json} /> : <Xml id={id} />}
    </div>
  )
}

function Raw({ text: shown }: { text: string }) {
  const { message } = App.useApp()
  const copy = () => navigator.clipboard.writeText(shown).then(() => message.success(t('event.copied')), () => message.error(t('event.not_copied')))
  return (
    <div className="raw">
      <Button size="small" className="raw_copy" icon={<Icon name="copy" size={14} />} onClick={() => void copy()}>{t('event.copy')}</Button>
      <pre tabIndex={0} aria-label={t('event.raw')}>{shown}</pre>
    </div>
  )
}

function Xml({ id }: { id: string }) {
  const [got, set_got] = useState<{ xml?: string; said?: string }>({})
  useEffect(() => {
    let gone = false
    ask<string>('GET', `/events/${encodeURIComponent(id)}`, { accept: 'application/xml' }).then(r => { if (!gone) set_got({ xml: indent(r.data) }) }, e => { if (!gone) set_got({ said: problem_text(e) }) })
    return () => { gone = true }
  }, [id])
  if (got.said) return <p className="notice notice_warn">{got.said}</p>
  return got.xml ? <Raw text={got.xml} /> : <Waiting rows={6} />
}

/// One tag a line, so that it can be read.
export function indent(xml: string): string {
  let depth = 0
  return xml.replace(/>\s*</g, '>\n<').split('\n').map(line => {
    if (/^<\//.test(line)) depth--
    const out = '  '.repeat(Math.max(0, depth)) + line
    if (/^<[^!?/]/.test(line) && !/\/>$/.test(line) && !/<\/[^>]+>$/.test(line)) depth++
    return out
  }).join('\n')
}

function Things({ title, keys, quantities }: { title: string; keys: string[]; quantities?: Row[] }) {
  const [all, set_all] = useState(false)
  if (!keys.length && !quantities?.length) return null
  const shown = all ? keys : keys.slice(0, 12)
  return (
    <div className="ec_part">
      <h3>{title}{keys.length > 1 && <span className="muted num"> {show_number(keys.length)}</span>}</h3>
      <ul className="ec_keys">
        {shown.map((k, i) => <li key={k + i}><Link to={`/trace?id=${encodeURIComponent(k)}`} className="num" title={k}>{short_key(k)}</Link></li>)}
        {quantities?.map((q, i) => <li key={`q${i}`}><Link to={`/trace?id=${encodeURIComponent(text(q.epcClass))}`} title={text(q.epcClass)}>{short_key(text(q.epcClass))}</Link>{q.quantity != null && <span className="num muted"> {quantity_words(Number(q.quantity), text(q.uom) || undefined)}</span>}</li>)}
      </ul>
      {!all && keys.length > 12 && <button type="button" className="quiet" onClick={() => set_all(true)}>{t('trace.events_more_things', { count: keys.length - 12 })}</button>}
    </div>
  )
}

const Pair = ({ label, children }: { label: string; children: ReactNode }) => <><dt>{label}</dt><dd>{children}</dd></>

function Card({ e }: { e: EventTree }) {
  const offset = text(e.eventTimeZoneOffset)
  const persistent = e.persistentDisposition as { set?: string[]; unset?: string[] } | undefined
  const error = e.errorDeclaration as Row | undefined
  const extensions = Object.fromEntries(Object.entries(e).filter(([k]) => !known_fields.has(k)))
  return (
    <>
      {error && <p className="notice notice_warn"><Icon name="warn" size={16} /> {t('event.error_means', { reason: word('error_reason', bare(text(error.reason)), bare(text(error.reason)) || '–') })}</p>}
      <h2 className="lp_name">{step_word(text(e.bizStep)) || word('event_type', text(e.type))}</h2>
      <p className="muted">{[word('event_type', text(e.type)), text(e.action) && word('event_action', text(e.action)), disposition_word(text(e.disposition))].filter(Boolean).join(' · ')}</p>
      <Things title={t('event.what')} keys={list(e.epcList)} quantities={rows(e.quantityList)} />
      <Things title={t('event.parent')} keys={[id_of(e.parentID)].filter(Boolean)} />
      <Things title={t('event.children')} keys={list(e.childEPCs)} quantities={rows(e.childQuantityList)} />
      <Things title={t('event.inputs')} keys={list(e.inputEPCList)} quantities={rows(e.inputQuantityList)} />
      <Things title={t('event.outputs')} keys={list(e.outputEPCList)} quantities={rows(e.outputQuantityList)} />
      <dl className="lp_facts">
        <Pair label={t('event.when')}>{farm_local(text(e.eventTime)).replace('T', ' ')} <span className="muted small">{offset && t('event.there', { offset })}</span></Pair>
        {text(e.recordTime) && <Pair label={t('event.recorded')}>{farm_local(text(e.recordTime)).replace('T', ' ')}</Pair>}
        {id_of(e.readPoint) && <Pair label={t('event.read_point')}><Place uri={id_of(e.readPoint)} /></Pair>}
        {id_of(e.bizLocation) && <Pair label={t('event.biz_location')}><Place uri={id_of(e.bizLocation)} /></Pair>}
        {rows(e.sourceList).map((s, i) => <Pair key={`s${i}`} label={t('event.source')}>{word('party_type', bare(text(s.type)))}: <span title={id_of(s.source)}>{place_name(id_of(s.source))}</span></Pair>)}
        {rows(e.destinationList).map((s, i) => <Pair key={`d${i}`} label={t('event.destination')}>{word('party_type', bare(text(s.type)))}: <span title={id_of(s.destination)}>{place_name(id_of(s.destination))}</span></Pair>)}
        {rows(e.bizTransactionList).map((b, i) => <Pair key={`b${i}`} label={word('transaction_type', bare(text(b.type)), t('event.transaction'))}><code className="lp_code">{id_of(b.bizTransaction)}</code></Pair>)}
        {persistent?.set?.length && <Pair label={t('event.set')}>{persistent.set.map(disposition_word).join(', ')}</Pair>}
        {persistent?.unset?.length && <Pair label={t('event.unset')}>{persistent.unset.map(disposition_word).join(', ')}</Pair>}
        {list(Array.isArray(e.certificationInfo) ? e.certificationInfo : e.certificationInfo ? [e.certificationInfo] : []).map((c, i) => <Pair key={`c${i}`} label={t('event.certificate')}><code className="lp_code">{c}</code></Pair>)}
        {text(e.transformationID) && <Pair label={t('event.transformation')}><code className="lp_code">{text(e.transformationID)}</code></Pair>}
        <Pair label="eventID"><code className="lp_code">{text(e.eventID)}</code></Pair>
      </dl>
      {rows(e.sensorElementList).length > 0 && <Sensors elements={rows(e.sensorElementList)} />}
      {e.ilmd != null && Object.keys(e.ilmd as Row).length > 0 && <div className="ec_part"><h3>{t('event.ilmd')}</h3><Tree of={e.ilmd} /></div>}
      {Object.keys(extensions).length > 0 && <div className="ec_part"><h3>{t('event.extensions')}</h3><Tree of={extensions} /></div>}
    </>
  )
}

function Sensors({ elements }: { elements: Row[] }) {
  const figure = (v: Json | undefined) => (v == null ? '' : typeof v === 'number' ? show_number(v, Number.isInteger(v) ? 0 : 2) : String(v))
  return (
    <div className="ec_part">
      <h3>{t('event.sensors')}</h3>
      <table className="steps">
        <thead><tr><th>{t('event.sensor_type')}</th><th className="right">{t('event.sensor_value')}</th><th className="right">{t('event.sensor_range')}</th></tr></thead>
        <tbody>
          {elements.flatMap((el, i) => rows(el.sensorReport).map((r, j) => (
            <tr key={`${i}.${j}`} className={r.exception ? 'warn' : undefined}>
              <th scope="row">{bare(text(r.type)).replace(/([a-z])([A-Z])/g, '$1 $2')}{r.exception != null && <span className="act"> {String(r.exception).replace(/_/g, ' ').toLowerCase()}</span>}</th>
              <td className="num right">{figure(r.value ?? r.meanValue ?? r.stringValue ?? r.booleanValue ?? r.uriValue ?? r.hexBinaryValue)} {units[text(r.uom)] ?? text(r.uom)}</td>
              <td className="num right muted">{r.minValue != null || r.maxValue != null ? `${figure(r.minValue)} – ${figure(r.maxValue)}` : ''}</td>
            </tr>
          )))}
        </tbody>
      </table>
    </div>
  )
}
const units: Record<string, string> = { CEL: '°C', KGM: 'kg', GRM: 'g', C62: '', P1: '%', M1: 'mg/L', MMT: 'mm', CMT: 'cm' }

function Tree({ of }: { of: Json }) {
  if (of === null || typeof of !== 'object') return <>{String(of)}</>
  if (Array.isArray(of)) return <>{of.map((x, i) => <span key={i}>{i > 0 && ', '}<Tree of={x} /></span>)}</>
  return (
    <dl className="lp_facts ec_tree">
      {Object.entries(of).map(([k, v]) => <Pair key={k} label={k}><Tree of={v} /></Pair>)}
    </dl>
  )
}
