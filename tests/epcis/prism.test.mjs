// Prism, a validating proxy, holds every operation against GS1's OpenAPI. What it finds must be a fault of the norm that is listed here
// with its reason, and nothing in that list may be without use.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { has_spec, read_shared, read_spec, start_prism, start_server } from './desk.mjs'

/// where: [part, path...] of Prism's finding; what: its message. `on`: "GET /events 400".
const faults = [
  { on: /^(GET|OPTIONS) \/(bizSteps|dispositions)\/[a-z_]+(\/events)? /, where: 'request.path', what: /must match format "uri"/, why: 'The path\'s value is told to be a URI; its own example is the bare word in_progress, and standard values are bare words.' },
  { on: /./, where: 'response.body', what: /Response body must be object/, xml: true, why: 'Of Prism, not of the norm: it does not read XML. xmllint holds these bodies against GS1\'s schema.' },
  { on: / 200$/, where: 'response.header.link', what: /must match format "uri"/, why: 'The schema of Link says "a URI", its own example is <...>; rel="next" as RFC 8288 has it.' },
  { on: /^GET \/capture/, where: 'response.body', what: /must match exactly one schema in oneOf/, why: 'CaptureJob: "one of errors and errorFile" is written as two schemas without required, so every job fits both.' },
  { on: /^GET \/queries\/[^/]+ 200$/, where: 'response.body', what: /must be array/, why: 'The definition of one query has the schema of a list; its own example is one object, as is the standard\'s text.' },
  { on: / 409$/, where: 'response.body.status', what: /must be equal to one of the allowed values/, why: 'The 409 answer has the status 406 for its only value.' },
  { on: /^GET \/(events|capture|queries|eventTypes|epcs|bizSteps|bizLocations|readPoints|dispositions) 400$/, where: 'response', what: /Unable to match the returned status code/, why: '400 for a parameter that cannot be is needed by the standard (QueryParameterException), and not listed here.' },
  { on: /^GET \/events 413$/, where: 'response', what: /Unable to match the returned status code/, why: 'QueryTooLargeException is the standard\'s answer to maxEventCount, and not listed here.' },
  { on: /^GET \/\w+\/[^/]+\/events 413$/, where: 'response', what: /Unable to match the returned status code/, why: 'The same for the events of one value.' },
  { on: /^POST \/queries 400$/, where: 'response', what: /Unable to match the returned status code/, why: 'A query that cannot be must be refused; no 400 is listed.' },
  { on: /^GET \/queries\/[^/]+\/(events|subscriptions) 400$/, where: 'response.body.type', what: /must be equal to one of the allowed values/, why: 'The 400 of a query\'s events and subscriptions knows troubles of subscriptions only; a page token that has expired is a QueryParameterException.' },
  { on: /^POST \/queries\/[^/]+\/subscriptions 400$/, where: 'response', what: /Unable to match the returned status code/, why: 'SubscriptionControlsException is the standard\'s answer to a subscription that cannot be, and listed for GET only.' },
  { on: /^DELETE \/nextPageToken\/[^/]+ 401$/, where: 'response', what: /Unable to match the returned status code/, why: 'Every operation has 401 but this one.' },
  { on: /^POST \/(capture|events)/, where: 'request', what: /Supported content types: application\/json/, why: 'XML is a binding of the standard; this document lists JSON only.' },
]
const used = new Set()
const asked = []
const findings = []
let server, prism

before(async () => {
  if (!has_spec) return
  server = await start_server()
  await server.capture(read_shared('query/dataset.jsonld'))
  prism = await start_prism(server.url)
}, { timeout: 60_000 })
after(async () => {
  await prism?.stop()
  await server?.stop()
})

