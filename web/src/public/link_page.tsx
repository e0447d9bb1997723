import { useEffect, useState, type ReactNode } from 'react'
import { QuietMap } from '../ui/quiet_map'
import type { Published } from './shapes'
import { TinPicture } from './tin_picture'
import { day_words, first_language, say, script_of, type Language, type Word } from './words'

type State = { at: 'waiting' } | { at: 'unreachable' } | { at: 'busy' } | { at: 'bad' } | { at: 'there'; told: Published }

/// What is behind the code on a label, for whoever holds the tin in their hand: no sign-in, both languages, one phone's width.
export function LinkPage() {
  const [language, set_language] = useState<Language>(first_language)
  const [state, set_state] = useState<State>({ at: 'waiting' })
  const load = () => {
    set_state({ at: 'waiting' })
    fetch(location.pathname, { headers: { Accept: 'application/json' } }).then(async r => {
      if (r.status === 429) return set_state({ at: 'busy' })
      const told = (await r.json()) as Published
      set_state(told.what ? { at: 'there', told } : { at: 'bad' })
    }).catch(() => set_state({ at: 'unreachable' }))
  }
  useEffect(load, [])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    try { localStorage.setItem('osetra.language', language) } catch { /* storage may be shut */ }
  }, [language])
  const w = (word: Word, values?: Record<string, string | number>) => say(language, word, values)
  const told = state.at === 'there' ? state.told : null
  return (
    <div className="link_page">
      <header className="link_top">
        <span className="link_who">{told?.issuer ? script_of(language, told.issuer.name) : 'Osetra'}</span>
        {told?.issuer?.simulated && <span className="link_simulated">{w('simulated')}</span>}
        <button type="button" onClick={() => set_language(language === 'en' ? 'zh' : 'en')} lang={language === 'en' ? 'zh-CN' : 'en'} aria-label={w('other_label')}>{w('other')}</button>
      </header>
      <main>
        {state.at === 'waiting' && <p className="link_waiting" role="status">{w('waiting')} …</p>}
        {state.at === 'unreachable' && <Said title={w('unreachable')} means={w('unreachable_means')}><button type="button" className="link_button" onClick={load}>{w('again')}</button></Said>}
        {state.at === 'busy' && <Said title={w('busy')}><button type="button" className="link_button" onClick={load}>{w('again')}</button></Said>}
        {state.at === 'bad' && <Said title={w('bad')} />}
        {told && (told.issued ? <Story told={told} language={language} w={w} /> : <NotOurs told={told} language={language} w={w} />)}
      </main>
      {told && <footer className="link_foot"><span>{w('code')} <code>{told.id}</code></span></footer>}
    </div>
  )
}

type Say = (word: Word, values?: Record<string, string | number>) => string

const Said = ({ title, means, children, bad }: { title: string; means?: string; children?: ReactNode; bad?: boolean }) => (
  <section className={bad ? 'link_said link_said_bad' : 'link_said'} role={bad ? 'alert' : undefined}>
    <svg width="72" height="72" viewBox="0 0 72 72" aria-hidden="true"><circle cx="36" cy="36" r="33" fill="none" stroke="currentColor" strokeWidth="3" /><path d="M36 18v22M36 50v.1" stroke="currentColor" strokeWidth="5" strokeLinecap="round" /></svg>
    <h1>{title}</h1>
    {means && <p>{means}</p>}
    {children}
  </section>
)

function NotOurs({ told, language, w }: { told: Published; language: Language; w: Say }) {
  const what = w(told.what)
  return told.issuer
    ? <Said bad title={w('not_issued', { what })} means={w('not_issued_means', { who: script_of(language, told.issuer.name) })} />
    : <Said bad title={w('unknown', { what })} means={w('unknown_means')} />
}

