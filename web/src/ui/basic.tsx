import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { Problem, type Estimate, type Worst } from '../api'
import { is_zh, t, word, type Key } from '../i18n'
import { mass_taste } from '../prefs'
import { Link } from '../router'
import { usePack } from '../data'
import { useCell } from '../store'
import { show_estimate, show_mass, show_mass_estimate, show_number, type Shown } from '../units'
import { show_instant } from '../dates'
import { open_why } from '../why_state'

/// The answer of a page in one sentence, then what can be done on it.
export function PageHead({ title, sentence, acts, children }: { title: string; sentence: ReactNode; acts?: ReactNode; children?: ReactNode }) {
  return (
    <header className="page_head">
      <div className="page_head_text">
        <h1>{title}</h1>
        <p className="sentence" aria-live="polite">{sentence}</p>
        {children}
      </div>
      {acts && <div className="page_acts">{acts}</div>}
    </header>
  )
}

/// Colour and shape both tell the state: a ring is well, a filled dot to watch, a triangle a warning, a square costs money today.
export function StateMark({ worst, size = 12, label }: { worst: Worst; size?: number; label?: boolean }) {
  const text = t(`worst.${worst}` as Key)
  const shape = {
    ok: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.8" />,
    watch: <circle cx="6" cy="6" r="4.600" fill="currentColor" />,
    warn: <path d="M6 .8 11.600 11H.4z" fill="currentColor" />,
    bad: <rect x="1" y="1" width="10" height="10" rx="1.500" fill="currentColor" />,
  }[worst]
  return (
    <span className={`state state_${worst}`}>
      <svg width={size} height={size} viewBox="0 0 12 12" role={label ? undefined : 'img'} aria-label={label ? undefined : text}
        aria-hidden={label ? true : undefined}>{shape}</svg>
      {label && <span>{text}</span>}
    </span>
  )
}

