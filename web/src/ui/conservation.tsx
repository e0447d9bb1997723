import type { Conservation } from '../api'
import { t, type Key } from '../i18n'
import { show_number } from '../units'

/// Fish in = fish out + dead + difference, as a statement one can add up.
export function ConservationTable({ of }: { of: Conservation }) {
  const rows: [Key, number | undefined, 1 | -1][] = [
    ['book.stocked', of.stocked, 1], ['book.moved_in', of.moved_in, 1], ['book.moved_out', of.moved_out, -1],
    ['book.dead', of.dead, -1], ['book.escaped', of.escaped, -1], ['book.harvested', of.harvested, -1],
    ['book.adjusted', of.adjusted, 1], ['book.regrouped', of.regrouped, 1], ['book.shortfall', of.shortfall, 1],
  ]
  return (
    <table className="steps">
      <tbody>
        {rows.filter(([key, n]) => n || key === 'book.stocked' || key === 'book.dead').map(([key, n, sign]) => (
          <tr key={key}><th scope="row">{t(key)}</th><td className="num right">{(n ?? 0) * sign < 0 ? '−' : ''}{show_number(Math.abs(n ?? 0))}</td></tr>
        ))}
        <tr className="total"><th scope="row">{t('book.heads')}</th><td className="num right">{show_number(of.heads)}</td></tr>
      </tbody>
    </table>
  )
}
