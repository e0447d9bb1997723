import land from 'virtual:land'
import { AttributionControl, Map as MapView, Marker, NavigationControl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef } from 'react'
import type { PoolRow, SiteSummary, Worst } from '../api'
import { own_script, t, type Key } from '../i18n'
import { dark } from '../prefs'
import { go } from '../router'
import { useCell } from '../store'
import { show_estimate } from '../units'

const colours = {
  light: { water: '#e9eff0', land: '#f7f6f1', edge: '#cfd8d6', lines: '#dbe3e3', ok: '#0b6b74', watch: '#6d7f86', warn: '#b36b00', bad: '#b3261e' },
  dark: { water: '#12181a', land: '#1e2628', edge: '#333f42', lines: '#1f292c', ok: '#5cc0c7', watch: '#93a1a6', warn: '#e0a54a', bad: '#f0837a' },
} as const

type Ring = [number, number][]

type Box = [number, number, number, number]
const meet = (a: Box, b: Box) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]

function graticule(step: number) {
  const lines: Ring[] = []
  for (let lon = -180; lon <= 180; lon += step) lines.push(Array.from({ length: 33 }, (_, i): [number, number] => [lon, -80 + i * 5]))
  for (let lat = -80; lat <= 80; lat += step) lines.push([[-180, lat], [180, lat]])
  return { type: 'Feature' as const, properties: {}, geometry: { type: 'MultiLineString' as const, coordinates: lines } }
}

/// "lon lat, lon lat, ..." -> a closed ring; where no outline is told, a small square of the pool's area.
export function ring_of(pool: PoolRow): Ring | undefined {
  if (pool.outline) {
    const ring = pool.outline.split(',').map(p => p.trim().split(/\s+/).map(Number) as [number, number]).filter(p => p.length === 2 && p.every(Number.isFinite))
    if (ring.length >= 3) return [...ring, ring[0]]
  }
  if (pool.latitude == null || pool.longitude == null) return undefined
  const side_m = Math.sqrt(Math.max(25, (pool.area_cm2 ?? 1_000_000) / 10_000))
  const dy = side_m / 2 / 111_320, dx = dy / Math.cos((pool.latitude * Math.PI) / 180)
  const { longitude: x, latitude: y } = pool
  return [[x - dx, y - dy], [x + dx, y - dy], [x + dx, y + dy], [x - dx, y + dy], [x - dx, y - dy]]
}

function style_of(c: (typeof colours)['light' | 'dark']): StyleSpecification {
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: { type: 'Feature', properties: {}, geometry: land } },
      lines: { type: 'geojson', data: graticule(10) },
      pools: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': c.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': c.land, 'fill-outline-color': c.edge } },
      { id: 'lines', type: 'line', source: 'lines', paint: { 'line-color': c.lines, 'line-width': 0.7 } },
      { id: 'pools', type: 'fill', source: 'pools', minzoom: 11, paint: { 'fill-color': ['match', ['get', 'worst'], 'bad', c.bad, 'warn', c.warn, 'watch', c.watch, c.ok], 'fill-opacity': 0.55 } },
      { id: 'pool_edges', type: 'line', source: 'pools', minzoom: 11, paint: { 'line-color': ['match', ['get', 'worst'], 'bad', c.bad, 'warn', c.warn, 'watch', c.watch, c.ok], 'line-width': ['case', ['==', ['get', 'worst'], 'bad'], 3, 1.2] } },
    ],
  }
}

