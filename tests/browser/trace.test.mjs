// The chain in the browser: a tin is traced to its fish, pool, feed and parents, the lineage walked, a document captured, a query kept, a label's code opened by a stranger.
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser, tin
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => { await browser?.close(); await server?.stop() })

/// Asks the standard's interface with the page's own session.
const epcis = (page, path, options = {}) => page.evaluate(async ([path, options]) => {
  const reply = await fetch('/epcis/v2' + path, { ...options, headers: { 'X-Osetra': '1', ...options.headers } })
  return { status: reply.status, body: await reply.json().catch(() => null), location: reply.headers.get('Location') }
}, [path, options])

/// A tin of the simulated company, by its link.
async function some_tin(page) {
  if (tin) return tin
  const { body } = await epcis(page, '/events?EQ_bizStep=commissioning&eventType=TransformationEvent&perPage=100')
  const events = body.epcisBody.queryResults.resultsBody.eventList
  tin = events.flatMap(e => e.outputEPCList ?? []).find(x => x.includes('/21/'))
  expect(tin).toBeTruthy()
  return tin
}
const trace = (page, id, direction = 'up') => ask(page, `/trace?id=${encodeURIComponent(id)}&direction=${direction}`)
const nodes_of = (answer, kind) => answer.body.nodes.filter(n => n.kind === kind)

it('a tin is found by its code and traced to fish, pool, feed and parents', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const id = await some_tin(page)
  const told = await trace(page, id)
  expect(told.status).toBe(200)
  await page.goto('/trace')
  await settled(page)
  await page.getByLabel('Code, serial, lot or tag').fill(id)
  await page.keyboard.press('Enter')
  await page.locator('.lineage .step_start').waitFor()
  const fish = nodes_of(told, 'fish')[0]
  expect(await page.locator('.sentence').innerText()).toContain(fish.id.slice(-15))
  for (const kind of ['fish', 'feed', 'parent']) expect(`${kind} ${await page.locator(`.step_${kind}`).count()}`).not.toBe(`${kind} 0`)
  await page.getByRole('button', { name: 'All of it' }).click()
  await page.waitForTimeout(300)
  await page.locator('.step_fish').first().focus()
  await page.locator('.step_fish').first().press('Enter')
  await page.locator('.lineage_side .lp_events li').first().waitFor()
  const pool = page.locator('.lineage_side a[href^="/pools/"]').first()
  await pool.waitFor()
  await page.locator('.lineage_side').getByText('Fish card').click()
  await page.waitForURL(/\/fish\/\d{15}/)
  await page.getByRole('heading', { name: 'What it gave' }).waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

it('the lineage is walked by keys, unfolded, searched and gone on', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const id = await some_tin(page)
  const fish = nodes_of(await trace(page, id), 'fish')[0]
  await page.goto(`/trace?id=${encodeURIComponent(fish.id)}&direction=down`)
  await page.locator('.step_start').waitFor()
  const tins = nodes_of(await trace(page, fish.id, 'down'), 'tin').length
  expect(await page.locator('.sentence').innerText()).toContain('tin')
  await page.locator('.step_start').focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => document.querySelector('.step_chosen') && !document.querySelector('.step_chosen').classList.contains('step_start'))
  if (tins > 5) {
    const many = page.locator('.step_tin.step_many').first()
    await many.focus()
    await many.press('Enter')
    const before = await page.locator('.step_tin').count()
    await page.locator('.lp_members button').first().click()
    await page.waitForFunction(n => document.querySelectorAll('.step_tin').length > n, before)
  }
  const named = nodes_of(await trace(page, fish.id, 'down'), 'tin').at(-1).name
  await page.getByLabel('Find in this lineage').fill(named)
  await page.locator('.step_hit').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.lineage_side .lp_name', { hasText: named }).waitFor()
  await page.locator('.step_start').focus()
  await page.locator('.step_start').press('Enter')
  await page.locator('.lineage_side').getByRole('button', { name: 'A step earlier' }).click()
  await page.locator('.step_parent').first().waitFor()
  await page.getByRole('button', { name: 'Kinds' }).click()
  await page.getByRole('checkbox', { name: 'Parent' }).uncheck()
  await page.locator('.step_parent').first().waitFor({ state: 'detached' })
  expect(new URL(page.url()).searchParams.get('hide')).toBe('parent')
  expect(complaints).toEqual([])
  await context.close()
})

it('on a phone the steps are a list, and a step opens from below', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  await page.goto(`/trace?id=${encodeURIComponent(await some_tin(page))}`)
  await page.locator('.leg_start').waitFor()
  expect(await page.locator('.lineage').count()).toBe(0)
  expect(await page.locator('.leg').count()).toBeGreaterThan(4)
  await page.locator('.leg', { hasText: 'Fish' }).first().click()
  await page.locator('.ant-drawer .lp_name').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(complaints).toEqual([])
  await context.close()
})

