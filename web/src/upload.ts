// Sends a large file in pieces and goes on where it stopped: after a lost connection by itself, after a reload when the person chooses the same file again.
import { call, post, Problem, seg } from './api'

export interface UploadServer {
  begin(name: string, size: number): Promise<{ upload: string; offset: number }>
  offset(upload: string): Promise<number>
  put(upload: string, offset: number, piece: Blob): Promise<number>
  done(upload: string): Promise<string>                  // its SHA-256
}
export interface Begun { upload: string; name: string; size: number; modified: number }
export interface UploadShelf { all(): Begun[]; keep(one: Begun): void; drop(upload: string): void }
interface Sendable { name: string; size: number; lastModified: number; slice(from: number, to: number): Blob }

export const piece_bytes = 4 * 1024 * 1024

/// `tell` hears how many bytes are there; a true `stopped()` leaves what was sent for another time and returns undefined. Problems that waiting does not mend are thrown.
export async function send_file(file: Sendable, server: UploadServer, shelf: UploadShelf, tell: (sent: number, waiting: boolean) => void,
  stopped: () => boolean = () => false, pause: (ms: number) => Promise<void> = ms => new Promise(r => setTimeout(r, ms))): Promise<string | undefined> {
  const begun = shelf.all().find(b => b.name === file.name && b.size === file.size && b.modified === file.lastModified)
  let upload = begun?.upload
  let offset = -1                                        // not known: ask
  for (let waits = 0; ;) {
    if (stopped()) return undefined
    try {
      if (!upload) {
        const made = await server.begin(file.name, file.size)
        upload = made.upload
        offset = made.offset
        shelf.keep({ upload, name: file.name, size: file.size, modified: file.lastModified })
      }
      if (offset < 0) offset = await server.offset(upload)
      tell(offset, false)
      if (offset >= file.size) {
        const sha256 = await server.done(upload)
        shelf.drop(upload)
        return sha256
      }
      offset = await server.put(upload, offset, file.slice(offset, offset + piece_bytes))
      waits = 0
    } catch (e) {
      const problem = e instanceof Problem ? e : null
      if (problem?.code === 'upload_not_found' && upload) {        // it rested too long: from the beginning
        shelf.drop(upload)
        upload = undefined
        continue
      }
      const passes = problem && (problem.unreachable || problem.code === 'upload_busy' || problem.code === 'upload_offset' || problem.status === 429)
      if (!passes || waits > 200) throw e
      tell(Math.max(0, offset), true)
      offset = -1
      waits++
      await pause(Math.min(30_000, 500 * 2 ** Math.min(waits, 6)))
    }
  }
}

export const upload_server: UploadServer = {
  begin: (name, size) => post('/uploads', { name, size }),
  offset: upload => call<{ offset: number }>('GET', `/uploads/${seg(upload)}`).then(r => r.offset),
  put: (upload, offset, piece) => call<{ offset: number }>('PUT', `/uploads/${seg(upload)}?offset=${offset}`, undefined, piece).then(r => r.offset),
  done: upload => post<{ sha256: string }>(`/uploads/${seg(upload)}/done`).then(r => r.sha256),
}

const place = 'osetra.uploads'
export const upload_shelf: UploadShelf = {
  all: () => { try { return JSON.parse(localStorage.getItem(place) ?? '[]') as Begun[] } catch { return [] } },
  keep: one => localStorage.setItem(place, JSON.stringify([...upload_shelf.all().filter(b => b.upload !== one.upload), one].slice(-20))),
  drop: upload => localStorage.setItem(place, JSON.stringify(upload_shelf.all().filter(b => b.upload !== upload))),
}
