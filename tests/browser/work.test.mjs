// A day's work: the round with and without a signal, a death and its mending, a spreadsheet.
import { ask, offline, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => { await browser?.close(); await server?.stop() })

const choose = async (page, field, text) => {
  await page.locator(`#f_${field}`).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click()
}
const told = async (page, pool, kind) => (await ask(page, `/facts?subject=pool:${pool}&kind=${kind}&limit=5`)).body.facts

it('a death is told, corrected and withdrawn where it is shown', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const pools = (await ask(page, '/pools')).body.pools
  const pool = pools.filter(p => p.tagged === 0 && p.cohorts.length > 0).sort((a, b) => b.heads.value / b.cohorts.length - a.heads.value / a.cohorts.length)[0]   // fry, whose cohorts are many
  const book = async () => (await ask(page, `/pools/${pool.pool}`)).body.book
  const before = await book()
  await page.goto(`/pools/${pool.pool}`)
  await settled(page)
  await page.locator('.page_acts').getByRole('button', { name: 'Deaths' }).click()
  await page.locator('.fact_form').getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText('Fill this in.').first().waitFor()                          // nothing is sent half filled in
  expect(await book()).toBe(before)
  await choose(page, 'cohort', pool.cohorts[0])
  await page.fill('#f_heads', '3')
  await choose(page, 'cause', 'Handling')
  await page.locator('.fact_form').getByRole('button', { name: 'Record', exact: true }).click()
  await page.locator('.fact_form').waitFor({ state: 'hidden' })
  const line = page.locator('.fact_line', { hasText: 'died' }).first()
  await line.getByText(`3 ${pool.cohorts[0]} in ${pool.pool} died`).waitFor()
  expect(await book()).toBe(before - 3)

  await line.getByRole('button', { name: 'Correct' }).click()
  await page.fill('#f_heads', '2')
  await page.locator('.fact_form').getByRole('button', { name: 'Correct' }).click()
  await page.getByText('Fill this in.').first().waitFor()                          // a correction needs a reason
  await page.fill('#f_why_reason', 'one was only weak')
  await page.locator('.fact_form').getByRole('button', { name: 'Correct' }).click()
  await page.locator('.fact_form').waitFor({ state: 'hidden' })
  await page.getByText('Because: one was only weak').first().waitFor()
  expect(await book()).toBe(before - 2)

  const corrected = page.locator('.fact_line', { hasText: 'one was only weak' }).first()
  await corrected.getByRole('button', { name: 'Versions' }).click()
  await page.locator('.versions li').nth(1).waitFor()
  expect(await page.locator('.versions li').count()).toBe(2)
  await page.keyboard.press('Escape')
  await corrected.getByRole('button', { name: 'Withdraw' }).click()
  await page.fill('#withdraw_reason', 'wrong pool')
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await page.getByText(/Withdrawn by .*: wrong pool/).first().waitFor()
  expect(await book()).toBe(before)
  expect(complaints).toEqual([])
  await context.close()
})

it('what one person tells is on the screens of the others at once', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const pool = (await ask(page, '/pools')).body.pools.find(p => p.heads.value > 50)
  await page.goto(`/pools/${pool.pool}`)
  await settled(page)
  const other = await open_page(browser, server)
  await sign_in(other.page, server, 'breeder')
  const facts = [{ kind: 'round', body: { pool: pool.pool, deaths: 0, note: 'gate mended' } }]
  expect((await ask(other.page, '/facts', { method: 'POST', body: JSON.stringify({ facts }) })).body.results[0].outcome).toBe('accepted')
  await page.locator('.fact_line', { hasText: server.logins.breeder }).first().waitFor({ timeout: 10_000 })
  expect(complaints).toEqual([])
  await other.context.close()
  await context.close()
})

for (const size of ['phone', 'desktop'])
  it(`a pool of the round takes a few taps (${size})`, async () => {
    const { page, context, complaints } = await open_page(browser, server, size)
    await sign_in(page, server, 'owner')
    await page.goto('/round')
    await page.locator('.entry h2').waitFor()
    const pool = (await page.locator('.entry h2').innerText()).split(' · ')[0]
    const started = Date.now()
    await page.getByRole('button', { name: 'None' }).click()
    await page.getByRole('button', { name: 'As planned' }).or(page.getByRole('button', { name: 'Not fed' })).first().click()
    await page.getByLabel('°C', { exact: true }).fill('14.5')
    await page.getByLabel('mg/L O₂', { exact: true }).fill('8.2')
    await page.locator('#round_save').click()
    await page.waitForFunction(was => !document.querySelector('.entry h2').innerText.startsWith(was), pool)   // the next one
    expect(Date.now() - started).toBeLessThan(60_000)
    await expect.poll(async () => (await told(page, pool, 'round'))[0]?.body).toMatchObject({ pool, deaths: 0, temperature_mc: 14_500, oxygen_ug_l: 8_200 })
    expect(complaints).toEqual([])
    await context.close()
  })