const event = (serial, more = {}) => ({ type: 'ObjectEvent', eventTime: '2026-05-21T08:00:00.000+02:00', eventTimeZoneOffset: '+02:00', action: 'OBSERVE', bizStep: 'storing', disposition: 'sellable_not_accessible',
  epcList: [`https://id.gs1.org/01/04012345000009/21/${serial}`], readPoint: { id: 'https://id.gs1.org/414/4012345000054' }, ...more })
const document = events => ({ '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0', creationDate: '2026-05-21T08:00:00Z', epcisBody: { eventList: events } })
const file = events => ({ name: 'partner.jsonld', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document(events))) })

it('a document with one bad event shows what became of each', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/capture')
  await settled(page)
  const bad = event('B')
  delete bad.eventTime
  const three = [event('A'), bad, event('C')]
  await page.setInputFiles('#capture_file', file(three))
  await page.locator('.capture_events li').nth(2).waitFor()
  expect(await page.locator('.capture_events li b').allInnerTexts()).toEqual(['Event 1: good, but not kept', 'Event 2: refused', 'Event 3: good, but not kept'])
  await page.getByText('Keep the good ones').first().click()
  await page.setInputFiles('#capture_file', file(three))
  await page.locator('.capture_events .captured_accepted').nth(1).waitFor()
  expect(await page.locator('.capture_result .sentence').innerText()).toContain('1 of 3 events refused')
  expect(await page.locator('.captured_refused p').innerText()).toContain('eventTime')
  await page.setInputFiles('#capture_file', file([event('A'), event('C')]))
  await page.locator('.capture_events .captured_duplicate').nth(1).waitFor()
  await page.locator('.capture_events a').first().click()
  await page.locator('.event_card .lp_name', { hasText: 'Stored' }).waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

it('events are filtered by any parameter, read in three ways, and a filter is kept as a query', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/events')
  await settled(page)
  await page.locator('table tbody tr').first().waitFor()
  await page.getByRole('button', { name: 'All parameters' }).click()
  await page.getByRole('combobox', { name: 'Parameter' }).fill('EQ_bizStep')
  await page.locator('.param_row').getByLabel('Value').fill('commissioning')
  await page.locator('.param_rows').getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/q=EQ_bizStep/)
  await page.waitForFunction(() => [...document.querySelectorAll('table tbody tr:not(.gap) td:nth-child(2)')].every(td => td.innerText.startsWith('Commissioned')))
  await page.locator('table tbody tr').first().click()
  await page.locator('.event_card .lp_name').waitFor()
  await page.locator('.event_card').getByText('JSON-LD').click()
  expect(JSON.parse(await page.locator('.raw pre').innerText()).bizStep).toContain('commissioning')
  await page.locator('.event_card').getByText('XML', { exact: true }).click()
  await page.locator('.raw pre', { hasText: '<bizStep>' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.fill('#query_name', 'made here')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('made here is saved').waitFor()
  await page.goto('/events?tab=saved')
  await page.locator('.tasks li', { hasText: 'made here' }).getByRole('button', { name: 'Run' }).click()
  await page.getByText('The saved query made here').waitFor()
  await page.locator('table tbody tr').first().waitFor()
  await page.goto('/events?tab=saved')
  await page.locator('.tasks li', { hasText: 'made here' }).getByRole('button', { name: 'Delete' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No saved queries').waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

it('a stranger with a phone opens the code of a tin, and of one that nobody issued', async () => {
  const signed_in = await open_page(browser, server)
  await sign_in(signed_in.page, server, 'owner')
  const link = (await some_tin(signed_in.page)).replace('https://id.gs1.org', '/id')
  const shown = (await ask(signed_in.page, '/publish')).body
  await signed_in.context.close()
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await page.goto(link)
  await page.getByText('Genuine').waitFor()
  await page.locator('.link_simulated').waitFor()
  const text = await page.locator('main').innerText()
  expect(shown.species && shown.farm && shown.harvest && shown.label).toBe(true)
  for (const word of ['Raised', 'Harvested', 'CITES']) expect(text.toLowerCase()).toContain(word.toLowerCase())
  expect(text).not.toMatch(/NaN|undefined|\[object/)
  expect(shown.pool).toBe(false)
  expect(text).not.toMatch(/\bin [A-Z]{2}-\d/)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.getByRole('button', { name: '切换到中文' }).click()
  await page.getByText('正品').waitFor()
  await page.getByRole('button', { name: 'Switch to English' }).click()
  await page.goto(link + 'XX')
  await page.getByText('We did not issue this tin.').waitFor()
  expect((await page.evaluate(() => fetch(location.pathname, { headers: { Accept: 'application/json' } }).then(r => r.status)))).toBe(404)
  expect(complaints.filter(c => !/404/.test(c))).toEqual([])
  await context.close()
})
