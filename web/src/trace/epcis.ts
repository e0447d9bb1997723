// The standard's own interface, as the pages use it: documents, pages by Link, problems by RFC 7807.
import { Problem } from '../api'

export const root = '/epcis/v2'
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type EventTree = { [name: string]: Json }

export interface Answer<T> { data: T; headers: Headers; status: number }

export async function ask<T>(method: string, path: string, how: { body?: BodyInit; type?: string; accept?: string; headers?: Record<string, string> } = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: how.accept ?? 'application/json, application/problem+json', 'GS1-EPC-Format': 'Always_GS1_Digital_Link', ...how.headers }
  if (method !== 'GET') headers['X-Osetra'] = '1'
  if (how.type) headers['Content-Type'] = how.type
  let reply: Response
  try {
    reply = await fetch(path.startsWith('/') ? root + path : path, { method, headers, body: how.body, credentials: 'same-origin' })
  } catch {
    throw new Problem(0, 'unreachable', '')
  }
  const text = await reply.text()
  if (!reply.ok) {
    let told: { type?: string; title?: string; detail?: string; code?: string; at?: string } = {}
    try { told = JSON.parse(text) } catch { /* no problem document: the status says it */ }
    throw new Problem(reply.status, told.code ?? told.type?.replace(/^.*:/, '') ?? `http_${reply.status}`, told.detail ?? told.title ?? reply.statusText, told.at ?? '')
  }
  const parsed = (how.accept?.includes('xml') ? text : text ? JSON.parse(text) : null) as T
  return { data: parsed, headers: reply.headers, status: reply.status }
}

/// The path of rel="next", below our root.
export function next_of(link: string | null): string | null {
  for (const part of (link ?? '').split(/,\s*(?=<)/)) {
    const found = /^<([^>]+)>\s*;(.*)$/.exec(part.trim())
    if (!found || !/\brel="?next"?/.test(found[2])) continue
    const url = new URL(found[1], 'http://x' + root + '/')
    return (url.pathname.startsWith(root) ? url.pathname.slice(root.length) : url.pathname) + url.search
  }
  return null
}

export interface EventPage { events: EventTree[]; next: string | null; context: Json }
export async function events_page(path: string): Promise<EventPage> {
  const { data, headers } = await ask<{ '@context'?: Json; epcisBody?: { queryResults?: { resultsBody?: { eventList?: EventTree[] } }; eventList?: EventTree[] } }>('GET', path)
  return { events: data.epcisBody?.queryResults?.resultsBody?.eventList ?? data.epcisBody?.eventList ?? [], next: next_of(headers.get('Link')), context: data['@context'] ?? null }
}

export interface SavedQuery { name: string; query: Record<string, unknown> }
export interface Subscription {
  subscriptionID: string; createdAt?: string; dest?: string; stream?: boolean; schedule?: Record<string, string>; reportIfEmpty?: boolean; lastNotifiedAt?: string
  'osetra:state'?: 'good' | 'failing' | 'stopped'; 'osetra:delivered'?: number; 'osetra:problem'?: string; 'osetra:nextTry'?: string
}
/// What became of one event; `rolled_back`: good by itself, but another of its document was not.
export interface CapturedEvent { index: number; eventID: string; outcome: 'accepted' | 'duplicate' | 'refused' | 'rolled_back'; code?: string; detail?: string; at?: string; warnings?: { code: string; detail: string; at?: string }[] }
export interface CaptureJob {
  captureID: string; createdAt: string; finishedAt: string | null; running: boolean; success: boolean; captureErrorBehaviour: 'rollback' | 'proceed'
  errors: { title: string; detail: string; instance?: string; at?: string }[]
  'osetra:outcome': { events: number; accepted: number; duplicates: number; refused: number; results?: CapturedEvent[] }
}
