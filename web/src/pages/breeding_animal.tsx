import { App, Button, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { post, query_text, seg, type Body, type FactRow } from '../api'
import { forget, useGet, useMay } from '../data'
import { show_day } from '../dates'
import { t, word } from '../i18n'
import { Link } from '../router'
import { Answer, Fact, Facts, Nothing, PageHead, PoolLink, problem_text, Section, sex_word, useNames, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { FactList } from '../ui/facts'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { AnimalCard, Certificate, Tree } from '../breeding/shapes'
import { AnimalLink, percent, trait_difference, trait_unit, trait_word, wish_word } from '../breeding/words'

export default function BreedingAnimal({ id = '' }: { id?: string }) {
  const got = useGet<AnimalCard>(`/breeding/animals/${seg(id)}`)
  return <Answer got={got} title={id}>{a => <Card a={a} />}</Answer>
}

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

function Card({ a }: { a: AnimalCard }) {
  const names = useNames()
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const [certify, set_certify] = useState(false)
  const facts = useGet<{ facts: FactRow[] }>('/facts' + query_text({ subject: `${a.tagged ? 'fish' : 'animal'}:${a.animal}`, limit: 30 }))
  const sentence = t('breeding.animal_sentence', { sex: sex_word(a.sex), species: names.species(a.species), born: a.born ?? t('breeding.unknown_year'), where: !a.alive ? t('breeding.gone') : a.pool ?? (a.site ? `${t('breeding.in_studbook')}, ${a.site}` : t('breeding.in_studbook')) })
  const open = (kind: string, title: string, first: string[]) => set_form({ kind, title: `${title} · ${a.animal}`, preset: { animal: a.animal }, hide: ['animal'], first })
  type Kin = AnimalCard['offspring'][number]
  const columns: Column<Kin>[] = [
    { key: 'born', title: t('breeding.born'), phone: true, sort: k => k.born, cell: k => <span className="num">{k.born ?? '–'}</span> },
    { key: 'family', title: t('breeding.family'), phone: true, sort: k => k.family, cell: k => k.family ?? <span className="muted">–</span> },
    { key: 'mate', title: t('breeding.mate'), phone: true, sort: k => k.mate, cell: k => k.mate ? <AnimalLink animal={k.mate} /> : '–' },
    { key: 'species', title: t('field.species'), sort: k => k.species, cell: k => names.species(k.species) },
    { key: 'fish', title: t('breeding.fish_tagged'), right: true, phone: true, sort: k => k.fish, cell: k => <span className="num">{show_number(k.fish)}</span> },
    { key: 'alive', title: t('breeding.fish_alive'), right: true, sort: k => k.alive, cell: k => <span className="num">{show_number(k.alive)}</span> },
    { key: 'females', title: t('breeding.females'), right: true, sort: k => k.females, cell: k => <span className="num">{show_number(k.females)}</span> },
  ]
  return (
    <>
      <PageHead title={a.animal} sentence={sentence}
        acts={may('record') && <>
          {a.next_cycle && a.alive && <Button type="primary" onClick={() => open('recovery', t('breeding.check'), ['condition', 'wound_closed', 'eating', 'note'])}>{t('breeding.check')}</Button>}
          {a.alive && <Button onClick={() => open('dna_sample', t('breeding.sample'), ['sample', 'tissue', 'laboratory'])}>{t('breeding.sample')}</Button>}
          {a.alive && <Button onClick={() => set_certify(true)}>{t('breeding.certify')}</Button>}
        </>}>
        {a.tagged && <p className="sub"><Link to={`/fish/${seg(a.animal)}`}>{t('breeding.see_fish')}</Link>{a.pool && <> · <PoolLink pool={a.pool} /></>}</p>}
      </PageHead>
      {a.next_cycle && (
        <p className={a.next_cycle.check_due ? 'notice notice_warn' : 'notice'}><Icon name="clock" size={18} /> <span>{t('breeding.due', { day: show_day(a.next_cycle.due_on) })}. {a.next_cycle.condition ? t('breeding.checked', { condition: word('condition', a.next_cycle.condition), at: show_day(a.next_cycle.checked_at) }) : a.next_cycle.check_due ? t('breeding.check_due') : ''}</span></p>
      )}
      <Section title={t('breeding.tree')}><FamilyTree tree={a.tree} /></Section>
      {a.evaluations.map(e => (
        <Section key={e.species} title={e.species === a.species ? t('breeding.values') : `${t('breeding.values')}, ${t('breeding.of_species', { species: names.species(e.species) })}`}>
          <Facts>
            {e.fits.filter(f => e.values[f.trait]).map(f => {
              const [ebv, reliability, chance] = e.values[f.trait]
              const error = Math.sqrt(Math.max(0, (1 - reliability) * f.genetic_variance))
              return <Fact key={f.trait} label={trait_word(f.trait)}><span className="num">{trait_difference(f.trait, ebv)} <span className="error">± {show_number(1.96 * error, f.trait === 'egg' ? 3 : f.trait === 'weight' ? 1 : 2)}</span> <span className="unit">{trait_unit(f.trait)}</span></span><div className="muted small num">{t('breeding.reliability')} {show_number(reliability * 100)}%</div>{chance != null && <div className="muted small num">{percent(chance, 0)} {wish_word(f.trait)}</div>}</Fact>
            })}
            <Fact label={t('breeding.f')}><span className="num">{percent(e.f)}</span></Fact>
          </Facts>
        </Section>
      ))}
      <Section title={t('breeding.offspring')}>{a.offspring.length ? <Table rows={a.offspring} columns={columns} row_key={k => `${k.family ?? ''} ${k.mate} ${k.species}`} label={t('breeding.offspring')} name="kin" /> : <Nothing>{t('breeding.no_offspring')}</Nothing>}</Section>
      <div className="two">
        {a.spawnings.length > 0 && (
          <Section title={t('breeding.strippings')}>
            <ul className="plain_list">{[...a.spawnings].reverse().map(s => <li key={s.fact}><b>{s.spawning}</b> <When at={s.at} /> <span className="muted small">{s.dam === a.animal ? (s.sires ?? []).join(', ') : s.dam}{s.eggs ? ` · ${show_number(s.eggs)} ${t('field.eggs')}` : ''}</span></li>)}</ul>
          </Section>
        )}
        {(a.recoveries.length > 0 || a.samples.length > 0) && (
          <Section title={a.recoveries.length ? t('breeding.health') : t('breeding.samples')}>
            <ul className="plain_list">
              {[...a.recoveries].reverse().map(r => <li key={r.fact}>{word('condition', r.condition)} <When at={r.at} /> <span className="muted small">{r.by}{r.note ? ` · ${r.note}` : ''}</span></li>)}
              {a.samples.map(s => <li key={s.fact}><b>{s.sample}</b> <span className="muted small">{[t('breeding.samples'), s.tissue, s.laboratory].filter(Boolean).join(' · ')}</span></li>)}
            </ul>
          </Section>
        )}
      </div>
      <Section title={t('pool.recent')}><Answer got={facts}>{r => (r.facts.length ? <FactList facts={r.facts} /> : <Nothing>{t('journal.none')}</Nothing>)}</Answer></Section>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/breeding')} />}
      {certify && <Certify animals={[a.animal]} close={() => set_certify(false)} />}
    </>
  )
}

/// Ancestors from left to right, the sire above.
function FamilyTree({ tree }: { tree: Tree }) {
  const names = useNames()
  const one = (node: Tree | undefined, depth: number): React.ReactNode => (
    <li>
      {node
        ? <div className={node.alive ? 'tree_box' : 'tree_box tree_gone'}><AnimalLink animal={node.animal} /><span className="muted small">{[sex_word(node.sex), node.born, names.species(node.species)].filter(Boolean).join(' · ')}</span></div>
        : <div className="tree_box tree_unknown">?</div>}
      {node && depth > 0 && (node.sire || node.dam) && <ul>{one(node.sire, depth - 1)}{one(node.dam, depth - 1)}</ul>}
    </li>
  )
  return <div className="family_tree" role="region" aria-label={t('breeding.tree')} tabIndex={0}><ul>{one(tree, 4)}</ul></div>
}

/// A certificate of descent: who gets the animals is all that is asked.
export function Certify({ animals, close }: { animals: string[]; close: () => void }) {
  const { message } = App.useApp()
  const [buyer, set_buyer] = useState('')
  const [country, set_country] = useState('')
  const [purpose, set_purpose] = useState('breeding')
  const [made, set_made] = useState<Certificate | null>(null)
  const issue = () => post<Certificate>('/breeding/certificates', { animals, buyer: buyer.trim(), country: country.trim().toUpperCase(), purpose }).then(c => { set_made(c); forget('/breeding') }).catch(e => message.error(problem_text(e), 8))
  return (
    <Drawer open onClose={close} title={t('breeding.certify_title', { animals: animals.join(', ') })} size={440} destroyOnHidden>
      {made ? (
        <p><b>{made.certificate}</b> <a href={`/api/v1/breeding/certificates/${seg(made.certificate)}/paper.pdf`} target="_blank" rel="noreferrer">{t('breeding.paper')}</a></p>
      ) : (
        <form className="form" onSubmit={e => { e.preventDefault(); void issue() }}>
          <div className="field"><label className="field_label" htmlFor="cert_buyer">{t('breeding.buyer')}</label><Input id="cert_buyer" value={buyer} onChange={e => set_buyer(e.target.value)} /></div>
          <div className="field"><label className="field_label" htmlFor="cert_country">{t('breeding.country')}</label><Input id="cert_country" value={country} maxLength={2} onChange={e => set_country(e.target.value)} /></div>
          <div className="field"><label className="field_label" htmlFor="cert_purpose">{t('breeding.purpose')}</label><Select id="cert_purpose" value={purpose} onChange={set_purpose} style={{ width: '100%' }} options={['breeding', 'growing', 'research'].map(p => ({ value: p, label: word('certificate_purpose', p) }))} /></div>
          <div className="form_end"><Button type="primary" htmlType="submit" size="large" disabled={!buyer.trim() || country.trim().length !== 2}>{t('breeding.issue')}</Button><Button onClick={close} size="large">{t('do.leave')}</Button></div>
        </form>
      )}
    </Drawer>
  )
}
