import { get, type Session } from './api'
import { forget_all, listen, session, stop_listening } from './data'
import { farm_day, set_farm_time } from './dates'

export function signed_in(s: Session) {
  set_farm_time(s.offset_minutes)
  session.set(s)
  listen()
  void keep_for_the_day(s)
}

/// A phone may lose its signal at once: what a round needs is asked while the service worker, which keeps answers, is there.
async function keep_for_the_day(s: Session) {
  if (!s.may.includes('record') || !navigator.serviceWorker) return
  await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) await new Promise(then => navigator.serviceWorker.addEventListener('controllerchange', then, { once: true }))   // there is a moment between
  for (const path of ['/session', '/pack', '/sites', '/kinds', `/round?day=${farm_day()}`]) await get(path).catch(() => {})
}

export function signed_out() {
  stop_listening()
  forget_all()
  navigator.serviceWorker?.controller?.postMessage('forget')
  session.set(null)
}
