import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { query_text, seg, type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { farm_day, show_day } from '../dates'
import { t, word } from '../i18n'
import { go, Link, useQuery } from '../router'
import { Answer, PageHead, Section, useNames, When } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { BreedingSpecies, Certificate, Spawning, Spawnings } from '../breeding/shapes'
import { AnimalLink } from '../breeding/words'
import { SpeciesPick } from './breeding'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

export default function BreedingSpawnings() {
  const all = useGet<{ species: BreedingSpecies[] }>('/breeding/species').data?.species
  const [species] = useQuery('species')
  const [dam] = useQuery('dam')
  const got = useGet<Spawnings>(`/breeding/spawnings${query_text({ species })}`)
  const papers = useGet<{ certificates: Certificate[] }>('/breeding/certificates').data?.certificates ?? []
  const names = useNames()
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const rows = useMemo(() => (got.data?.spawnings ?? []).filter(s => !dam || s.dam === dam), [got.data, dam])
  const females = useMemo(() => [...(got.data?.females ?? [])].sort((a, b) => a.next_cycle.due_on.localeCompare(b.next_cycle.due_on)), [got.data])
  const season = `${Number(farm_day().slice(0, 4)) + (farm_day().slice(5) >= '05-01' ? 1 : 0)}-05-01`
  const due = females.filter(f => f.next_cycle.due_on <= season).length
  const columns: Column<Spawning>[] = [
    { key: 'spawning', title: t('breeding.spawning'), phone: true, sort: s => s.spawning, cell: s => <b>{s.spawning}</b> },
    { key: 'at', title: t('breeding.at'), sort: s => s.at, phone: true, cell: s => <span className="num">{show_day(s.at)}</span> },
    { key: 'dam', title: t('breeding.dam'), phone: true, sort: s => s.dam, cell: s => <AnimalLink animal={s.dam} /> },
    { key: 'sires', title: t('breeding.sire'), cell: s => <span className="name_list">{(s.sires ?? []).map(x => <AnimalLink key={x} animal={x} />)}</span> },
    { key: 'species', title: t('field.species'), sort: s => s.species, cell: s => names.species(s.species ?? '') },
    { key: 'eggs', title: t('field.eggs'), right: true, sort: s => s.eggs, cell: s => <span className="num">{s.eggs ? show_number(s.eggs) : '–'}</span> },
    { key: 'families', title: t('breeding.families'), right: true, sort: s => s.families.length, cell: s => <span className="num" title={s.families.map(f => f.family).join(', ')}>{s.families.length}</span> },
    { key: 'larvae', title: t('breeding.larvae'), right: true, phone: true, sort: s => s.larvae, cell: s => s.larvae ? <span className="num">{show_number(s.larvae)}</span>
      : may('record') && s.families.length ? <Button size="small" onClick={() => hatching(s)}>{t('breeding.tell_hatching')}</Button> : <span className="muted">–</span> },
    { key: 'fish', title: t('breeding.fish_tagged'), right: true, sort: s => s.fish, cell: s => <span className="num">{show_number(s.fish)}</span> },
  ]
  const hatching = (s: Spawning) => {
    const open = s.families.find(f => f.larvae == null)!
    set_form({ kind: 'hatching', title: `${t('breeding.tell_hatching')} · ${open.family}`, preset: { family: open.family, hatched_on: farm_day() }, hide: ['family'], first: ['hatched_on', 'larvae', 'fertilised', 'deformed'] })
  }
  type Female = Spawnings['females'][number]
  const female_columns: Column<Female>[] = [
    { key: 'animal', title: t('breeding.dam'), phone: true, sort: f => f.animal, cell: f => <AnimalLink animal={f.animal} /> },
    { key: 'species', title: t('field.species'), sort: f => f.species, cell: f => names.species(f.species) },
    { key: 'stripped', title: t('breeding.stripped'), sort: f => f.next_cycle.stripped_at, cell: f => <span className="num">{show_day(f.next_cycle.stripped_at)}</span> },
    { key: 'condition', title: t('breeding.condition'), phone: true, sort: f => f.next_cycle.condition ?? '', cell: f => f.next_cycle.condition ? <span className={f.next_cycle.condition === 'poor' ? 'warn' : undefined}>{word('condition', f.next_cycle.condition)}</span> : <span className={f.next_cycle.check_due ? 'warn' : 'muted'}>{t('breeding.not_checked')}</span> },
    { key: 'due', title: t('breeding.due_on'), phone: true, sort: f => f.next_cycle.due_on, cell: f => <span className={f.next_cycle.due_on <= season ? 'num' : 'num muted'}>{show_day(f.next_cycle.due_on)}</span> },
    ...(may('record') ? [{ key: 'act', title: '', cell: (f: Female) => <Button size="small" onClick={() => set_form({ kind: 'recovery', title: `${t('breeding.check')} · ${f.animal}`, preset: { animal: f.animal }, hide: ['animal'], first: ['condition', 'wound_closed', 'eating', 'note'] })}>{t('breeding.check')}</Button> }] : []),
  ]
  const paper_columns: Column<Certificate>[] = [
    { key: 'certificate', title: t('breeding.certificate'), phone: true, sort: c => c.certificate, cell: c => <a href={`/api/v1/breeding/certificates/${seg(c.certificate)}/paper.pdf`} target="_blank" rel="noreferrer">{c.certificate}</a> },
    { key: 'at', title: t('breeding.at'), sort: c => c.at, cell: c => <When at={c.at} /> },
    { key: 'buyer', title: t('breeding.buyer'), phone: true, sort: c => c.buyer, cell: c => `${c.buyer} (${c.country})` },
    { key: 'animals', title: t('breeding.animal'), phone: true, cell: c => <span className="name_list">{c.animals.slice(0, 6).map(a => <AnimalLink key={a} animal={a} />)}</span> },
  ]
  return (
    <>
      <PageHead title={t('nav.breeding_spawnings')} sentence={!got.data ? ' ' : !rows.length ? t('breeding.no_spawnings') : t('breeding.spawnings_sentence', { spawnings: show_number(rows.length), families: show_number(rows.reduce((n, s) => n + s.families.length, 0)), due: show_number(due) })}
        acts={may('record') && <>
          <Button onClick={() => set_form({ kind: 'spawning', title: t('breeding.new_spawning'), preset: { method: 'stripped' }, hide: ['plan'], first: ['spawning', 'dam', 'sires', 'roe_mg', 'eggs', 'method'] })}>{t('breeding.new_spawning')}</Button>
          <Button onClick={() => set_form({ kind: 'broodfish', title: t('breeding.new_broodfish'), preset: {}, hide: [], first: ['animal', 'species', 'sex', 'born_year', 'sire', 'dam', 'origin', 'site'] })}>{t('breeding.new_broodfish')}</Button>
        </>} />
      <SpeciesPick all={all} species={species} optional />
      <Answer got={got}>{() => (
        <>
          <Section title={t('breeding.stripped_females')}><Table rows={females} columns={female_columns} row_key={f => f.animal} label={t('breeding.stripped_females')} name="females" height={360} open={f => go(`/breeding/animals/${seg(f.animal)}`)} /></Section>
          <Section title={t('nav.breeding_spawnings')} acts={dam && <Link to="/breeding/spawnings">{t('breeding.show_all')}</Link>}><Table rows={rows} columns={columns} row_key={s => s.fact} label={t('nav.breeding_spawnings')} height={520} /></Section>
          {papers.length > 0 && <Section title={t('breeding.certificates')}><Table rows={papers} columns={paper_columns} row_key={c => c.certificate} label={t('breeding.certificates')} name="papers" /></Section>}
        </>
      )}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/breeding')} />}
    </>
  )
}
