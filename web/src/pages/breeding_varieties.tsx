import { Button } from 'antd'
import { useState } from 'react'
import { type Body } from '../api'
import { forget, useGet, useMay } from '../data'
import { t, word } from '../i18n'
import { Answer, Fact, Facts, Nothing, PageHead, Section, useNames } from '../ui/basic'
import { FactForm } from '../ui/fact_form'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { Variety } from '../breeding/shapes'
import { trait_unit, trait_word } from '../breeding/words'

interface Form { kind: string; title: string; preset: Body; hide: string[]; first: string[] }

export default function BreedingVarieties() {
  const got = useGet<{ varieties: Variety[] }>('/breeding/varieties')
  const may = useMay()
  const [form, set_form] = useState<Form | null>(null)
  const all = got.data?.varieties ?? []
  const count = (status: string) => all.filter(v => v.status === status).length
  return (
    <>
      <PageHead title={t('nav.breeding_varieties')} sentence={!got.data ? ' ' : all.length ? t('breeding.varieties_sentence', { released: count('released'), trial: count('trial') }) : t('breeding.no_varieties')}
        acts={may('record') && <Button onClick={() => set_form({ kind: 'variety', title: t('breeding.new_variety'), preset: {}, hide: [], first: ['variety', 'name', 'species', 'status', 'sires', 'dams', 'approval', 'goals'] })}>{t('breeding.new_variety')}</Button>} />
      <Answer got={got}>{() => all.map(v => <Dossier key={v.variety} v={v} form={may('record') ? set_form : undefined} />)}</Answer>
      {form && <FactForm {...form} close={() => set_form(null)} done={() => forget('/breeding')} />}
    </>
  )
}

/// Parents, approval, and what trials beside a control found: each trait's mean difference with its interval.
function Dossier({ v, form }: { v: Variety; form?: (f: Form) => void }) {
  const names = useNames()
  const traits = [...new Set(v.trials.map(x => x.trait))]
  const together = traits.map(trait => {
    const some = v.trials.filter(x => x.trait === trait)
    const known = some.filter(x => x.error)
    const weight = known.reduce((s, x) => s + 1 / x.error! ** 2, 0)
    return { trait, trials: some.length, mean: known.length ? known.reduce((s, x) => s + (x.value - x.control) / x.error! ** 2, 0) / weight : some.reduce((s, x) => s + x.value - x.control, 0) / some.length, error: known.length ? Math.sqrt(1 / weight) : undefined }
  })
  type Trial = Variety['trials'][number]
  const columns: Column<Trial>[] = [
    { key: 'year', title: t('breeding.year'), phone: true, sort: x => x.year, cell: x => <span className="num">{x.year}</span> },
    { key: 'place', title: t('breeding.place'), sort: x => x.place, cell: x => x.place },
    { key: 'trait', title: t('breeding.trait'), phone: true, sort: x => x.trait, cell: x => trait_word(x.trait) },
    { key: 'value', title: v.variety, right: true, phone: true, sort: x => x.value, cell: x => <span className="num">{show_number(x.value, 2)} <span className="unit">{trait_unit(x.trait)}</span></span> },
    { key: 'control', title: t('breeding.control'), right: true, phone: true, sort: x => x.control, cell: x => <span className="num">{show_number(x.control, 2)}</span> },
    { key: 'fish', title: t('breeding.fish_n'), right: true, sort: x => x.fish, cell: x => <span className="num">{x.fish ?? '–'} / {x.control_fish ?? '–'}</span> },
  ]
  return (
    <Section title={`${v.variety} · ${v.name}`} acts={form && <button type="button" className="quiet" onClick={() => form({ kind: 'variety_trial', title: `${t('breeding.new_trial')} · ${v.variety}`, preset: { variety: v.variety, year: new Date().getFullYear() }, hide: ['variety'], first: ['place', 'year', 'trait', 'value', 'control', 'error', 'fish', 'control_fish'] })}>{t('breeding.new_trial')}</button>}>
      <Facts>
        <Fact label={t('field.status')}>{word('variety_status', v.status)}</Fact>
        <Fact label={t('field.species')}>{names.species(v.species)}</Fact>
        {v.approval && <Fact label={t('breeding.approval')}>{v.approval}</Fact>}
        {together.map(x => <Fact key={x.trait} label={`${trait_word(x.trait)}, ${t('breeding.trial_difference')}`}><span className="num">{x.mean < 0 ? '−' : '+'}{show_number(Math.abs(x.mean), 2)} {x.error != null && <span className="error">± {show_number(1.96 * x.error, 2)}</span>} <span className="unit">{trait_unit(x.trait)}</span></span></Fact>)}
      </Facts>
      <p className="small">{v.sires && <><span className="muted">{t('breeding.sire_line')}:</span> {v.sires}. </>}{v.dams && <><span className="muted">{t('breeding.dam_line')}:</span> {v.dams}. </>}{v.goals && <><span className="muted">{t('breeding.goals')}:</span> {v.goals}.</>}</p>
      <h3>{t('breeding.trials')}</h3>
      {v.trials.length ? <Table rows={v.trials} columns={columns} row_key={x => x.fact} label={t('breeding.trials')} name={`trials_${v.variety}`} height={300} /> : <Nothing>{t('breeding.no_trials')}</Nothing>}
    </Section>
  )
}