function Story({ told, language, w }: { told: Published; language: Language; w: Say }) {
  const who = script_of(language, told.issuer?.name ?? '')
  const species = told.species && (language === 'zh' ? told.species.name_zh : told.species.name_en)
  const other = told.species && (language === 'zh' ? told.species.name_en : told.species.name_zh)
  const eaten = told.what === 'tin' || told.what === 'lot' || told.what === 'item' || told.what === 'case'
  const day = (d: string) => day_words(language, d)
  const facts: [string, ReactNode][] = []
  if (told.grade) facts.push([w('grade'), told.grade])
  if (told.net_g) facts.push([w('net'), `${told.net_g.toLocaleString('en-US')} g`])
  if (told.age_years) facts.push([w('age'), w('years', { n: told.age_years })])
  if (told.year_class) facts.push([w('year_class'), String(told.year_class)])
  if (told.salt_percent) facts.push([w('salt'), `${told.salt_percent} %`])
  if (told.contains) facts.push([w('within'), told.contains.toLocaleString('en-US')])
  const plant = told.plant ? [told.plant.name && script_of(language, told.plant.name), told.plant.code].filter(Boolean).join(', ') : ''
  const farm = told.farm ? [script_of(language, told.farm.name), told.farm.province && script_of(language, told.farm.province)].filter(Boolean).join(language === 'zh' ? '，' : ', ') : ''
  const steps: [string, string, string][] = []
  if (told.hatched_on || told.year_class) steps.push([w('hatched'), told.hatched_on ? day(told.hatched_on) : String(told.year_class), told.parents ? `${w('parents')}: ${[told.parents.sire, told.parents.dam].filter(Boolean).join(' × ')}` : ''])
  if (farm || told.pool) steps.push([w('raised'), farm, told.pool ? w('in_pool', { pool: told.pool }) : ''])
  if (told.harvested_on) steps.push([w('harvested'), day(told.harvested_on), plant ? w('at_plant', { plant }) : ''])
  if (told.salted_on && told.salted_on !== told.harvested_on) steps.push([w('salted'), day(told.salted_on), ''])
  if (told.packed_on) steps.push([w('packed'), day(told.packed_on), told.harvested_on ? '' : plant ? w('at_plant', { plant }) : ''])
  for (const j of told.journey ?? []) if (j.step === 'shipping' || j.step === 'receiving' || j.step === 'repackaging') steps.push([w(j.step === 'shipping' ? 'shipped' : j.step === 'receiving' ? 'received' : 'repacked'), day(j.at), j.place ?? ''])
  const nothing = !species && !facts.length && !steps.length && !told.label
  return (
    <>
      <section className="link_hero">
        {eaten && <TinPicture seed={told.id} />}
        <p className={told.recalled ? 'link_badge link_badge_bad' : 'link_badge'} role={told.recalled ? 'alert' : undefined}>
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" strokeWidth="1.6" />{told.recalled ? <path d="M10 5v6M10 14.200v.1" stroke="currentColor" strokeWidth="2" strokeLinecap="round" /> : <path d="M5.800 10.400l3 3 5.500-6.300" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />}</svg>
          <span><b>{told.recalled ? w('recalled') : eaten ? w('genuine') : w(told.what)}</b> {told.recalled ? w('recalled_means', { who }) : told.what === 'lot' ? w('lot_means', { who }) : told.what === 'place' ? w('place_of', { who }) : told.what === 'party' ? w('party_of', { who }) : w('genuine_means', { who })}</span>
        </p>
        <h1>{species ?? told.name ?? (eaten ? w('caviar') : w(told.what))}</h1>
        {told.species && <p className="link_latin">{other} · <i>{told.species.latin}</i> · {told.species.code}</p>}
        {!told.species && told.name && <p className="link_latin">{w(told.what)}</p>}
      </section>
      {facts.length > 0 && <dl className="link_facts">{facts.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>}
      {steps.length > 0 && (
        <section className="link_part">
          <h2>{w('story')}</h2>
          <ol className="link_steps">{steps.map(([k, v, more], i) => <li key={i}><span className="link_step">{k}</span><b>{v}</b>{more && <span className="link_more">{more}</span>}</li>)}</ol>
        </section>
      )}
      {told.farm?.latitude != null && told.farm.longitude != null && (
        <section className="link_part"><h2>{w('farm')}</h2><QuietMap dots={[{ latitude: told.farm.latitude, longitude: told.farm.longitude, name: script_of(language, told.farm.name) }]} label={w('map')} height={200} across={40} /></section>
      )}
      {told.cold_chain && (
        <section className="link_part">
          <h2>{w('cold')}</h2>
          <Cold chain={told.cold_chain} />
          <p>{told.cold_chain.alarm ? w('cold_alarm', { high: told.cold_chain.high_c }) : w('cold_kept', { low: told.cold_chain.low_c, high: told.cold_chain.high_c }).replace(/-(?=\d)/g, '−')} <span className="link_more">{w('cold_from', { n: told.cold_chain.readings })}</span></p>
        </section>
      )}
      {told.label && <section className="link_part"><h2>{w('label')}</h2><p className="link_label">{told.label}</p><LabelMeans label={told.label} w={w} /></section>}
      {nothing && <p className="link_nothing">{w('nothing_more')}</p>}
      {eaten && !told.recalled && <p className="link_keep">{w('keep')}</p>}
    </>
  )
}

function LabelMeans({ label, w }: { label: string; w: Say }) {
  const [species, source, country, year, plant, ...lot] = label.split('/')
  return lot.length ? <p className="link_more">{w('label_means', { species, source, country, year, plant, lot: lot.join('/') })}</p> : null
}

/// The span that was measured, on a scale from -4 to +8 °C with the good part marked.
function Cold({ chain }: { chain: NonNullable<Published['cold_chain']> }) {
  const at = (c: number) => Math.min(100, Math.max(0, ((c + 4) / 12) * 100))
  return (
    <svg className="link_cold" viewBox="0 0 100 12" preserveAspectRatio="none" height="22" width="100%" aria-hidden="true">
      <rect x="0" y="4" width="100" height="4" rx="2" className="cold_all" />
      <rect x={at(-2)} y="4" width={at(4) - at(-2)} height="4" className="cold_good" />
      <rect x={at(chain.low_c)} y="1.500" width={Math.max(1.2, at(chain.high_c) - at(chain.low_c))} height="9" rx="1" className={chain.alarm ? 'cold_was cold_bad' : 'cold_was'} />
    </svg>
  )
}
