// Starts the real program on a database of its own, with a key that may do everything, and Prism in front of it.
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = dirname(fileURLToPath(import.meta.url))
export const root = resolve(here, '../..')
export const shared = process.env.OSETRA_SHARED ?? resolve(root, '../shared/data')
export const spec = join(shared, 'epcis/spec/gs1')
export const has_spec = existsSync(join(spec, 'openapi-prism.json'))
export const read_spec = name => readFileSync(join(spec, name), 'utf8')
export const read_shared = name => readFileSync(join(shared, 'epcis', name), 'utf8')

const free_port = () => new Promise((done, fail) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => done(port))
  }).on('error', fail)
})
const pause = ms => new Promise(done => setTimeout(done, ms))

async function until_up(url, child, said) {
  for (let i = 0; ; i++) {
    if (child.exitCode !== null) throw new Error(`it ended: ${said()}`)
    if (await fetch(url).then(() => true).catch(() => false)) return
    if (i > 400) throw new Error(`it did not answer: ${said()}`)
    await pause(100)
  }
}

function started(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', d => { text = (text + d).slice(-20_000) })
  return { child, said: () => text, async stop() {
    if (child.exitCode !== null) return
    const gone = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await gone
  } }
}

export async function start_server() {
  const bin = resolve(root, process.env.OSETRA ?? 'build/release/osetra')
  const folder = mkdtempSync(join(tmpdir(), 'osetra-judges-'))
  const db = join(folder, 'judges.db')
  execFileSync(bin, ['--db', db, 'user', 'add', '--enterprise', 'judges', '--name', 'judge', '--role', 'owner'], { input: 'four plain words\n', stdio: ['pipe', 'ignore', 'ignore'] })
  const key = role => execFileSync(bin, ['--db', db, 'user', 'key', '--name', role, '--role', role]).toString().trim()
  const keys = { owner: key('owner'), sales: key('sales') }
  const port = await free_port()
  const server = started(bin, ['--db', db, 'up', '--quiet', '--port', String(port), '--media', join(folder, 'media')], { cwd: folder })
  const url = `http://127.0.0.1:${port}/epcis/v2`
  await until_up(`http://127.0.0.1:${port}/api/v1/health`, server.child, server.said)
  const ask = (path, { headers = {}, key: as = keys.owner, base = url, ...options } = {}) =>
    fetch(base + path, { ...options, headers: { ...(as ? { Authorization: `Bearer ${as}` } : {}), ...headers } })
  /// Captures and waits for the end: the job.
  const capture = async (body, type = 'application/json', headers = {}) => {
    const taken = await ask('/capture', { method: 'POST', body, headers: { 'Content-Type': type, ...headers } })
    if (taken.status !== 202) throw new Error(`${taken.status} ${await taken.text()}`)
    const where = taken.headers.get('location').replace('/epcis/v2', '')
    for (;; await pause(10)) {
      const job = await (await ask(where)).json()
      if (!job.running) return job
    }
  }
  return { url, keys, ask, capture, said: server.said, async stop() { await server.stop(); rmSync(folder, { recursive: true, force: true }) } }
}

export async function start_prism(upstream) {
  const port = await free_port()
  const prism = started(process.execPath, [join(here, 'node_modules/@stoplight/prism-cli/dist/index.js'), 'proxy', join(spec, 'openapi-prism.json'), upstream, '--port', String(port), '-v', 'error'], { cwd: here })
  const url = `http://127.0.0.1:${port}`
  await until_up(url, prism.child, prism.said)
  return { url, stop: prism.stop }
}