export default function Drawn({ sites, pools, failed }: { sites: SiteSummary[]; pools: PoolRow[]; failed: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<MapView | null>(null)
  const home = useRef(() => {})
  const is_dark = useCell(dark)
  const places = sites.filter(s => s.latitude != null && s.longitude != null)
  const shapes = pools.flatMap(p => { const ring = ring_of(p); return ring && !p.closed ? [{ pool: p, ring }] : [] })

  useEffect(() => {
    const c = colours[is_dark ? 'dark' : 'light']
    let view: MapView
    const lon = places.map(s => s.longitude!), lat = places.map(s => s.latitude!)
    const whole: [[number, number], [number, number]] = [[Math.min(...lon), Math.min(...lat)], [Math.max(...lon), Math.max(...lat)]]
    try {
      view = new MapView({
        container: box.current!, style: style_of(c), attributionControl: false, maxZoom: 19, minZoom: 1, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
        ...(places.length ? { bounds: whole, fitBoundsOptions: { padding: 90, maxZoom: 6 } } : { center: [104, 33], zoom: 3 }),
      })
    } catch {
      failed()
      return
    }
    map.current = view
    view.touchZoomRotate.disableRotation()
    view.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    view.addControl(new AttributionControl({ compact: true, customAttribution: 'Natural Earth' }), 'bottom-right')
    view.on('load', () => {
      const source = view.getSource('pools') as GeoJSONSource | undefined
      source?.setData({ type: 'FeatureCollection', features: shapes.map(s => ({ type: 'Feature', properties: { pool: s.pool.pool, worst: s.pool.worst }, geometry: { type: 'Polygon', coordinates: [s.ring] } })) })
      box.current?.setAttribute('data-ready', '1')
    })
    view.on('click', 'pools', e => { const id = e.features?.[0]?.properties?.pool as string | undefined; if (id) go(`/pools/${encodeURIComponent(id)}`) })
    view.on('mouseenter', 'pools', () => { view.getCanvas().style.cursor = 'pointer' })
    view.on('mouseleave', 'pools', () => { view.getCanvas().style.cursor = '' })
    home.current = () => { if (places.length) view.fitBounds(whole, { padding: 90, maxZoom: 6, duration: 0 }) }
    const zoom_to = (site: string) => {
      const points = shapes.filter(s => s.pool.site === site).flatMap(s => s.ring)
      const at = places.find(s => s.site === site)!
      if (points.length) {
        const x = points.map(p => p[0]), y = points.map(p => p[1])
        view.fitBounds([[Math.min(...x), Math.min(...y)], [Math.max(...x), Math.max(...y)]], { padding: Math.min(80, view.getContainer().clientWidth / 10), maxZoom: 18, duration: 0 })
      } else view.jumpTo({ center: [at.longitude!, at.latitude!], zoom: 13 })
    }
    const site_markers = places.map(s => {
      const el = document.createElement('button')
      el.type = 'button'
      el.className = `site_marker state_${s.worst}`
      el.innerHTML = `<svg width="14" height="14" viewBox="0 0 12 12" aria-hidden="true">${shape(s.worst)}</svg><span></span>`
      el.querySelector('span')!.textContent = own_script(s.name)
      el.setAttribute('aria-label', `${own_script(s.name)}: ${t(`worst.${s.worst}` as Key)}, ${s.pools} ${t('nav.pools')}, ${show_estimate(s.heads).text} ${t('unit.heads')}`)
      el.addEventListener('click', () => zoom_to(s.site))
      return new Marker({ element: el }).setLngLat([s.longitude!, s.latitude!]).addTo(view)
    })
    /// Names stand where they hide no other: right, left, above or below their mark.
    const place_names = () => {
      const taken: Box[] = site_markers.map(m => { const { x, y } = view.project(m.getLngLat()); return [x - 9, y - 9, x + 9, y + 9] })
      const { clientWidth: width, clientHeight: height } = view.getContainer()
      for (const m of site_markers) {
        const name = m.getElement().querySelector('span')!
        const { x, y } = view.project(m.getLngLat())
        const w = name.offsetWidth, h = name.offsetHeight
        const ways: [number, number][] = [[12, -h / 2], [-12 - w, -h / 2], [-w / 2, -12 - h], [-w / 2, 12], [8, -h - 6], [8, 6], [-8 - w, -h - 6], [-8 - w, 6]]
        const box = ([dx, dy]: [number, number]): Box => [x + dx, y + dy, x + dx + w, y + dy + h]
        const free = ways.find(at => { const b = box(at); return b[0] >= 0 && b[1] >= 0 && b[2] <= width && b[3] <= height && !taken.some((o, i) => i !== site_markers.indexOf(m) && meet(b, o)) })
        name.style.visibility = free ? '' : 'hidden'      // no room: nearer to, there is
        if (!free) continue
        taken.push(box(free))
        name.style.left = `${free[0] + 7}px`
        name.style.top = `${free[1] + 7}px`
      }
    }
    // Names of pools as small links, when one is near enough to read them.
    let pool_markers: Marker[] = []
    const label = () => {
      const near = view.getZoom() >= 14.5
      for (const m of site_markers) m.getElement().style.display = view.getZoom() >= 11 ? 'none' : ''
      if (!near) { pool_markers.forEach(m => m.remove()); pool_markers = []; return }
      const bounds = view.getBounds()
      // Names only where they have room; the mark alone says its name to those who hear the page.
      const at = shapes.map(s => view.project(s.ring[0]))
      const room = at.length < 2 || Math.min(...at.slice(1).map((p, i) => (shapes[i].pool.site === shapes[i + 1].pool.site ? Math.hypot(p.x - at[i].x, p.y - at[i].y) : Infinity))) > 46
      pool_markers.forEach(m => m.remove())
      pool_markers = shapes.filter(s => bounds.contains(s.ring[0])).slice(0, 80).map(s => {
        const el = document.createElement('button')
        el.type = 'button'
        el.className = `pool_marker state_${s.pool.worst}`
        el.innerHTML = `<svg width="10" height="10" viewBox="0 0 12 12" aria-hidden="true">${shape(s.pool.worst)}</svg>`
        if (room) el.append(s.pool.pool.replace(`${s.pool.site}-`, ''))
        el.setAttribute('aria-label', s.pool.pool)
        el.title = s.pool.pool
        el.addEventListener('click', () => go(`/pools/${encodeURIComponent(s.pool.pool)}`))
        const x = s.ring.map(p => p[0]), y = s.ring.map(p => p[1])
        return new Marker({ element: el }).setLngLat([(Math.min(...x) + Math.max(...x)) / 2, (Math.min(...y) + Math.max(...y)) / 2]).addTo(view)
      })
    }
    view.on('moveend', label)
    view.on('moveend', place_names)
    place_names()
    return () => { view.remove(); map.current = null }
  }, [is_dark, sites, pools])

  return (
    <div className="map_wrap">
      <div className="map" ref={box} role="region" aria-label={t('map.label')} />
      <button type="button" className="map_home" onClick={() => home.current()}>{t('map.all')}</button>
      {places.length < sites.length && <p className="muted small">{t('map.no_place', { count: sites.length - places.length })}</p>}
    </div>
  )
}

const shape = (w: Worst) => ({
  ok: '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="2"/>',
  watch: '<circle cx="6" cy="6" r="4.600" fill="currentColor"/>',
  warn: '<path d="M6 .8 11.600 11H.4z" fill="currentColor"/>',
  bad: '<rect x="1" y="1" width="10" height="10" rx="1.500" fill="currentColor"/>',
})[w]
