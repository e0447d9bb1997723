// A grower's load from the weighbridge through the sizer onto a pallet, and what the grower is told; on the desktop and on the phone.
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const record = page => page.locator('.fact_form').getByRole('button', { name: 'Record', exact: true }).click()
const choose = async (page, field, text) => {
  await page.locator(`#f_${field}`).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click()
}
const told = async (page, kind, body) => (await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts: [{ kind, body }] }) })).body.results[0]

it('a load is weighed in, sorted, packed and settled', async () => {
  const { page, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/sorting')
  await settled(page)
  expect(await page.locator('.sentence').textContent()).toMatch(/sorted|wait/)

  // Weighed in by hand, with the wrong crates first.
  await page.getByRole('button', { name: 'Weigh a load in' }).click()
  await page.fill('#f_load', 'T-1')
  await page.fill('#f_grower', 'Test Orchard')
  await page.fill('#f_gross_mg', '1100')
  await page.fill('#f_tare_mg', '1200')
  await record(page)
  await page.getByText('weighs more than its crates').waitFor()
  await page.fill('#f_tare_mg', '100')
  await record(page)
  const row = page.locator('table[aria-label="Loads"] tr', { hasText: 'T-1' })
  await row.waitFor()
  expect(await row.textContent()).toContain('1,000 kg')

  // Nobody knows whether this orchard's fruit is ripe: it waits, until ten of its fruits were measured and a person has looked.
  await row.getByText('on hold').waitFor()
  expect((await told(page, 'sort_start', { load: 'T-1' })).code).toBe('load_on_hold')
  await page.goto('/sorting/maturity')
  await settled(page)
  expect(await page.locator('.sentence').textContent()).toMatch(/blocks may be harvested/)
  const gate = page.locator('table[aria-label="Loads of the last two weeks at the gate"] tr', { hasText: 'T-1' })
  await gate.getByText('not measured').waitFor()
  const measured = async (values, minutes_ago) => {
    await page.getByRole('button', { name: 'Tell a sample' }).first().click()
    await page.fill('#f_grower', 'Test Orchard')
    await page.fill('#f_load', 'T-1')
    await page.fill('#f_values', values)
    await page.fill('#f_fruits', '10')
    const when = new Date(`${await page.inputValue('#f_when')}Z`)   // forms tell whole minutes: of two samples of one minute neither is the later
    await page.fill('#f_when', new Date(when - 60_000 * minutes_ago).toISOString().slice(0, 16))
    await record(page)
  }
  await measured('brix=9.1, acid=0.9', 2)
  await gate.getByText('not yet').waitFor()
  await measured('brix=11.4, acid=0.8', 1)
  await gate.getByText('ripe', { exact: true }).waitFor()
  await page.goto('/sorting')
  await settled(page)

  // Another load is on the line, and the line says so; it is ended, and this one starts.
  await row.getByRole('button', { name: 'Start' }).click()
  await page.getByText(/Line L1 sorts load/).waitFor()
  await page.locator('table[aria-label="Loads"] tr', { hasText: 'on the line' }).getByRole('button', { name: 'Through' }).click()
  await page.locator('table[aria-label="Loads"] tr', { hasText: 'on the line' }).waitFor({ state: 'detached' })
  await row.getByRole('button', { name: 'Start' }).click()
  await row.getByText('on the line').waitFor()

  // The sizer's file is shown before it is kept; one with a load that never came is refused.
  const csv = load => `load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\n${load},3000,600000,75,1,1\n${load},1000,190000,71,10,5\n${load},900,150000,50,1,1\n`
  const file = text => ({ name: 'sizer.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('button', { name: 'Sizer file' }).click()
  await page.setInputFiles('input[type=file]', file(csv('T-9')))
  await page.getByRole('alert').getByText('There is no load T-9').waitFor()
  await page.setInputFiles('input[type=file]', file(csv('T-1')))
  await page.getByText('3 read; nothing is kept yet.').waitFor()
  await page.getByRole('button', { name: 'Keep them' }).click()
  await row.getByText('940 kg').waitFor()
  await row.getByRole('button', { name: 'Through' }).click()
  await row.getByText('through').waitFor()

  // Cartons onto a pallet from the load's page: no more than were counted.
  await page.goto('/sorting/loads/T-1')
  await settled(page)
  expect(await page.locator('.sentence').textContent()).toBe('Test Orchard: 1,000 kg received, 940 kg sorted, 0 g packed.')
  await page.getByRole('button', { name: 'Cartons onto a pallet' }).click()
  await page.fill('#f_pallet', '901')
  await choose(page, 'quality', 'Extra')
  await choose(page, 'size', '73–77')
  await page.fill('#f_cartons', '70')
  await record(page)
  await page.getByText('the sizer counted 600.0 kg').waitFor()
  await page.fill('#f_cartons', '60')
  await record(page)
  await page.locator('table[aria-label="Pallets"]').getByText('60 of 80').waitFor()

  // The pallet knows whose it is, is closed, and has a label and a trace to the load.
  await page.goto('/sorting/pallets/901')
  await settled(page)
  expect(await page.locator('table[aria-label="Loads on it"]').textContent()).toContain('Test Orchard')
  await page.getByRole('button', { name: 'Close' }).click()
  await page.waitForFunction(() => document.querySelector('.sentence')?.textContent.includes('closed'))
  expect((await told(page, 'cartons', { pallet: '901', load: 'T-1', quality: 'extra', size: '5', cartons: 1 })).code).toBe('pallet_closed')
  const label = await page.evaluate(async () => { const r = await fetch('/api/v1/sorting/pallets/901/label.pdf'); return [r.status, (await r.text()).slice(0, 5)] })
  expect(label).toEqual([200, '%PDF-'])
  // It leaves for a customer, once.
  expect((await told(page, 'party', { party: 'SHOP', name: 'Fruit Shop', country: 'CN' })).outcome).toBe('accepted')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.fill('#f_shipment', 'F-1')
  await page.fill('#f_party', 'SHOP')
  await record(page)
  await page.waitForFunction(() => document.querySelector('.sentence')?.textContent.includes('left for SHOP'))
  expect((await told(page, 'pallet_ship', { shipment: 'F-2', party: 'SHOP', pallets: ['901'] })).code).toBe('pallet_gone')
  const { sscc } = (await ask(page, '/sorting/pallets/901')).body
  expect(sscc).toMatch(/^4\d{17}$/)
  const up = (await ask(page, `/trace?id=${encodeURIComponent('https://id.gs1.org/00/' + sscc)}&direction=up`)).body
  expect(JSON.stringify(up.nodes)).toContain('/10/T-1')

  // What the grower is told, and the paper.
  await page.goto('/sorting/growers')
  await settled(page)
  await page.locator('table[aria-label="Growers"] tr', { hasText: 'Test Orchard' }).click()
  const lines = page.locator('table[aria-label="Out-turn by class and size, Test Orchard"]')
  await lines.waitFor()
  expect(await lines.textContent()).toContain('7,200.00 CNY')
  const paper = await page.getByRole('link', { name: 'Paper', exact: true }).getAttribute('href')
  const bytes = await page.evaluate(async at => { const r = await fetch(at); return [r.status, r.headers.get('content-type'), (await r.text()).slice(0, 5)] }, paper)
  expect(bytes).toEqual([200, 'application/pdf', '%PDF-'])

  // A wrong weight is mended on the load's page, and the settlement follows.
  await page.goto('/sorting/loads/T-1')
  await settled(page)
  await page.locator('table[aria-label="What was told"] tr', { hasText: 'Load weighed in' }).getByRole('button', { name: 'Mend' }).click()
  await page.locator('#f_tare_mg').waitFor()
  await page.fill('#f_tare_mg', '120')
  await page.fill('#f_why_reason', 'Weighed the crates again')
  await page.locator('.fact_form').getByRole('button', { name: 'Correct', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('.sentence')?.textContent.includes('980 kg received'))
  expect(complaints).toEqual([])
}, 180_000)

it('the line on a phone: nothing is wider than the screen, in both languages', async () => {
  const { page, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  for (const lang of ['en', 'zh']) {
    for (const at of ['/sorting', '/sorting/maturity', '/sorting/growers', '/sorting/loads/G-103', '/sorting/pallets/5']) {
      await page.goto(at)
      await settled(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${at} ${lang}`).toBeLessThanOrEqual(0)
    }
    await page.locator('button.lang').click()
    await page.waitForTimeout(300)
  }
  expect(complaints).toEqual([])
}, 120_000)
