import { App, Button, InputNumber, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { post, Problem, seg } from '../api'
import { forget, useGet, useMay } from '../data'
import { t } from '../i18n'
import { go, Link } from '../router'
import { Answer, Nothing, PageHead, problem_text, ProblemNote, Section, useNames } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import { level_words, line_word, why_cross } from '../breeding/cross_words'
import type { CrossKnown, Crosses, CrossTold, PlanCard } from '../breeding/shapes'
import { b, level_unit, percent, trait_word } from '../breeding/words'

const aims = ['roe', 'weight', 'egg', 'colour'] as const

export default function BreedingCrosses() {
  const got = useGet<CrossKnown>('/breeding/crosses')
  const [answer, set_answer] = useState<Crosses | null>(null)
  const names = useNames()
  const best = answer?.crosses[0]
  return (
    <>
      <PageHead title={b('crosses')} sentence={best ? b('crosses_best', { dam: line_word(best.dam, names.species), sire: line_word(best.sire, names.species), females: percent(best.females, 0), value: show_number(Math.round(best.lot_value)) }) : b('crosses_lead')}>
        <p className="sub muted small"><Link to="/breeding/plans">{t('nav.breeding_plans')}</Link></p>
      </PageHead>
      <Answer got={got}>{known => <Ask known={known} answer={answer} take={set_answer} />}</Answer>
    </>
  )
}

type Numbers = Record<string, number | null>

function Ask({ known, answer, take }: { known: CrossKnown; answer: Crosses | null; take: (a: Crosses | null) => void }) {
  const names = useNames()
  const species = known.species.map(s => s.species)
  const record_of = (trait: string, code: string) => known.means.find(m => m.trait === trait && m.species === code)
  const pairs = useMemo(() => [...new Set(known.heterosis.map(h => `${h.one}:${h.other}`))], [known])
  const [worth, set_worth] = useState<Numbers>({ roe: 100, weight: 20 })
  const [typed_means, set_means] = useState<Numbers>({})      // what was typed goes before what the records know
  const [typed_heterosis, set_heterosis] = useState<Numbers>({})
  const means: Numbers = { ...Object.fromEntries(known.means.map(m => [`${m.trait}:${m.species}`, Math.round(m.mean * 1000) / 1000])), ...typed_means }
  const heterosis: Numbers = { ...Object.fromEntries(known.heterosis.map(h => [`${h.trait}:${h.one}:${h.other}`, Math.round(h.amount * 1000) / 1000])), ...typed_heterosis }
  const [all_female, set_all_female] = useState(false)
  const [least, set_least] = useState(0)
  const [fish, set_fish] = useState(1000)
  const [again, set_again] = useState(false)
  const [wrong, set_wrong] = useState<Problem>()
  const [busy, set_busy] = useState(false)
  const texts = (numbers: Numbers) => Object.entries(numbers).filter(([, v]) => v != null).map(([k, v]) => `${k}:${v}`)
  const lists = { traits: texts(worth).filter(x => !x.endsWith(':0')), means: texts(means), heterosis: texts(heterosis) }
  const changed = <T,>(set: (v: T) => void) => (v: T) => { set(v); take(null) }
  const rank = async () => {
    set_busy(true)
    set_wrong(undefined)
    await post<Crosses>('/breeding/crosses', { ...lists, all_female, least_females: least / 100, fish, generations: again ? 2 : 1 }).then(take).catch(e => { take(null); if (e instanceof Problem) set_wrong(e) })
    set_busy(false)
  }
  const number = (label: string, id: string, value: number | null | undefined, set: (v: number | null) => void, more?: React.ReactNode) => (
    <label key={id}><span>{label}</span><InputNumber id={id} value={value} onChange={set} />{more}</label>
  )
  return (
    <>
      <Section title={b('aim')}>
        <form onSubmit={e => { e.preventDefault(); void rank() }}>
          {aims.map(trait => (
            <fieldset key={trait} className="plan_wish cross_trait">
              <legend>{trait_word(trait)}{level_unit(trait) && `, ${level_unit(trait)}`}</legend>
              {number(b('worth'), `worth_${trait}`, worth[trait], changed(v => set_worth(w => ({ ...w, [trait]: v as number | null }))))}
              {!!worth[trait] && species.map(code => number(b('mean_of', { species: names.species(code) }), `mean_${trait}_${code}`, means[`${trait}:${code}`], changed(v => set_means(m => ({ ...m, [`${trait}:${code}`]: v as number | null }))),
                <span className="muted small">{record_of(trait, code) ? b('from_records', { n: show_number(record_of(trait, code)!.records) }) : b('not_known')}</span>))}
              {!!worth[trait] && pairs.map(pair => { const [one, other] = pair.split(':'); return number(b('heterosis_of', { cross: `${one} × ${other}` }), `heterosis_${trait}_${one}_${other}`, heterosis[`${trait}:${pair}`], changed(v => set_heterosis(h => ({ ...h, [`${trait}:${pair}`]: v as number | null })))) })}
            </fieldset>
          ))}
          <div className="plan_wish">
            <Segmented value={all_female ? 'all' : 'any'} onChange={v => changed(set_all_female)(v === 'all')} options={[{ value: 'any', label: b('any_sex') }, { value: 'all', label: b('all_female') }]} />
            {number(b('least_females'), 'least_females', least, changed(v => set_least((v as number | null) ?? 0)))}
            {number(b('fish'), 'cross_fish', fish, changed(v => set_fish((v as number | null) ?? 1000)))}
            <Button aria-pressed={again} type={again ? 'primary' : 'default'} ghost={again} onClick={() => changed(set_again)(!again)}>{b('again')}</Button>
            <Button type={answer ? 'default' : 'primary'} htmlType="submit" loading={busy}>{b('rank')}</Button>
          </div>
        </form>
        <ProblemNote problem={wrong} />
      </Section>
      {answer && <Ranked answer={answer} lists={lists} />}
    </>
  )
}

function Ranked({ answer, lists }: { answer: Crosses; lists: { traits: string[]; means: string[]; heterosis: string[] } }) {
  const { message } = App.useApp()
  const names = useNames()
  const may = useMay()
  const [busy, set_busy] = useState('')
  const adopt = async (x: CrossTold) => {
    set_busy(x.dam + x.sire)
    const weights = lists.traits.map(w => `${w.split(':')[0]}:1`).join(',')
    await post<PlanCard>('/breeding/plans', { species: x.offspring, weights, cross_dam: x.dam, cross_sire: x.sire, ...lists }).then(kept => { forget('/breeding'); go(`/breeding/plans/${seg(kept.plan)}`) }).catch(e => message.error(problem_text(e), 8))
    set_busy('')
  }
  const act = (x: CrossTold) => (x.to_be_made ? <span className="muted small">{b('make_first')}</span>
    : !x.offspring ? <span className="muted small">{b('no_code')}</span>
    : !x.evaluated ? <Link to={`/breeding?species=${seg(x.offspring)}`}>{b('evaluate_first', { species: names.species(x.offspring) })}</Link>
    : may('record') ? <Button size="small" loading={busy === x.dam + x.sire} onClick={() => void adopt(x)}>{b('adopt')}</Button> : null)
  const columns: Column<CrossTold>[] = [
    { key: 'cross', title: b('cross'), phone: true, cell: x => <span className="stacked"><b>{line_word(x.dam, names.species)} × {line_word(x.sire, names.species)}</b><span className="small muted">{x.offspring ? names.species(x.offspring) : ''}</span></span> },
    { key: 'value', title: b('lot_value'), right: true, phone: true, sort: x => x.lot_value, cell: x => <span className="num">{show_number(Math.round(x.lot_value))}</span> },
    { key: 'females', title: b('females'), right: true, phone: true, sort: x => x.females, cell: x => <span className="num">{percent(x.females, 0)}</span> },
    ...(answer.crosses[0]?.traits ?? []).map((trait, k): Column<CrossTold> => ({ key: trait.trait, title: trait_word(trait.trait), right: true, sort: x => x.traits[k].mean, cell: x => <span className="num">{level_words(trait.trait, x.traits[k].mean)}</span> })),
    { key: 'heterosis', title: b('heterosis'), right: true, sort: x => x.heterosis, cell: x => <span className="num">{percent(x.heterosis, 0)}</span> },
    { key: 'why', title: t('breeding.why'), cell: x => <span className="why_pair small">{why_cross(x, names.species)}</span> },
    { key: 'act', title: '', phone: true, cell: act },
  ]
  return (
    <Section title={b('crosses')}>
      {!!answer.left_out?.length && <p className="muted small">{b('left_out', { species: answer.left_out.map(names.species).join(', ') })}</p>}
      {answer.crosses.length ? <Table rows={answer.crosses} columns={columns} row_key={x => `${x.dam} ${x.sire}`} label={b('crosses')} name="crosses" /> : <Nothing>{b('crosses_lead')}</Nothing>}
    </Section>
  )
}
