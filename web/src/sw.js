// Keeps the program itself, and the last answers that a day at the pools needs, for use without a signal.
const version = '__VERSION__'
const files = ['__FILES__']
const shell = 'shell-' + version
const answers = 'answers'
const kept = /^\/api\/v1\/(session|today|round|pack|kinds|sites|pools|cohorts|tasks|plant\/line|plant\/materials)(\?|$)/

self.addEventListener('install', event => {
  event.waitUntil(caches.open(shell).then(c => c.addAll(files)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', event => {
  event.waitUntil(
    caches.keys()
      .then(names => Promise.all(names.filter(n => n.startsWith('shell-') && n !== shell).map(n => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('message', event => {
  if (event.data === 'forget') event.waitUntil(caches.delete(answers))
})

async function answer(request, key) {
  const cache = await caches.open(answers)
  try {
    const reply = await fetch(request)
    if (reply.ok) await cache.put(key, reply.clone())
    return reply
  } catch (e) {
    const old = await cache.match(key)
    if (old) return new Response(old.body, { status: old.status, headers: { ...Object.fromEntries(old.headers), 'X-Osetra-Kept': '1' } })
    throw e
  }
}

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || /^\/(epcis|id|taste)\//.test(url.pathname)) return
  if (url.pathname.startsWith('/api/')) {
    if (kept.test(url.pathname + url.search)) event.respondWith(answer(request, url.pathname + url.search))
    return
  }
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => caches.match('/', { ignoreSearch: true })))
    return
  }
  event.respondWith(caches.match(request, { ignoreSearch: true }).then(hit => hit ?? fetch(request)))
})