/// One request through Prism: its reply, after what Prism found was looked up.
async function through(method, path, { status, body, headers = {}, key, bad = false } = {}) {
  const reply = await server.ask(path, { base: prism.url, method, body, headers, ...(key === undefined ? {} : { key }) })
  const text = await reply.text()
  asked.push(`${method} ${path.replace(/\?.*/, '')}`)
  const on = `${method} ${path.replace(/\?.*/, '')} ${reply.status}`
  if (status && reply.status !== status) findings.push(`${method} ${path}: ${reply.status} and not ${status}: ${text.slice(0, 300)}`)
  for (const v of JSON.parse(reply.headers.get('sl-violations') ?? '[]')) {
    const where = v.location.filter(part => !/^\d+$/.test(part)).join('.')
    if (bad && where.startsWith('request')) continue   // it was meant to be wrong
    const fault = faults.find(f => f.on.test(on) && (!f.xml || reply.headers.get('content-type')?.endsWith('xml')) && (where === f.where || where.startsWith(f.where + '.')) && f.what.test(v.message))
    if (fault) used.add(fault)
    else findings.push(`${on}: ${where}: ${v.message}`)
  }
  return { reply, text }
}
const json = { 'Content-Type': 'application/json' }
const event = (id, note = '') => JSON.stringify({ '@context': 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', type: 'ObjectEvent', eventID: id, eventTime: '2026-03-01T08:00:00Z', eventTimeZoneOffset: '+08:00', action: 'OBSERVE', epcList: ['urn:epc:id:sgtin:9521234.001234.' + note + 'T1'], bizStep: 'shipping' })
const next = reply => reply.headers.get('link')?.match(/<\/epcis\/v2(\/[^>]*)>/)?.[1]

/// Operations of the OpenAPI that nothing was asked of.
function left_out() {
  const operations = Object.entries(JSON.parse(read_spec('openapi.json')).paths).flatMap(([path, item]) => Object.keys(item).filter(m => m !== 'parameters').map(m => `${m.toUpperCase()} ${path}`))
  return operations.filter(o => !asked.some(a => new RegExp('^' + o.replace(/\{\w+\}/g, '[^/]+') + '$').test(a)))
}

test('Prism finds nothing but faults of the norm', { timeout: 300_000, skip: has_spec ? false : 'shared/data/epcis/spec is not there' }, async t => {
  const values = { eventTypes: 'ObjectEvent', bizSteps: 'shipping', dispositions: 'in_transit' }
  for (const name of ['epcs', 'readPoints', 'bizLocations']) values[name] = JSON.parse((await through('GET', `/${name}`, { status: 200 })).text).member[0]
  const lists = Object.keys(values)
  const events = ['/events', ...lists.map(name => `/${name}/${encodeURIComponent(values[name])}/events`)]

  // OPTIONS everywhere
  await through('GET', '/', { status: 200 })
  await through('GET', '/', { status: 200, headers: { Accept: 'application/xml' } })
  for (const path of ['/', '/capture', '/capture/x', '/events', '/events/urn%3Ax', '/queries', '/queries/x', '/queries/x/events', '/queries/x/subscriptions', '/queries/x/subscriptions/x', ...lists.map(l => '/' + l), ...lists.map(l => `/${l}/${encodeURIComponent(values[l])}`), ...events.slice(1)]) {
    await through('OPTIONS', path, { status: 204 })
    await through('OPTIONS', path, { status: 401, key: '' })
  }
  // lists of values and their pages
  for (const name of lists) {
    const first = await through('GET', `/${name}?perPage=2`, { status: 200 })
    if (next(first.reply)) await through('GET', next(first.reply), { status: 200 })
    await through('GET', `/${name}/${encodeURIComponent(values[name])}`, { status: 200 })
    await through('GET', `/${name}`, { status: 401, key: '' })
    await through('GET', `/${name}`, { status: 406, headers: { Accept: 'text/csv' } })
    await through('GET', `/${name}`, { status: 406, headers: { 'GS1-EPCIS-Min': '3.0' } })
    await through('GET', `/${name}?nextPageToken=x`, { status: 400 })
    await through('GET', `/${name}/urn%3Aexample%3Anone`, { status: 404 })
    await through('GET', `/${name}/urn%3Aexample%3Anone/events`, { status: 404 })
    await through('GET', `/${name}/urn%3Aexample%3Anone`, { status: 404, headers: { Accept: 'application/json;q=0.1, application/problem+xml' } })
  }
  // events: pages, forms, parameters, refusals
  for (const path of events) {
    const first = await through('GET', `${path}?perPage=1`, { status: 200 })
    if (next(first.reply)) await through('GET', next(first.reply), { status: 200 })
    for (const headers of [{ Accept: 'application/xml' }, { 'GS1-EPC-Format': 'Always_EPC_URN' }, { 'GS1-EPC-Format': 'Never_Translates' }, { Accept: 'application/xml', 'GS1-CBV-XML-Format': 'Always_URN' },
      { 'GS1-Extensions': 'ex=http://ns.example.com/epcis/' }, { 'GS1-EPCIS-Min': '2.0.0', 'GS1-EPCIS-Max': '2.0.0', 'GS1-CBV-Min': '2.0', 'GS1-CBV-Max': '2.0' }]) await through('GET', `${path}?perPage=500`, { status: 200, headers })
    for (const query of ['eventType=ObjectEvent', 'GE_eventTime=2020-01-01T00:00:00.000Z&LT_eventTime=2030-01-01T00:00:00.000Z', 'GE_recordTime=2020-01-01T00:00:00.000Z', 'LT_recordTime=2030-01-01T00:00:00.000Z', 'EQ_action=OBSERVE', 'EQ_bizStep=shipping', 'EQ_disposition=in_transit',
      'EQ_persistentDisposition_set=recalled', 'EQ_persistentDisposition_unset=available', 'EQ_readPoint=urn:epc:id:sgln:9521234.00001.0', 'WD_readPoint=urn:epc:id:sgln:9521234.00001.0', 'EQ_bizLocation=urn:epc:id:sgln:9521234.00001.0', 'WD_bizLocation=urn:epc:id:sgln:9521234.00001.0',
      'EQ_transformationID=urn:epc:id:gdti:9521234.00001.1', 'MATCH_epc=urn:epc:id:sgtin:9521234.001234.1', 'MATCH_parentID=urn:epc:id:sscc:9521234.0000000001', 'MATCH_inputEPC=urn:epc:id:sgtin:9521234.001234.1', 'MATCH_outputEPC=urn:epc:id:sgtin:9521234.001234.1', 'MATCH_anyEPC=urn:epc:id:sgtin:9521234.001234.1',
      'MATCH_epcClass=urn:epc:class:lgtin:9521234.001234.1', 'MATCH_inputEPCClass=urn:epc:class:lgtin:9521234.001234.1', 'MATCH_outputEPCClass=urn:epc:class:lgtin:9521234.001234.1', 'MATCH_anyEPCClass=urn:epc:class:lgtin:9521234.001234.1', 'EQ_quantity=1', 'GT_quantity=1', 'GE_quantity=1', 'LT_quantity=1', 'LE_quantity=1',
      'EQ_eventID=urn:uuid:1', 'EXISTS_errorDeclaration=', 'GE_errorDeclarationTime=2020-01-01T00:00:00.000Z', 'LT_errorDeclarationTime=2020-01-01T00:00:00.000Z', 'EQ_errorReason=incorrect_data', 'EQ_correctiveEventID=urn:uuid:1', 'orderBy=eventTime&orderDirection=ASC&eventCountLimit=3', 'maxEventCount=500',
      'GE_startTime=2020-01-01T00:00:00.000Z', 'LT_startTime=2020-01-01T00:00:00.000Z', 'GE_endTime=2020-01-01T00:00:00.000Z', 'LT_endTime=2020-01-01T00:00:00.000Z', 'EQ_type=Temperature', 'EQ_deviceID=urn:epc:id:giai:9521234.1', 'EQ_dataProcessingMethod=https://example.com/253/4012345000054987', 'EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126011',
      'EQ_chemicalSubstance=https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N', 'EQ_bizRules=https://example.com/253/4012345000054987', 'EQ_stringValue=x', 'EQ_hexBinaryValue=F0', 'EQ_uriValue=https://example.com/x', 'EQ_booleanValue=true']) await through('GET', `${path}?${query}`, { status: 200 })
    await through('GET', `${path}?EQ_nonsense=1`, { status: 400 })
    await through('GET', `${path}?perPage=0`, { status: 400 })
    await through('GET', `${path}?maxEventCount=0`, { bad: true })
    await through('GET', path, { status: 401, key: '' })
    await through('GET', path, { status: 401, key: '', headers: { Accept: 'application/xml' } })
    await through('GET', path, { status: 406, headers: { Accept: 'text/csv' } })
    await through('GET', path, { status: 406, headers: { 'GS1-CBV-Min': '3.0' } })
    await through('GET', `${path}?EQ_eventID=${'x'.repeat(12_000)}`, { bad: true })
  }
  await through('GET', '/events?maxEventCount=1', { status: 413 })
  await through('GET', '/epcs/' + encodeURIComponent(values.epcs) + '/events?maxEventCount=1', { bad: true })
  const one = JSON.parse((await through('GET', '/events?perPage=1')).text).epcisBody.queryResults.resultsBody.eventList[0].eventID
  await through('GET', `/events/${encodeURIComponent(one)}`, { status: 200 })
  await through('GET', `/events/${encodeURIComponent(one)}`, { status: 200, headers: { Accept: 'application/xml' } })
  await through('GET', '/events/urn%3Auuid%3Anone', { status: 404 })
  // single events
  await through('POST', '/events', { status: 201, body: event('urn:uuid:00000000-0000-4000-8000-000000000001'), headers: json })
  await through('POST', '/events', { status: 409, body: event('urn:uuid:00000000-0000-4000-8000-000000000001', '9'), headers: json })
  await through('POST', '/events', { status: 400, body: '{"type":"ObjectEvent"}', headers: json, bad: true })
  await through('POST', '/events', { status: 401, body: event('urn:uuid:00000000-0000-4000-8000-000000000002'), headers: json, key: '' })
  await through('POST', '/events', { status: 403, body: event('urn:uuid:00000000-0000-4000-8000-000000000002'), headers: json, key: server.keys.sales })
  await through('POST', '/events', { status: 406, body: event('urn:uuid:00000000-0000-4000-8000-000000000002'), headers: { ...json, 'GS1-EPCIS-Version': '3.0' } })
  await through('POST', '/events', { status: 415, body: 'x', headers: { 'Content-Type': 'text/csv' }, bad: true })
  // captures
  const document = read_shared('caviar/chain-a.jsonld')
  const taken = await through('POST', '/capture', { status: 202, body: document, headers: { ...json, 'GS1-Capture-Error-Behaviour': 'proceed', 'GS1-EPCIS-Version': '2.0.0', 'GS1-CBV-Version': '2.0.0' } })
  const xml = read_shared('gs1/xml/Example_9.6.1-ObjectEvent-2020_06_18a.xml')
  await through('POST', '/capture', { status: 202, body: xml, headers: { 'Content-Type': 'application/xml' } })
  await through('POST', '/capture', { status: 400, body: '{', headers: json, bad: true })
  await through('POST', '/capture', { status: 400, body: '<a>', headers: { 'Content-Type': 'application/xml', Accept: 'application/xml' }, bad: true })
  await through('POST', '/capture', { status: 401, body: document, headers: json, key: '' })
  await through('POST', '/capture', { status: 403, body: document, headers: json, key: server.keys.sales })
  await through('POST', '/capture', { status: 406, body: document, headers: { ...json, 'GS1-EPCIS-Version': '3.0' } })
  await through('POST', '/capture', { status: 415, body: 'x', headers: { 'Content-Type': 'text/csv' }, bad: true })
  const many = JSON.parse(event('urn:uuid:1'))
  delete many.eventID
  const too_many = JSON.stringify({ '@context': many['@context'], type: 'EPCISDocument', schemaVersion: '2.0', creationDate: '2026-03-01T08:00:00Z', epcisBody: { eventList: Array.from({ length: 10_001 }, () => ({ ...many, '@context': undefined })) } })
  await through('POST', '/capture', { status: 413, body: too_many, headers: json })
  await new Promise(done => setTimeout(done, 500))
  const where = taken.reply.headers.get('location').replace('/epcis/v2', '')
  for (const headers of [{}, { Accept: 'application/xml' }]) await through('GET', where, { status: 200, headers })
  const jobs = await through('GET', '/capture?perPage=1', { status: 200 })
  await through('GET', next(jobs.reply), { status: 200 })
  await through('GET', '/capture?nextPageToken=x', { status: 400 })
  await through('GET', '/capture', { status: 401, key: '' })
  await through('GET', '/capture', { status: 406, headers: { Accept: 'application/xml' } })
  await through('GET', '/capture/x', { status: 404 })
  await through('GET', where, { status: 406, headers: { 'GS1-EPCIS-Max': '1.2' } })
  // named queries
  await through('POST', '/queries', { status: 201, body: JSON.stringify({ name: 'shipped', query: { EQ_bizStep: ['shipping'], eventType: ['ObjectEvent'] } }), headers: json })
  await through('POST', '/queries', { status: 201, body: JSON.stringify({ name: 'all', query: {} }), headers: json })
  await through('POST', '/queries', { status: 409, body: JSON.stringify({ name: 'all', query: {} }), headers: json })
  await through('POST', '/queries', { status: 400, body: JSON.stringify({ name: 'x', query: { EQ_nonsense: ['x'] } }), headers: json })
  await through('POST', '/queries', { status: 403, body: JSON.stringify({ name: 'x', query: {} }), headers: json, key: server.keys.sales })
  await through('POST', '/queries', { status: 415, body: '<x/>', headers: { 'Content-Type': 'application/xml' }, bad: true })
  const queries = await through('GET', '/queries?perPage=1', { status: 200 })
  await through('GET', next(queries.reply), { status: 200 })
  await through('GET', '/queries?nextPageToken=x', { status: 400 })
  await through('GET', '/queries', { status: 406, headers: { Accept: 'application/xml' } })
  await through('GET', '/queries/all', { status: 200 })
  await through('GET', '/queries/none', { status: 404 })
  const page = await through('GET', '/queries/all/events?perPage=1', { status: 200 })
  await through('GET', next(page.reply), { status: 200 })
  await through('GET', '/queries/shipped/events', { status: 200, headers: { Accept: 'application/xml' } })
  await through('GET', '/queries/none/events', { status: 404 })
  await through('GET', '/queries/all/events?nextPageToken=x', { status: 400 })
  await through('GET', '/queries/all/events', { status: 406, headers: { Accept: 'text/csv' } })
  // subscriptions
  const subscriptions = '/queries/shipped/subscriptions'
  const webhook = more => JSON.stringify({ dest: 'https://partner.example.com/hook', secret: 'x', ...more })
  const streamed = await through('POST', subscriptions, { status: 201, body: webhook({ stream: true }), headers: { ...json, 'GS1-EPCIS-Version': '2.0.0', 'GS1-EPC-Format': 'Always_EPC_URN' } })
  await through('POST', subscriptions, { status: 201, body: webhook({ schedule: { hour: '1', minute: '5' }, reportIfEmpty: true, initialRecordTime: '2030-04-04T20:33:31.116-06:00' }), headers: json })
  await through('POST', subscriptions, { status: 400, body: webhook({ stream: true, schedule: { hour: '1' } }), headers: json, bad: true })
  await through('POST', subscriptions, { status: 400, body: webhook({ stream: true, dest: 'http://127.0.0.1/' }), headers: json })
  await through('POST', subscriptions, { status: 401, body: webhook({ stream: true }), headers: json, key: '' })
  await through('POST', subscriptions, { status: 403, body: webhook({ stream: true }), headers: json, key: server.keys.sales })
  await through('POST', subscriptions, { status: 415, body: 'x', headers: { 'Content-Type': 'text/csv' }, bad: true })
  await through('POST', '/queries/none/subscriptions', { status: 404, body: webhook({ stream: true }), headers: json })
  const subscribed = await through('GET', `${subscriptions}?perPage=1`, { status: 200 })
  await through('GET', next(subscribed.reply), { status: 200 })
  await through('GET', `${subscriptions}?nextPageToken=x`, { status: 400 })
  await through('GET', '/queries/none/subscriptions', { status: 404 })
  await through('GET', subscriptions, { status: 406, headers: { Accept: 'application/xml' } })
  const subscription = streamed.reply.headers.get('location').replace(/^http.*\/epcis\/v2/, '')
  await through('OPTIONS', subscription, { status: 204 })
  await through('GET', subscription, { status: 200 })
  await through('GET', subscription, { status: 401, key: '' })
  await through('DELETE', subscription, { status: 403, key: server.keys.sales })
  await through('DELETE', subscription, { status: 204 })
  await through('DELETE', subscription, { status: 404 })
  await through('GET', subscription, { status: 404 })
  const token = next(page.reply).match(/nextPageToken=([\w-]+)/)[1]
  await through('DELETE', `/nextPageToken/${token}`, { status: 204 })
  await through('DELETE', `/nextPageToken/${token}`, { status: 401, key: '' })
  await through('GET', next(page.reply), { status: 400 })
  await through('DELETE', '/queries/all', { status: 204 })
  await through('DELETE', '/queries/all', { status: 404 })
  await through('DELETE', '/queries/shipped', { status: 403, key: server.keys.sales })

  t.diagnostic(`${asked.length} requests, ${used.size} faults of the norm`)
  assert.deepEqual(left_out(), [])
  const idle = faults.filter(f => !used.has(f)).map(f => `${f.on} ${f.where}: ${f.why}`)
  assert.deepEqual([...new Set(findings)], [])
  assert.deepEqual(idle, [], 'faults of the norm that no longer are')
})
