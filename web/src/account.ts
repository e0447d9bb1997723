import type { Session } from './api'
import { forget_all, listen, session, stop_listening } from './data'
import { set_farm_time } from './dates'

export function signed_in(s: Session) {
  set_farm_time(s.offset_minutes)
  session.set(s)
  listen()
}

export function signed_out() {
  stop_listening()
  forget_all()
  navigator.serviceWorker?.controller?.postMessage('forget')
  session.set(null)
}
