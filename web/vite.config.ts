import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { feature } from 'topojson-client'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/// Land without borders, for maps: Natural Earth's land-110m from npm world-atlas, rounded to 0.01 degree, without Antarctica.
/// Country borders are left out on purpose: borders on public maps need approval in China.
function land(): Plugin {
  return {
    name: 'land',
    resolveId: id => (id === 'virtual:land' ? '\0land' : undefined),
    load(id) {
      if (id !== '\0land') return
      const topology = JSON.parse(readFileSync('node_modules/world-atlas/land-110m.json', 'utf8'))
      const { features } = feature(topology, topology.objects.land) as unknown as {
        features: { geometry: { coordinates: [number, number][][][] } }[]
      }
      const coordinates = features
        .flatMap(f => f.geometry.coordinates)
        .filter(polygon => polygon[0].some(p => p[1] > -60))
        .map(polygon => polygon.map(ring => ring.map(p => p.map(x => Math.round(x * 100) / 100))))
      return `export default JSON.parse(${JSON.stringify(JSON.stringify({ type: 'MultiPolygon', coordinates }))})`
    },
  }
}

/// Fills in sw.js: the list of files to keep for work without a signal, and a version that changes when they do.
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',   // chunks of styles alone are gone by then
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter(f => !f.endsWith('.map') && !f.endsWith('.html')).map(f => '/' + f)
      const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 12)
      const source = readFileSync('src/sw.js', 'utf8')
        .replace('__VERSION__', version)
        .replace("['__FILES__']", JSON.stringify(['/', '/icon.svg', '/manifest.webmanifest', ...files]))
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    },
  }
}

const back = process.env.OSETRA_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), land(), offline()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1200, sourcemap: false, rolldownOptions: { input: { index: 'index.html', id: 'id.html', taste: 'taste.html', coa: 'coa.html' } } },
  server: { proxy: { '/api': back, '/epcis': back, '/id/': { target: back, bypass: request => (request.headers.accept?.includes('text/html') ? '/id.html' : undefined) } } },
  test: { include: ['src/**/*.test.ts'] },
})
