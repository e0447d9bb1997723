// Held, tested, released, certified: and what is on hold does not leave.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask, open_page, password, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const tell = async (page, kind, body) => (await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts: [{ kind, body }] }) })).body.results[0]
const record = page => page.locator('.fact_form, .ant-drawer').getByRole('button', { name: 'Record', exact: true }).click()
const choose = async (page, field, text) => {
  await page.locator(`#f_${field}`).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click()
}
const shots = process.env.QUALITY_SHOTS
const shot = async (page, name) => { if (shots) { mkdirSync(shots, { recursive: true }); await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) } }

it('hold, result, release and certificate; shipping refused while on hold', async () => {
  const { page, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/quality')
  await settled(page)
  expect(await page.locator('.sentence').textContent()).toMatch(/on hold|may go/)
  await shot(page, 'quality-desktop')

  // A lot whose tins are all here and nobody has anything against; two of them are packed.
  const lots = (await ask(page, '/quality/lots')).body.lots.filter(l => !l.holds.length && !l.shipments && l.tins?.length > 1 && !l.awaited)
  let lot, packed
  for (const l of lots) {
    packed = await tell(page, 'case', { container: '99001', tins: l.tins.slice(0, 2) })
    if (packed.outcome === 'accepted') { lot = l.lot; break }
  }
  expect(packed.outcome).toBe('accepted')

  // Held by hand in the lot's page; the shipment is refused by the hold's name.
  await page.goto(`/quality/lots/${lot}`)
  await settled(page)
  await page.getByRole('button', { name: 'Put on hold' }).click()
  await choose(page, 'reason', 'Papers missing')
  await record(page)
  const held = page.locator('table[aria-label="On hold"]')
  await held.waitFor()
  const hold = (await held.locator('a').first().textContent()).trim()
  expect(hold).toMatch(/^H\d\d-\d{5}$/)
  const refused = await tell(page, 'ship', { shipment: 'SH-Q1', party: 'LOTUS', containers: ['99001'] })
  expect([refused.outcome, refused.refusal?.code ?? refused.code]).toEqual(['refused', 'shipment_on_hold'])
  expect(JSON.stringify(refused)).toContain(hold)

  // Decided with a reason; the name stands under it.
  await page.goto(`/quality/holds/${hold}`)
  await settled(page)
  await shot(page, 'hold-desktop')
  await page.getByRole('button', { name: 'Decide' }).click()
  await page.fill('#f_reason', 'The health certificate came')
  await record(page)
  await page.getByText('The health certificate came').waitFor()
  await page.getByText(server.logins.owner).first().waitFor()

  // A sample goes to the laboratory; while it is there no certificate may be issued.
  await page.goto(`/quality/lots/${lot}`)
  await settled(page)
  await page.getByRole('button', { name: 'Take a sample' }).click()
  await page.fill('#f_laboratory', 'East Lab')
  await record(page)
  await page.getByText('Results of lot').first().waitFor()
  const sample = (await ask(page, `/quality/lots/${lot}`)).body.samples.find(s => s.missing).sample

  // Its sheet comes back with one finding.
  const unit = (analyte, values, of) => values.map(v => `${sample},${analyte},${v},${of}`).join('\n')
  const sheet = ['sample,analyte,value,unit', unit('listeria_25g', ['absent', 'absent', 'present', 'absent', 'absent'], 'in_25g'), unit('salmonella_25g', Array(5).fill('absent'), 'in_25g'),
    unit('plate_count', [120, 90, 400, 50, 200], 'cfu/g'), unit('coliforms', Array(5).fill('<10'), 'cfu/g'), unit('salt', [3.4], 'g/100g')].join('\n')
  await page.goto('/quality')
  await settled(page)
  await page.getByRole('button', { name: 'Results from a sheet' }).click()
  await page.setInputFiles('input[type=file]', { name: 'sheet.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet.replace('listeria', 'hysteria')) })
  await page.getByRole('alert').getByText('hysteria').waitFor()
  await page.setInputFiles('input[type=file]', { name: 'sheet.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) })
  await page.getByText('5 results read').waitFor()
  await page.getByRole('button', { name: 'Keep them' }).click()
  await page.getByText(`TEST-${sample}`).first().waitFor()

  // For the markets whose limit was broken it is on hold, for others not.
  const american = await tell(page, 'ship', { shipment: 'SH-Q2', party: 'HUDSON', containers: ['99001'] })
  expect(JSON.stringify(american)).toContain('shipment_on_hold')
  expect(JSON.stringify(american)).toContain(`TEST-${sample}`)

  // Who decided cannot be the second person; another one can.
  await page.goto(`/quality/holds/TEST-${sample}`)
  await settled(page)
  await page.getByRole('button', { name: 'Decide' }).click()
  await page.fill('#f_reason', 'The laboratory mixed up two plates')
  await page.locator('#f_against_result').click()
  await record(page)
  await page.getByRole('button', { name: 'Agree as second person' }).waitFor()
  expect(JSON.stringify(await tell(page, 'hold_agreement', { hold: `TEST-${sample}` }))).toContain('second_is_the_same')
  const other = await open_page(browser, server, 'phone')
  await other.page.goto('/')
  await other.page.fill('#sign_name', 'ye.qin')
  await other.page.fill('#sign_password', password)
  await other.page.click('button[type=submit]')
  await other.page.waitForSelector('.page_head .sentence')
  await other.page.goto(`/quality/holds/TEST-${sample}`)
  await settled(other.page)
  await shot(other.page, 'hold-phone')
  await other.page.getByRole('button', { name: 'Agree as second person' }).click()
  await record(other.page)
  await other.page.locator('.facts').getByText('released', { exact: true }).waitFor()
  for (const [name, path] of [['quality', '/quality'], ['lot', `/quality/lots/${lot}`], ['inputs', '/quality/inputs'], ['ripe', '/quality/ripe']]) {
    await other.page.goto(path)
    await settled(other.page)
    await shot(other.page, `${name}-phone`)
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }

  // The certificate, as a PDF; the shipment leaves.
  await page.goto(`/quality/lots/${lot}`)
  await settled(page)
  await shot(page, 'lot-desktop')
  await page.getByRole('button', { name: 'Issue CN' }).click()
  const link = page.locator('a[href$="paper.pdf"]').first()
  await link.waitFor()
  const pdf = await page.evaluate(href => fetch(href, { headers: { 'X-Osetra': '1' } }).then(async r => [r.status, r.headers.get('content-type'), (await r.arrayBuffer()).byteLength]), await link.getAttribute('href'))
  expect(pdf.slice(0, 2)).toEqual([200, 'application/pdf'])
  expect(pdf[2]).toBeGreaterThan(3_000)

  // Whoever scans the code on it, without an account, is told whether it holds: genuine, a code that was altered, replaced, taken back.
  const issued = async () => (await ask(page, '/quality/certificates')).body.certificates[0]
  const first = await issued()
  const { link: behind } = (await ask(page, `/quality/certificates/${first.certificate}`)).body
  expect(behind).toMatch(/^\/coa\/\d+\.[0-9a-f-]{36}\.[0-9a-f]{32}$/)
  const stranger = await open_page(browser, server, 'phone')
  const told_there = async at => {
    await stranger.page.goto(at)
    await stranger.page.locator('.coa_verdict').waitFor()
    expect(await stranger.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    return stranger.page.locator('main').textContent()
  }
  expect(await told_there(behind)).toContain('Genuine, unchanged, and still holds.')
  await shot(stranger.page, 'coa-phone')
  expect(await stranger.page.locator('main').textContent()).toContain(first.content_sha256)
  expect(await stranger.page.locator('table').textContent()).toContain(lot)
  expect(await told_there(behind.slice(0, -1) + (behind.endsWith('0') ? '1' : '0'))).toContain('Not known.')
  await page.reload()
  await settled(page)
  await page.getByRole('button', { name: 'Issue CN' }).click()
  await expect.poll(async () => (await issued()).certificate, { timeout: 20_000 }).not.toBe(first.certificate)
  const second = await issued()
  expect(await told_there(behind)).toContain(`Replaced by ${second.certificate}.`)
  const withdrawn = await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts: [{ kind: 'analysis_certificate', act: 'withdraw', corrects: first.fact, reason: 'Wrong buyer' }] }) })
  expect(withdrawn.body.results[0].outcome).toBe('accepted')
  expect(await told_there(behind)).toContain('Withdrawn.')
  await shot(stranger.page, 'coa-withdrawn-phone')
  expect(stranger.complaints).toEqual([])
  expect((await tell(page, 'ship', { shipment: 'SH-Q3', party: 'LOTUS', containers: ['99001'] })).outcome).toBe('accepted')

  for (const [name, path] of [['inputs', '/quality/inputs'], ['ripe', '/quality/ripe']]) {
    await page.goto(path)
    await settled(page)
    await shot(page, `${name}-desktop`)
  }
  if (shots) {
    await page.evaluate(() => localStorage.setItem('language', JSON.stringify('zh')))
    for (const [name, path] of [['quality', '/quality'], ['lot', `/quality/lots/${lot}`], ['inputs', '/quality/inputs']]) {
      await page.goto(path)
      await settled(page)
      await shot(page, `${name}-zh`)
    }
  }
  expect([...complaints, ...other.complaints]).toEqual([])
}, 240_000)
