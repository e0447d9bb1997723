import { useSyncExternalStore } from 'react'
import { Problem, send_facts } from './api'
import { forget, online, session } from './data'
import { indexed_db_shelf, Outbox } from './outbox'

export const outbox = new Outbox(indexed_db_shelf(), { send: send_facts }, e => e instanceof Problem && (e.unreachable || e.status === 401 || e.status === 429 || e.code === 'busy'))

const count = () => outbox.items
export const useOutbox = () => useSyncExternalStore(outbox.subscribe, count)

export async function send_waiting() {
  const me = session.get()
  if (!me || !outbox.items.some(i => i.state === 'pending' && i.person === me.person)) return
  await outbox.sync(me.person)
  forget('/')
}

export async function start_outbox() {
  await outbox.open().catch(() => {})
  const quietly = () => void send_waiting().catch(() => {})
  online.subscribe(() => { if (online.get()) quietly() })
  document.addEventListener('visibilitychange', () => { if (!document.hidden) quietly() })
  setInterval(quietly, 20_000)
  quietly()
}
