// Starts the real demo server on a database of its own and opens it in a real browser. Used by the tests and by shots.mjs.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '../../web/node_modules/playwright-core/index.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const password = 'sturgeon-demo'
export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

const free_port = () => new Promise((done, fail) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => done(port))
  }).on('error', fail)
})

/// Yesterday on the farm: a company that ends there has nobody's round of today, whatever the hour.
export const yesterday = () => new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10)

const program = () => resolve(root, process.env.OSETRA_BIN ?? process.env.OSETRA ?? 'build/release/osetra')
const folder_for_a_desk = () => mkdtempSync(join(tmpdir(), 'osetra-desk-'))
const demo = (folder, company, db = join(folder, 'demo.db')) => ['--db', db, 'demo', '--quiet', '--media', join(folder, 'media'), ...company]
const usual = ['--fish', '1200', '--farms', '3', '--pools', '24', '--years', '3', '--flights', '0', '--end', yesterday()]

/// Before all tests: the usual company is made once, and each file of tests begins with a copy of it.
export function setup() {
  const folder = folder_for_a_desk()
  execFileSync(program(), [...demo(folder, usual), '--no-serve'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  process.env.DESK_COPY = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

/// `company`: options of `osetra demo`. DESK_DB names a database that is there already (and stays).
export async function start_server(company = usual) {
  const bin = program()
  const folder = folder_for_a_desk()
  if (company === usual && process.env.DESK_COPY) cpSync(process.env.DESK_COPY, folder, { recursive: true })
  const db = process.env.DESK_DB ?? join(folder, 'demo.db')
  const port = await free_port()
  const pages = process.env.DESK_WEB_DIR ? ['--web-dir', resolve(root, process.env.DESK_WEB_DIR)] : []
  const child = spawn(bin, [...demo(folder, company, db), '--port', String(port), ...pages], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', d => { said += d })
  child.stderr.on('data', d => { said += d })
  let ended = false
  child.on('exit', () => { ended = true })
  const url = `http://127.0.0.1:${port}`
  const logins = () => Object.fromEntries([...said.matchAll(/^\s*([a-z]+\.[a-z]+)\s.*?\b(owner|manager|worker|breeder|plant|sales|auditor)\b/gm)].map(m => [m[2], m[1]]))
  for (let i = 0; ; i++) {
    if (ended) throw new Error(`the server ended: ${said}`)
    const up = await fetch(url + '/api/v1/health').then(r => r.ok).catch(() => false)
    if (up) break
    if (i > 2400) throw new Error(`the server did not answer in ten minutes: ${said}`)
    await new Promise(r => setTimeout(r, 250))
  }
  return {
    url, db, media: join(folder, 'media'), bin, logins: logins(), said: () => said,
    async stop() {
      if (!ended) {
        const gone = new Promise(r => child.once('exit', r))
        child.kill('SIGTERM')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const start_browser = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--use-angle=swiftshader', '--enable-unsafe-swiftshader',   // maps
    '--disable-gpu-rasterization', '--disable-gpu-compositing'],   // all else is drawn without a pretended graphics card, which takes a third less
})

/// For open_page: a page with its service worker, which fetches the whole program for the day without a signal. Pages that have none take a third less.
export const offline = { serviceWorkers: 'allow' }

/// A page of its own, signed in as nobody, that collects what the browser complains about.
export async function open_page(browser, server, size = 'desktop', more = {}) {
  const context = await browser.newContext({ viewport: sizes[size], baseURL: server.url, locale: 'en-GB', timezoneId: 'Europe/Berlin', hasTouch: size === 'phone', isMobile: size === 'phone', serviceWorkers: 'block', ...more })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints = []
  page.on('console', m => { if (m.type() === 'error' && !/401|ERR_INTERNET_DISCONNECTED|net::ERR_FAILED|Failed to load resource.*(40[134]|422)/.test(m.text())) complaints.push(`${m.text()} (${m.location().url})`) })
  page.on('pageerror', e => complaints.push(String(e)))
  return { page, context, complaints }
}

export async function sign_in(page, server, role = 'manager') {
  await page.goto('/')
  await page.fill('#sign_name', server.logins[role])
  await page.fill('#sign_password', password)
  await page.click('button[type=submit]')
  await page.waitForSelector('.page_head .sentence')
}

/// Until the page has drawn what it asked for.
export async function settled(page) {
  await page.waitForSelector('.page_head, .more_title, .scan')
  await page.waitForFunction(() => !document.querySelector('.waiting') && (document.querySelector('.sentence')?.textContent ?? 'x').trim() !== '')
  await page.waitForTimeout(60)
}

/// Asks the server with the page's own session.
export const ask = (page, path, options = {}) => page.evaluate(async ([path, options]) => {
  const reply = await fetch('/api/v1' + path, { ...options, headers: { 'X-Osetra': '1', 'Content-Type': 'application/json', ...options.headers } })
  return { status: reply.status, body: await reply.json().catch(() => null) }
}, [path, options])