it('a round without a signal is kept, survives a reload and is sent when the signal is back', async () => {
  const { page, context } = await open_page(browser, server, 'phone', offline)
  await sign_in(page, server, 'worker')
  const me = (await ask(page, '/session')).body
  await expect.poll(() => page.evaluate(async () => !!navigator.serviceWorker.controller && (await (await caches.open('answers')).keys()).some(r => r.url.includes('/round?day='))), { timeout: 20_000 }).toBe(true)   // the service worker has what a round needs
  await context.setOffline(true)
  await page.locator('.bottom').getByText('Round').click()
  await page.locator('.entry h2').waitFor()
  const pool = (await page.locator('.entry h2').innerText()).split(' · ')[0]
  await page.getByRole('button', { name: 'One more' }).click()
  await page.locator('#round_save').click()
  await page.getByText('Say what they died of.').waitFor()
  await page.locator('.chips button').first().click()
  if (await page.locator('.chips').count() > 1) await page.locator('.chips').nth(1).locator('button').first().click()
  await page.getByLabel('°C', { exact: true }).fill('13,1')
  await page.locator('#round_save').click()
  await page.locator('.signal', { hasText: '1 to send' }).waitFor()
  await page.reload()                                                               // an empty battery
  await page.locator('.signal', { hasText: '1 to send' }).waitFor()
  await page.getByText('No signal').first().waitFor()
  await context.setOffline(false)
  await page.locator('.signal').waitFor({ state: 'hidden' })
  await expect.poll(async () => (await told(page, pool, 'round'))[0]).toMatchObject({ author: me.person, body: { pool, deaths: 1, temperature_mc: 13_100 } })
  await context.close()
})

it('a spreadsheet with Chinese headings is tried, mended, taken, and the second time changes nothing', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const pools = (await ask(page, '/pools')).body.pools.filter(p => p.heads.value > 50).slice(0, 2).map(p => p.pool)
  const day = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10)
  const rows = [['日期', '池号', '投喂量（斤）', '备用'], [day, pools[0], '24', '7'], [day, pools[1], '30.5', '8']]
  const file = { name: '投喂记录.csv', mimeType: 'text/csv', buffer: Buffer.from('\uFEFF' + rows.map(r => r.join(',')).join('\r\n') + '\r\n') }
  const head = async () => (await ask(page, '/facts?limit=1')).body.facts[0].seq
  const before = await head()
  await page.goto('/import')
  await settled(page)
  await page.setInputFiles('#import_files', file)
  await page.getByText('It would make 2 facts.').waitFor()
  expect(await head()).toBe(before)                                                 // only tried
  await page.getByRole('button', { name: '3 columns used' }).click()
  await page.getByLabel('Meaning of 备用').click()                                   // the guess is shown and can be changed
  await page.keyboard.type('Note')
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'Note' }).first().click()
  await page.getByRole('button', { name: 'Try with these columns' }).click()
  await page.getByRole('button', { name: 'Take 2 facts' }).click()
  await page.getByText('Taken: 2 facts.').waitFor()
  expect(await head()).toBe(before + 2)
  const [fed] = await told(page, pools[0], 'feed')
  expect(fed.body.feed_mg).toBe(12_000_000)                                         // 24 jin
  await page.reload()
  await settled(page)
  await page.getByText('投喂记录.csv').waitFor()
  await page.setInputFiles('#import_files', file)
  await page.getByText('This file was taken before. Nothing happens.').waitFor()
  expect(await page.getByRole('button', { name: /^Take/ }).count()).toBe(0)
  expect(await head()).toBe(before + 2)

  const bad = { ...file, name: 'bad.csv', buffer: Buffer.from(`日期,池号,投喂量（斤）\n${day},NOWHERE,24\n`) }
  await page.setInputFiles('#import_files', bad)
  await page.getByText('1 row stops it').waitFor()
  expect(await page.locator('.import_file', { hasText: 'bad.csv' }).locator('.problems').innerText()).toContain('B2')
  expect(complaints).toEqual([])
  await context.close()
})

it('the owner adds a person, who can sign in and nothing more', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/people')
  await settled(page)
  await page.getByRole('button', { name: 'New person' }).click()
  await page.fill('#p_login', 'new.hand')
  await page.fill('#p_name', '新手 New Hand')
  await page.fill('#p_password', 'a pool is a pool')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'new.hand' }).waitFor()
  await page.getByRole('button', { name: /Signed in as/ }).click()
  await page.getByText('Sign out').click()
  await page.fill('#sign_name', 'new.hand')
  await page.fill('#sign_password', 'not this one')
  await page.click('button[type=submit]')
  await page.getByText('do not belong together').waitFor()
  await page.fill('#sign_password', 'a pool is a pool')
  await page.click('button[type=submit]')
  await page.locator('.page_head .sentence').waitFor()
  expect((await ask(page, '/session')).body.may).toEqual(['view', 'record'])
  expect(complaints).toEqual([])
  await context.close()
})

it('long work shows how far it is and what it found', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/jobs')
  await settled(page)
  await page.getByRole('button', { name: 'Check the journal' }).click()
  await page.getByText(/Done: [\d,]+ facts agree/).waitFor({ timeout: 40_000 })
  expect(complaints).toEqual([])
  await context.close()
})
