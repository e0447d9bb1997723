import { lazy, Suspense } from 'react'

const Drawn = lazy(() => import('./quiet_map_drawn'))
export interface Dot { longitude: number; latitude: number; name?: string }

/// Land and water without borders, and one place: small enough for a phone on a bad line.
export function QuietMap({ dots, label, height = 180, across = 44 }: { dots: Dot[]; label: string; height?: number; across?: number }) {
  return <div className="quiet_map" style={{ height }} role="img" aria-label={label}><Suspense fallback={null}><Drawn dots={dots} height={height} across={across} /></Suspense></div>
}
