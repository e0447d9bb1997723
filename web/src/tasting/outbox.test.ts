import { expect, it } from 'vitest'
import { send, type TasteAnswer } from './outbox'

const answers: TasteAnswer[] = [{ round: 1, trial: 1, chosen: '317', scores: [] }, { round: 2, trial: 1, chosen: '482', scores: [] }]
const replies = (...all: (Response | Error)[]) => (async () => { const r = all.shift()!; if (r instanceof Error) throw r; return r }) as unknown as typeof fetch
const said = (status: number, body: object = {}) => new Response(JSON.stringify(body), { status })

it('keeps what found no signal, in its order', async () => {
  expect(await send('l', answers, replies(said(201), new Error('offline')))).toEqual({ left: [answers[1]], refused: undefined })
  expect((await send('l', answers, replies(said(503)))).left).toEqual(answers)
  expect((await send('l', answers, replies(said(429)))).left).toEqual(answers)
})
it('what the server has already is sent', async () => {
  expect(await send('l', answers, replies(said(409, { code: 'answer_exists', detail: 'again' }), said(200)))).toEqual({ left: [], refused: undefined })
})
it('what is refused for good is told, and the rest goes on', async () => {
  expect(await send('l', answers, replies(said(422, { code: 'tasting_is_closed', detail: 'closed' }), said(201)))).toEqual({ left: [], refused: 'closed' })
})
