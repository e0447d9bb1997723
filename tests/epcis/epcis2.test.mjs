// epcis2.js, a client that nobody here wrote, makes documents, captures them and reads what became of them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import epcis2 from 'epcis2.js'
import { start_server } from './desk.mjs'

let server
before(async () => {
  server = await start_server()
  epcis2.setup({ apiUrl: server.url, headers: { 'content-type': 'application/json', Authorization: `Bearer ${server.keys.owner}` }, timeout: 3_000 })
}, { timeout: 60_000 })
after(() => server?.stop())

const shipment = n => new epcis2.ObjectEvent()
  .setEventTime('2026-03-02T08:00:00.000Z').setEventTimeZoneOffset('+08:00').setAction(epcis2.cbv.actionTypes.observe)
  .setBizStep(epcis2.cbv.bizSteps.shipping).setDisposition(epcis2.cbv.dispositions.in_transit)
  .addEPC(`https://id.gs1.org/01/09521234012344/21/T${n}`).setReadPoint('https://id.gs1.org/414/9521234000013')
const document = (...events) => events.reduce((all, e) => all.addEvent(e), new epcis2.EPCISDocument({ '@context': 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld' }).setCreationDate('2026-03-02T09:00:00.000Z').setSchemaVersion('2.0'))

test('captures a document and polls for its job', async () => {
  const events = [1, 2, 3].map(shipment)
  const made = document(...events)
  assert.ok(made.isValid())
  const reply = await epcis2.capture(made)
  assert.equal(reply.status, 202)
  const job = new epcis2.CaptureResponse(reply)
  await job.pollForTheCaptureToFinish(20, 50)
  assert.equal(job.getRunningStatus(), false)
  assert.equal(job.getSuccessStatus(), true)
  assert.deepEqual(job.getErrors(), [])

  // what it reads back is what it wrote: the same events, by its own hash too
  const page = await (await server.ask('/events?perPage=10')).json()
  const back = page.epcisBody.queryResults.resultsBody.eventList
  assert.equal(back.length, 3)
  const hash = event => epcis2.eventToHashedId(event, { '@context': page['@context'] })
  const wrote = new Set(events.map(e => hash(e.toObject())))
  for (const event of back) {
    assert.equal(new epcis2.ObjectEvent(event).isValid(), true)
    const { recordTime, eventID, ...rest } = event
    assert.ok(wrote.has(hash(rest)), JSON.stringify(event))
    assert.equal(eventID.replace('ni:///sha-256;', '').split('?')[0], hash(rest).replace('ni:///sha-256;', '').split('?')[0], 'our name for the event is its hash')
  }
})

test('its errors are told in its words', async () => {
  const bad = document(shipment(4), shipment(5).setEventTime('yesterday'))
  const job = new epcis2.CaptureResponse(await epcis2.capture(bad, { documentValidation: false }))
  await job.pollForTheCaptureToFinish(20, 50)
  assert.equal(job.getSuccessStatus(), false)
  assert.equal(job.getErrors().length, 1)
  assert.equal(job.getErrors()[0].type, 'epcisException:ValidationException')
})
