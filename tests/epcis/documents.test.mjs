// What we give out, read by others: jsonld (contexts from the disk, never from the network) and xmllint with GS1's schema.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import jsonld from 'jsonld'
import { has_spec, read_shared, shared, spec, start_server } from './desk.mjs'

const has_xmllint = spawnSync('xmllint', ['--version']).status === 0
const skip_spec = has_spec ? false : 'shared/data/epcis/spec is not there'
const folder = mkdtempSync(join(tmpdir(), 'osetra-documents-'))
let server
before(async () => { if (has_spec) server = await start_server() }, { timeout: 60_000 })
after(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const files_below = path => readdirSync(path, { withFileTypes: true }).flatMap(e => e.isDirectory() ? files_below(join(path, e.name)) : [join(path, e.name)])
/// The worked chain, the query data set and GS1's own examples.
const documents = () => ['caviar/chain-a.jsonld', 'query/dataset.jsonld', ...files_below(join(shared, 'epcis/gs1/json')).filter(f => f.endsWith('.jsonld')).map(f => f.slice(join(shared, 'epcis').length + 1))].sort()

async function* pages(headers) {
  for (let path = '/events?perPage=100'; path;) {
    const reply = await server.ask(path, { headers })
    assert.equal(reply.status, 200)
    yield await reply.text()
    path = reply.headers.get('link')?.match(/<\/epcis\/v2(\/[^>]*)>/)?.[1]
  }
}

const context = has_spec ? JSON.parse(readFileSync(join(spec, 'epcis-context.jsonld'), 'utf8')) : null
const documentLoader = async url => {
  if (!/^https:\/\/(ref\.gs1\.org\/standards\/epcis\/(2\.0\.0\/)?|gs1\.github\.io\/EPCIS\/)epcis-context\.jsonld$/.test(url)) throw new Error(`nobody may fetch ${url}`)
  return { contextUrl: null, documentUrl: url, document: context }
}
/// Where jsonld and the event hash of CBV part, ours goes with the hash (docs/conformance.md).
const known = {
  'urn:uuid:020d2bbc-10b7-5f6d-a2b9-0af5ef4381dc': 'ex:packaging as a value: plain text for JSON-LD, a short name for the hash',
  'ni:///sha-256;e1f630b9c84c84020eb9bc73f082324a420f4472dd6c14edb1f1ab98ea279f24?ver=CBV2.0': 'the same',
  'ni:///sha-256;3992ce1915ac5a65dd74df93b54840816b05b6b4057300b30b4273557728dd8d?ver=CBV2.0': 'the prefix example stands for https://ns.example.com/epcis, which ends in no delimiter: no prefix for JSON-LD 1.1, one for the hash',
}
/// The event as RDF, names of blank nodes made canonical: two that mean the same are the same text.
const meaning = (event, outer) => jsonld.canonize({ '@context': [].concat(outer, event['@context'] ?? []), ...Object.fromEntries(Object.entries(event).filter(([k]) => k !== '@context' && k !== 'recordTime')) },
  { algorithm: 'URDNA2015', format: 'application/n-quads', documentLoader, safe: false })

test('jsonld expands every event, and it means what came in', { timeout: 120_000, skip: skip_spec }, async t => {
  const sent = new Map()
  let count = 0
  for (const name of documents()) {
    const text = read_shared(name)
    const job = await server.capture(text, 'application/ld+json', { 'GS1-Capture-Error-Behaviour': 'proceed' })
    const source = JSON.parse(text)
    const list = (source.epcisBody ?? {}).eventList ?? source.epcisBody?.queryResults?.resultsBody?.eventList ?? []
    for (const [i, result] of job['osetra:outcome'].results.entries()) if (result.outcome === 'accepted') {
      ++count
      sent.set(result.eventID + '\n' + (list[i].errorDeclaration?.declarationTime ?? ''), { event: { ...list[i], eventID: result.eventID }, outer: source['@context'], name })
    }
  }
  let seen = 0
  const differ = []
  for await (const text of pages({ 'GS1-EPC-Format': 'Never_Translates' })) {
    const page = JSON.parse(text)
    const whole = await jsonld.expand(page, { documentLoader })
    assert.equal(whole.length, 1)
    for (const event of page.epcisBody.queryResults.resultsBody.eventList) {
      ++seen
      const [expanded] = await jsonld.expand({ '@context': page['@context'], ...event }, { documentLoader })
      for (const name of Object.keys(expanded)) assert.match(name, /^@|:/, 'a field without a full name')
      const from = sent.get(event.eventID + '\n' + (event.errorDeclaration?.declarationTime ?? ''))
      if (!from) continue
      if (await meaning(event, page['@context']) !== await meaning(from.event, from.outer)) differ.push(event.eventID)
    }
  }
  t.diagnostic(`${seen} events expanded, ${count} were captured, ${differ.length} mean something else`)
  assert.equal(seen, count)
  assert.deepEqual(differ.sort(), Object.keys(known).sort())
})

const valid = (name, text, schema) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  const lint = spawnSync('xmllint', ['--nonet', '--noout', '--schema', join(spec, 'XSD', schema), file])
  assert.equal(lint.status, 0, lint.stderr.toString().slice(0, 2000) + '\n' + text.slice(0, 500))
}

test('xmllint takes our XML: events, captures, refusals', { timeout: 120_000, skip: skip_spec || (has_xmllint ? false : 'xmllint is not installed') }, async t => {
  let n = 0
  for (const [words, names] of [['Always_Web_URI', 'Always_GS1_Digital_Link'], ['Always_URN', 'Always_EPC_URN'], ['Never_Translates', 'Never_Translates']])
    for await (const text of pages({ Accept: 'application/xml', 'GS1-CBV-XML-Format': words, 'GS1-EPC-Format': names })) valid(`events-${++n}.xml`, text, 'EPCglobal-epcis-query-2_0.xsd')
  const { capture } = server
  const good = await capture(read_shared('gs1/xml/Example_9.6.1-ObjectEvent-2020_06_18a.xml'), 'application/xml')
  const chain = JSON.parse(read_shared('caviar/chain-a.jsonld'))
  chain.epcisBody.eventList = [{ ...chain.epcisBody.eventList[0], eventID: 'urn:uuid:a', eventTime: 'yesterday' }]
  const bad = await capture(JSON.stringify(chain))
  for (const job of [good, bad]) {
    const reply = await server.ask(`/capture/${job.captureID}`, { headers: { Accept: 'application/xml' } })
    valid(`job-${++n}.xml`, await reply.text(), 'EPCglobal-epcis-2_0.xsd')
  }
  for (const path of ['/events/none', '/events?EQ_nonsense=1', '/queries/none/events', '/events?maxEventCount=1']) {
    const reply = await server.ask(path, { headers: { Accept: 'application/xml' } })
    assert.equal(reply.headers.get('content-type'), 'application/problem+xml')
    valid(`problem-${++n}.xml`, await reply.text(), 'EPCglobal-epcis-2_0.xsd')
  }
  t.diagnostic(`${n} documents`)
})