function ShownText({ shown, bare }: { shown: Shown; bare?: boolean }) {
  return (
    <span className="num">
      {shown.text}
      {shown.error && <span className="error"> ±&#8239;{shown.error}</span>}
      {shown.unit && !bare && <span className="unit"> {shown.unit}</span>}
    </span>
  )
}

export const as_estimate = (e: Estimate | number): Estimate => (typeof e === 'number' ? { value: e, low: e, high: e } : e)

const in_words = (s: Shown) => `${s.text}${s.error && `\u00a0±\u00a0${s.error}`}${s.unit && `\u00a0${s.unit}`}`
/// Estimates inside sentences.
export const heads_words = (e: Estimate | null | undefined) => (e ? in_words(show_estimate(e)) : '–')
export const mass_words = (e: Estimate | null | undefined) => (e ? in_words(show_mass_estimate(e, mass_taste.get())) : '–')

export function Heads({ of, unit }: { of: Estimate | number | null | undefined; unit?: string }) {
  if (of == null) return <span className="num muted">–</span>
  return <ShownText shown={show_estimate(as_estimate(of), 1, unit ?? '')} />
}
/// A count as somebody stands for it: to the fish, with its interval. What is worked out from counts is shown by Heads, with no more digits than it deserves.
export function Count({ of, unit }: { of: { heads: number; low: number; high: number }; unit?: string }) {
  return <span className="num">{show_number(of.heads)} <span className="error">{show_number(of.low)}–{show_number(of.high)}</span>{unit && <> <span className="unit">{unit}</span></>}</span>
}
export function Mass({ of }: { of: Estimate | number | null | undefined }) {
  const taste = useCell(mass_taste)
  if (of == null) return <span className="num muted">–</span>
  if (typeof of === 'number') return <span className="num">{show_mass(of, taste)}</span>
  return <ShownText shown={show_mass_estimate(of, taste)} />
}
export const Num = ({ of, decimals = 0 }: { of: number | null | undefined; decimals?: number }) =>
  of == null ? <span className="num muted">–</span> : <span className="num">{show_number(of, decimals)}</span>

/// A figure that opens what it was made from.
export function Figure({ figure, subject, children, label }: { figure: string; subject: string; children: ReactNode; label?: string }) {
  return (
    <button type="button" className="figure" title={t('why.open')}
      aria-label={label ? `${label}: ${t('why.open')}` : undefined}
      onClick={e => { e.stopPropagation(); e.preventDefault(); open_why(figure, subject) }}>
      {children}
    </button>
  )
}

/// A labelled figure in a row of them.
export function Fact({ label, children, wide }: { label: ReactNode; children: ReactNode; wide?: boolean }) {
  return <div className={wide ? 'fact fact_wide' : 'fact'}><dt>{label}</dt><dd>{children}</dd></div>
}
export const Facts = ({ children }: { children: ReactNode }) => <dl className="facts">{children}</dl>

export function Section({ title, acts, children, id, className }: {
  title?: ReactNode; acts?: ReactNode; children: ReactNode; id?: string; className?: string
}) {
  return (
    <section className={className ? `section ${className}` : 'section'} id={id}>
      {(title || acts) && <div className="section_head">{title && <h2>{title}</h2>}{acts && <div className="section_acts">{acts}</div>}</div>}
      {children}
    </section>
  )
}

export const problem_text = (p: unknown): string =>
  p instanceof Problem ? (p.unreachable && !p.message ? t('problem.unreachable') : p.message || t('problem.unknown')) : p instanceof Error ? p.message : String(p)

export function ProblemNote({ problem, retry }: { problem: Problem | undefined; retry?: () => void }) {
  if (!problem) return null
  return (
    <Alert className="problem" type={problem.unreachable ? 'warning' : 'error'} showIcon title={problem_text(problem)}
      action={retry && <Button size="small" onClick={retry}>{t('do.again')}</Button>} />
  )
}

/// What stands where an answer will be: nothing for 300 ms, then quiet bars in the place of the content.
export const Waiting = ({ rows = 5 }: { rows?: number }) => (
  <div className="waiting" role="status" aria-label={t('waiting')}>{Array.from({ length: rows }, (_, i) => <div key={i} />)}</div>
)

export const Nothing = ({ children }: { children: ReactNode }) => <p className="nothing">{children}</p>

/// An answer, or why there is none.
export function Answer<T>({ got, rows, title, children }: {
  got: { data: T | undefined; problem: Problem | undefined; loading: boolean; reload: () => void }; rows?: number; title?: string; children: (data: T) => ReactNode
}) {
  if (got.data === undefined && got.problem && title) return <><PageHead title={title} sentence={problem_text(got.problem)} /><Button onClick={got.reload}>{t('do.again')}</Button></>
  if (got.data === undefined) return got.problem ? <ProblemNote problem={got.problem} retry={got.reload} /> : <Waiting rows={rows} />
  return <>{got.problem && !got.problem.unreachable && <ProblemNote problem={got.problem} retry={got.reload} />}{children(got.data)}</>
}

export const When = ({ at }: { at: string | null | undefined }) => <time dateTime={at ?? undefined} className="num when">{show_instant(at)}</time>

const coded_name = (list: { code: string; name_en: string; name_zh: string }[] | undefined, code: string) => {
  const hit = list?.find(c => c.code === code)
  return hit ? (is_zh() ? hit.name_zh : hit.name_en) : code.replace(/_/g, ' ')
}
/// Names of the product pack's codes in the reader's language.
export function useNames() {
  const pack = usePack()
  return {
    species: (code: string) => coded_name(pack?.species, code),
    stage: (code: string | null | undefined) => (code ? coded_name([...(pack?.stages ?? []), ...(pack?.maturity ?? [])], code) : '–'),
    cause: (code: string) => coded_name([...(pack?.causes.death ?? []), ...(pack?.causes.difference ?? [])], code),
    health: (code: string | null | undefined) => (code ? coded_name(pack?.health, code) : '–'),
  }
}

export const sex_word = (sex: string | null | undefined) => (sex ? word('sex', sex) : '–')
export const PoolLink = ({ pool, children }: { pool: string; children?: ReactNode }) =>
  <Link to={`/pools/${encodeURIComponent(pool)}`}>{children ?? pool}</Link>
export const FishLink = ({ fish }: { fish: string }) => <Link to={`/fish/${encodeURIComponent(fish)}`} className="num">{fish}</Link>
export const CohortLink = ({ cohort }: { cohort: string }) => <Link to={`/cohorts/${encodeURIComponent(cohort)}`}>{cohort}</Link>
