import { useGet } from '../data'
import { Answer, PageHead, Section } from '../ui/basic'
import { Table, type Column } from '../ui/table'
import { show_number } from '../units'
import type { Agreed } from '../grading/shapes'
import { agreement_word, g } from '../grading/words'

/// How far graders agree beyond chance, and who is strict.
export default function GradingAgreement() {
  const got = useGet<Agreed>('/grading/agreement')
  const a = got.data?.alpha
  type Row = Agreed['graders'][number]
  type Pair = Agreed['pairs'][number]
  const graders: Column<Row>[] = [
    { key: 'grader', title: g('grader'), phone: true, sort: r => r.grader, cell: r => r.grader },
    { key: 'lots', title: g('lots'), right: true, sort: r => r.lots, cell: r => <span className="num">{r.lots}</span> },
    { key: 'strict', title: `${g('stricter')} (+) / ${g('milder')} (−)`, right: true, phone: true, sort: r => r.stricter, cell: r => <span className="num">{r.stricter < 0 ? '−' : '+'}{show_number(Math.abs(r.stricter), 2)} <span className="unit">{g('grades')}</span></span> },
    { key: 'same', title: g('same'), right: true, phone: true, sort: r => r.same, cell: r => <span className="num">{show_number(100 * r.same)}%</span> },
  ]
  const pairs: Column<Pair>[] = [
    { key: 'pair', title: g('pairs'), phone: true, sort: r => r.first + r.second, cell: r => `${r.first} – ${r.second}` },
    { key: 'kappa', title: g('kappa'), right: true, phone: true, sort: r => r.kappa.value, cell: r => <span className="num">{show_number(r.kappa.value, 2)} <span className="muted small">{show_number(r.kappa.low, 2)} – {show_number(r.kappa.high, 2)}</span></span> },
    { key: 'word', title: '', sort: r => r.kappa.value, cell: r => agreement_word(r.kappa.word) },
    { key: 'lots', title: g('lots'), right: true, sort: r => r.kappa.lots, cell: r => <span className="num">{r.kappa.lots}</span> },
  ]
  return (
    <>
      <PageHead title={g('agreement')} sentence={!got.data ? ' ' : a ? g('agree_sentence', { n: a.lots, word: agreement_word(a.word), alpha: show_number(a.value, 2), low: show_number(a.low, 2), high: show_number(a.high, 2) }) : g('agree_few')}>
        <p className="sub muted small">{g('agree_words')}</p>
      </PageHead>
      <Answer got={got}>{data => (
        <>
          {data.graders.length > 0 && <Section title={g('grader')}><Table rows={data.graders} columns={graders} row_key={r => r.grader} label={g('agreement')} name="graders" height={180} /></Section>}
          {data.pairs.length > 0 && <Section title={g('pairs')}><Table rows={data.pairs} columns={pairs} row_key={r => `${r.first} ${r.second}`} label={g('pairs')} name="pairs" height={180} /></Section>}
        </>
      )}</Answer>
    </>
  )
}
