// Facts told without a signal wait here, on the phone's own disk, until the server has them. A fact leaves this list only
// when the server accepted it, or when a person decided what to do about a refused one.
import type { Envelope, Outcome } from './api'

export interface Waiting {
  id: string
  envelope: Envelope
  person: string
  made_at: string
  state: 'pending' | 'refused'
  code?: string
  detail?: string
}

export interface Shelf {
  all(): Promise<Waiting[]>
  put(item: Waiting): Promise<void>
  remove(id: string): Promise<void>
}

export interface Server { send(facts: Envelope[], witnessed: boolean): Promise<Outcome[]> }

const batch = 50

export class Outbox {
  private syncing: Promise<void> | null = null
  private listeners = new Set<() => void>()
  items: Waiting[] = []

  constructor(private shelf: Shelf, private server: Server, private unreachable: (e: unknown) => boolean) {}

  async open() {
    this.items = in_order(await this.shelf.all())
    this.tell()
  }

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  /// On disk before this resolves.
  async add(envelope: Envelope, person: string, made_at: string) {
    const item: Waiting = { id: envelope.id, envelope, person, made_at, state: 'pending' }
    await this.shelf.put(item)
    this.items = in_order([...this.items.filter(i => i.id !== item.id), item])
    this.tell()
  }

  /// Sends what waits, oldest first; `person` only their own facts, so that nobody signs for another on a shared phone.
  sync(person: string): Promise<void> {
    this.syncing ??= this.send_all(person).finally(() => (this.syncing = null))
    return this.syncing
  }

  private async send_all(person: string) {
    for (;;) {
      const facts = this.items.filter(i => i.state === 'pending' && i.person === person).slice(0, batch)
      if (!facts.length) return
      let outcomes: Outcome[]
      try {
        outcomes = await this.server.send(facts.map(i => ({ ...i.envelope, offline: true })), false)
      } catch (e) {
        if (this.unreachable(e)) return
        throw e
      }
      const told = new Set<string>()
      for (const outcome of outcomes) {
        told.add(outcome.id)
        await this.settle(outcome)
      }
      if (!facts.some(f => told.has(f.id))) return   // an answer about none of them: stop, keep all
    }
  }

  private async settle(outcome: Outcome) {
    const item = this.items.find(i => i.id === outcome.id)
    if (!item) return
    if (outcome.outcome === 'refused') {
      const refused: Waiting = { ...item, state: 'refused', code: outcome.code, detail: outcome.detail }
      await this.shelf.put(refused)
      this.items = this.items.map(i => (i.id === item.id ? refused : i))
    } else {
      await this.shelf.remove(item.id)
      this.items = this.items.filter(i => i.id !== item.id)
    }
    this.tell()
  }

  /// A person confirmed that it happened although it contradicts the book.
  async insist(id: string): Promise<Outcome> {
    const item = this.items.find(i => i.id === id)
    if (!item) throw new Error('no such fact is waiting')
    const [outcome] = await this.server.send([{ ...item.envelope, offline: false }], true)
    await this.settle(outcome)
    return outcome
  }

  /// A person gave a refused fact up. The server keeps its task.
  async give_up(id: string) {
    await this.shelf.remove(id)
    this.items = this.items.filter(i => i.id !== id)
    this.tell()
  }

  private tell() { for (const f of this.listeners) f() }
}

const in_order = (items: Waiting[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1))

/// The shelf in the browser's own database.
export function indexed_db_shelf(name = 'osetra'): Shelf {
  const db = new Promise<IDBDatabase>((resolve, reject) => {
    const open = indexedDB.open(name, 1)
    open.onupgradeneeded = () => open.result.createObjectStore('outbox', { keyPath: 'id' })
    open.onsuccess = () => resolve(open.result)
    open.onerror = () => reject(open.error)
  })
  db.catch(() => {})
  const run = async <T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await db).transaction('outbox', mode, { durability: 'strict' })
    const request = act(transaction.objectStore('outbox'))
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
  }
  return {
    all: () => run('readonly', s => s.getAll() as IDBRequest<Waiting[]>),
    put: async item => { await run('readwrite', s => s.put(item)) },
    remove: async id => { await run('readwrite', s => s.delete(id)) },
  }
}
