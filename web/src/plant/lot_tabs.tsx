// A lot has one story on several pages; from each the others are a click away.
import { seg } from '../api'
import { Link, usePlace } from '../router'
import './plant.css'
import { p, type Word } from './words'

const pages: [Word, (lot: string) => string][] = [
  ['lot_story', lot => `/plant/lots/${seg(lot)}`], ['grade', lot => `/grading/lots/${seg(lot)}`], ['lot_quality', lot => `/quality/lots/${seg(lot)}`],
  ['lot_labels', lot => `/labels?print=1&lot=${seg(lot)}`], ['lot_trace', lot => `/trace?id=${seg(lot)}`],
]
export function LotTabs({ lot }: { lot: string }) {
  const { path } = usePlace()
  return <nav className="plant_tabs" aria-label={`${p('lot')} ${lot}`}>{pages.map(([key, to]) => <Link key={key} to={to(lot)} aria-current={path === to(lot) ? 'page' : undefined}>{p(key)}</Link>)}</nav>
}
