import { expect, it } from 'vitest'
import { Problem } from './api'
import { piece_bytes, send_file, type Begun, type UploadServer, type UploadShelf } from './upload'

const size = piece_bytes * 2 + 100
const file = { name: 'a.mp4', size, lastModified: 7, slice: (from: number, to: number) => new Blob([new Uint8Array(Math.min(to, size) - from)]) }
const shelf = (): UploadShelf & { kept: Begun[] } => {
  const s = { kept: [] as Begun[], all: () => s.kept, keep: (b: Begun) => { s.kept.push(b) }, drop: (u: string) => { s.kept = s.kept.filter(b => b.upload !== u) } }
  return s
}
/// Keeps what it gets; `fail` may throw before each call.
function server(fail: (what: string, n: number) => void = () => {}) {
  let have = 0, n = 0
  const asked: string[] = []
  const ask = (what: string) => { asked.push(what); fail(what, n++) }
  const s: UploadServer & { asked: string[]; have: () => number } = {
    asked, have: () => have,
    begin: async () => { ask('begin'); have = 0; return { upload: 'u', offset: 0 } },
    offset: async () => { ask('offset'); return have },
    put: async (_, offset, piece) => {
      if (offset !== have) throw new Problem(422, 'upload_offset', '')
      have += piece.size
      ask('put')
      return have
    },
    done: async () => { ask('done'); return 'hash' },
  }
  return s
}
const at_once = async () => {}

it('a file goes in pieces and tells how far it is', async () => {
  const s = server(), told: number[] = []
  expect(await send_file(file, s, shelf(), sent => told.push(sent), undefined, at_once)).toBe('hash')
  expect(s.asked).toEqual(['begin', 'put', 'put', 'put', 'done'])
  expect(told).toEqual([0, piece_bytes, piece_bytes * 2, size])
})
it('after a lost answer it asks how much is there and goes on from that', async () => {
  const s = server((what, n) => { if (what === 'put' && n === 1) throw new Problem(0, 'unreachable', '') })   // the piece arrived, its answer did not
  const k = shelf()
  expect(await send_file(file, s, k, () => {}, undefined, at_once)).toBe('hash')
  expect(s.asked).toEqual(['begin', 'put', 'offset', 'put', 'put', 'done'])
  expect(k.kept).toEqual([])
})
it('the same file chosen again after a reload goes on; another begins', async () => {
  const s = server(), k = shelf()
  let pieces = 0
  expect(await send_file(file, s, k, () => {}, () => ++pieces > 2, at_once)).toBeUndefined()
  expect(k.kept.length).toBe(1)
  expect(await send_file(file, s, k, () => {}, undefined, at_once)).toBe('hash')
  expect(s.asked.filter(a => a === 'begin').length).toBe(1)
  await send_file({ ...file, lastModified: 8 }, s, k, () => {}, undefined, at_once)
  expect(s.asked.filter(a => a === 'begin').length).toBe(2)
})
it('an upload that the server has forgotten begins again; what waiting does not mend is told', async () => {
  const k = shelf()
  k.keep({ upload: 'old', name: 'a.mp4', size, modified: 7 })
  let first = true
  const s = server(what => { if (what === 'offset' && first) { first = false; throw new Problem(404, 'upload_not_found', '') } })
  expect(await send_file(file, s, k, () => {}, undefined, at_once)).toBe('hash')
  const full = server(what => { if (what === 'begin') throw new Problem(413, 'too_large', 'too large') })
  await expect(send_file(file, full, shelf(), () => {}, undefined, at_once)).rejects.toThrow('too large')
})
