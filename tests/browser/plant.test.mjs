// One fish from the ripe list to closed tins with a scanner and a scale that type, labelled, graded, held, released and traced, on a desktop and on a phone; then an hour without a signal.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ask, offline, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

/// With its check digit.
const sscc = digits => digits + (10 - [...digits].reduce((n, d, i) => n + Number(d) * (i % 2 === 0 ? 3 : 1), 0) % 10) % 10

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/// A keyboard wedge: types whatever it reads, wherever the page stands, and presses Enter.
const wedge = async (page, text) => {
  await page.keyboard.type(text, { delay: 1 })
  await page.keyboard.press('Enter')
}
const set_up = async (page, steps) => {
  await page.goto('/plant/station')
  await page.getByRole('heading', { name: 'This station' }).waitFor()
  for (const name of steps) await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.locator('.station_next').waitFor()
}
const said = (page, text) => page.locator('.station_said', { hasText: text }).first().waitFor()

for (const size of ['desktop', 'phone']) {
  it(`one fish from the ripe list to its trace: tins by scans alone, label, grade, hold, release (${size})`, async () => {
    const { page, context, complaints } = await open_page(browser, server, size)
    await sign_in(page, server, 'plant')

    // The ripe list becomes an order, and the fish comes out of its pool.
    await page.goto('/plant/orders')
    await settled(page)
    const table = page.locator('table[aria-label="Ripe females"]')
    await table.getByRole('checkbox').first().waitFor()
    const tag = await table.getByRole('checkbox').first().getAttribute('aria-label')
    await table.getByRole('checkbox').first().check()
    const farm_day = days => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel('Purge from').fill(farm_day(-8))
    await page.getByLabel('Day of harvest').fill(farm_day(0))
    await page.getByRole('button', { name: /Order for harvest/ }).click()
    const order = page.locator('.order_fish', { hasText: tag })
    await order.getByRole('button', { name: 'Take from the pool' }).click()
    await order.getByRole('textbox').fill('11.2')
    await order.getByRole('button', { name: 'Record' }).click()
    await order.getByText('Harvested').waitFor()

    // Nothing but the scanner and the scale from here on.
    await set_up(page, ['Check the fish', 'Stun', 'Bleed', 'Wash', 'Take the ovary', 'Rub', 'Clean and weigh the roe', 'Salt', 'Fill tins'])
    const targets = await page.locator('.station button:visible').evaluateAll(all => all.map(b => { const r = b.getBoundingClientRect(); return Math.min(r.width, r.height) }))
    expect(Math.min(...targets)).toBeGreaterThanOrEqual(56)
    for (const step of ['Check the fish', 'Stun', 'Bleed', 'Wash']) { await wedge(page, tag); await said(page, `${step}: done`) }
    await wedge(page, tag)
    await page.getByText('Weigh: ovary').waitFor()
    await wedge(page, '1600.0')
    await said(page, 'Take the ovary: done')
    await wedge(page, tag)
    await said(page, 'Rub: done')
    await page.getByRole('timer').waitFor()
    await wedge(page, tag)
    await wedge(page, 'S S   1700.0 g')                    // more roe than ovary
    await page.getByRole('alert').filter({ hasText: 'More than came in' }).waitFor()
    await wedge(page, 'S S   1360.5 g')
    await page.getByText('Weigh: waste').waitFor()
    await wedge(page, '210.0 g')
    await said(page, 'Clean and weigh the roe: done')
    await page.getByText('Weigh: salt').waitFor()
    await wedge(page, '49.0')
    await page.getByText('Weigh: what ran off').waitFor()
    await wedge(page, '4.0')
    await said(page, 'Salt: done')
    const lots = (await ask(page, '/plant/line')).body.fish
    const lot = lots.find(f => f.fish === tag).lot
    for (const [n, net] of [['1', '1000.0'], ['2', '250.0']]) {
      await page.getByText('Scan a tin').waitFor()
      await wedge(page, `${size}-${n}`)
      await page.getByText('Weigh: tin').waitFor()
      await wedge(page, net)
      await said(page, 'Fill tins: done')
    }
    let story
    for (let i = 0; i < 100 && (story?.tins_closed.length ?? 0) < 2; ++i) story = (await ask(page, `/plant/lots/${lot}`)).body   // the screen is ahead of what was sent
    expect(story.tins_closed.map(t => t.net_mg)).toEqual([1_000_000, 250_000])
    expect(story.of[0].weights).toMatchObject({ ovary_mg: 1_600_000, roe_mg: 1_360_500, waste_mg: 210_000, salt_mg: 49_000, drained_mg: 4_000, caviar_left_mg: 155_500, holds: true })
    expect(story.of[0].skipped).toBeUndefined()
    expect(story.tins_closed.every(t => !t.hold)).toBe(true)

    // The whole story on one page, and mended in place.
    await page.goto(`/plant/lots/${lot}`)
    await settled(page)
    const tins = page.locator('table[aria-label="Tins"]')
    await tins.getByText(`${size}-2`).waitFor()
    await page.locator('table[aria-label="Every fact"]').getByRole('row', { name: new RegExp(`${size}-2`) }).getByRole('button', { name: 'Mend' }).click()
    await page.locator('.fact_form').waitFor()
    await page.keyboard.press('Escape')

    // Its label: from the lot to the tin, printed, and put on by a scan.
    await tins.getByRole('link', { name: `${size}-1` }).click()
    await page.getByRole('button', { name: 'Print labels' }).click()
    await page.locator('.label_view img').waitFor()
    const paper = page.waitForEvent('download')
    await page.locator('.label_form').getByRole('button', { name: 'Print labels' }).click()
    const number = (await paper).suggestedFilename().replace('.pdf', '')
    await page.locator('table[aria-label="Register"]').getByText(number).click()
    await page.getByRole('button', { name: 'Put on a tin' }).click()
    await wedge(page, `${size}-1`)
    await page.locator('.ant-drawer li b', { hasText: 'on a tin' }).waitFor()
    const words = (await ask(page, `/labels/${number}`)).body
    expect(JSON.stringify(words)).toContain(`/${lot}`)

    // Graded: scores by the plant, a photographed tray, and signed by who runs the farm.
    await page.goto(`/plant/lots/${lot}`)
    await settled(page)
    const tab = name => page.locator('.plant_tabs').getByRole('link', { name, exact: true })
    await tab('Grade').click()
    await page.locator('#score_taste').waitFor()
    for (const [id, value] of [['taste', '4.5'], ['smell', '4.5'], ['firmness', '4'], ['colour', '4']]) await page.fill(`#score_${id}`, value)
    await page.getByRole('button', { name: 'Give scores' }).click()
    const picture = join(server.media, '..', `tray-${size}.png`)
    execFileSync(server.bin, ['grade', 'tray', '--out', picture, '--eggs', '220', '--seed', '9', '--scale', '10', '--mean', '3.1', '--marker', '15'])
    await page.setInputFiles('[data-testid=tray]', picture)
    await page.getByRole('button', { name: 'Measure', exact: true }).click()
    await page.locator('.tray img').waitFor({ timeout: 60_000 })
    const head = await open_page(browser, server, size)
    await sign_in(head.page, server, 'owner')
    await head.page.goto(`/grading/lots/${lot}`)
    await settled(head.page)
    for (const [id, value] of [['taste', '4.5'], ['smell', '5'], ['firmness', '4'], ['colour', '4.5']]) await head.page.fill(`#score_${id}`, value)
    await head.page.getByRole('button', { name: 'Give scores' }).click()
    if (process.env.PLANT_SHOTS) await head.page.screenshot({ path: join(process.env.PLANT_SHOTS, `sign-${size}.png`), fullPage: true })
    await head.page.getByRole('button', { name: 'Sign', exact: true }).click()
    await head.page.getByText(/^Lot .* is .*, signed by/).waitFor()
    const grade = (await ask(page, `/grading/lots/${lot}`)).body.decided.grade
    expect(grade).toBeTruthy()

    // Held by the plant: nothing of it is packed; released by the owner with a reason, and packed.
    await tab('Holds and results').click()
    await page.getByRole('button', { name: 'Put on hold' }).click()
    await page.locator('#f_reason').click()
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'Papers missing' }).first().click()
    await page.locator('.fact_form, .ant-drawer').getByRole('button', { name: 'Record', exact: true }).click()
    const held = page.locator('table[aria-label="On hold"]')
    const hold = (await held.locator('a').first().textContent()).trim()
    // The case is packed with the scanner alone: the tin, then the label of the case; what is on hold stays out.
    const label = sscc(`395212340000${size === 'phone' ? '88002' : '88001'}`)
    const scan = async text => { await page.keyboard.type(text); await page.keyboard.press('Enter') }
    await page.goto('/tins/pack')
    await settled(page)
    await scan(`${size}-1`)
    await page.locator('table[aria-label="In this case"]').getByText(`${size}-1`).waitFor()
    await scan(`${size}-1`)
    await page.getByRole('alert').getByText('is in the case already').waitFor()
    await scan(label)
    await page.getByRole('alert').getByText('on hold').waitFor()
    await head.page.goto(`/quality/holds/${hold}`)
    await settled(head.page)
    await head.page.getByRole('button', { name: 'Decide' }).click()
    await head.page.fill('#f_reason', 'The papers are here')
    await head.page.locator('.fact_form, .ant-drawer').getByRole('button', { name: 'Record', exact: true }).click()
    await head.page.getByText('The papers are here').waitFor()
    await scan(`(00)${label}`)
    await page.waitForFunction(text => document.querySelector('.sentence')?.textContent.includes(text), `Case ${label} is closed`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    const printed = await page.evaluate(async at => { const [pdf, zpl] = await Promise.all([fetch(`${at}.pdf`), fetch(`${at}.zpl`)]); return [pdf.status, (await pdf.text()).slice(0, 5), zpl.status, await zpl.text()] }, `/api/v1/cases/${label}/label`)
    expect(printed.slice(0, 3)).toEqual([200, '%PDF-', 200])
    expect(printed[3]).toContain(label)
    await page.goto(`/plant/lots/${lot}`)
    await settled(page)

    // The whole way in one picture: from the lot back to the fish and on to the tin in its case.
    await tab('Trace').click()
    await page.locator('.step_start, .leg_start').first().waitFor()
    const sentence = await page.locator('.sentence').innerText()
    expect(sentence).toContain(tag)
    const whole = (await ask(page, `/trace?id=${encodeURIComponent(lot)}&direction=both`)).body
    for (const kind of ['fish', 'lot', 'tin', 'case', 'parent', 'feed']) expect(whole.nodes.map(n => n.kind)).toContain(kind)
    expect(JSON.stringify(whole)).toContain(`/${lot}`)
    if (process.env.PLANT_SHOTS) await page.screenshot({ path: join(process.env.PLANT_SHOTS, `trace-${size}.png`) })
    expect(head.complaints).toEqual([])
    await head.context.close()
    expect(complaints).toEqual([])
    await context.close()
  }, 300_000)
}

it('a station goes on without a signal, and nothing is lost or told twice', async () => {
  const { page, context } = await open_page(browser, server, 'phone', offline)
  await sign_in(page, server, 'plant')
  const ripe = (await ask(page, `/fish?stage=IV&state=alive&limit=40`)).body.fish.filter(f => f.sex !== 'male')
  const taken = new Set((await ask(page, '/plant/orders')).body.orders.flatMap(o => o.fish.map(f => f.fish)))
  const tag = ripe.find(f => !taken.has(f.fish)).fish
  const now = new Date().toISOString()
  const told = await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts: [
    { kind: 'harvest_order', happened_at: now, body: { order: 'OFF-1', fish: [tag], planned_on: new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10), line: 'L1' } },
    { kind: 'harvest', happened_at: now, body: { fish: [tag], purpose: 'roe', total_mg: 11_000_000 } }] }) })
  expect(told.body.results.map(r => r.outcome)).toEqual(['accepted', 'accepted'])
  await set_up(page, ['Check the fish', 'Stun', 'Bleed', 'Wash', 'Take the ovary', 'Rub', 'Clean and weigh the roe', 'Salt', 'Fill tins'])
  await page.locator('.station_queue', { hasText: tag }).waitFor()
  await context.setOffline(true)
  for (const step of ['Check the fish', 'Stun', 'Bleed', 'Wash']) { await wedge(page, tag); await said(page, `${step}: done`) }
  await wedge(page, tag)
  await wedge(page, '1500')
  await said(page, 'Take the ovary: done')
  await wedge(page, tag)
  await said(page, 'Rub: done')
  await page.getByText('6 kept here until there is a signal').first().waitFor()
  expect((await fetch(`${server.url}/api/v1/health`)).ok).toBe(true)
  await context.setOffline(false)
  await page.waitForFunction(() => !document.querySelector('.station .signal'), undefined, { timeout: 60_000 })
  const f = (await ask(page, '/plant/line')).body.fish.find(x => x.fish === tag)
  expect(f.step).toBe('rub')
  expect(f.skipped).toBeUndefined()
  expect(f.clocks.find(c => c.clock === 'rub_to_tin').running).toBe(true)
  await context.close()
})

it('the wall board shows the line at work', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'plant')
  await page.goto('/plant/wall')
  await page.locator('.wall_fish').first().waitFor()
  expect(await page.locator('.wall_clock').count()).toBeGreaterThan(0)
  for (const path of ['/plant', '/plant/charts', '/plant/checks']) {
    await page.goto(path)
    await settled(page)
  }
  expect(complaints).toEqual([])
  await context.close()
})

it('an unripe fish is harvested only with a reason', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const young = (await ask(page, '/fish?stage=II&state=alive&limit=5')).body.fish[0].fish
  await page.goto(`/fish/${young}`)
  await settled(page)
  await page.getByRole('button', { name: 'Harvest', exact: true }).first().click()
  const form = page.locator('.ant-drawer')
  await form.getByRole('button', { name: 'Record', exact: true }).click()
  await form.getByRole('alert').filter({ hasText: 'not ripe' }).waitFor()
  await form.getByRole('button', { name: 'Record', exact: true }).click()
  await form.getByText('Fill this in.').waitFor()
  await form.locator('#f_why_reason').fill('it was hurt at the gate')
  await form.getByRole('button', { name: 'Record', exact: true }).click()
  await form.locator('#f_why_reason').waitFor({ state: 'hidden' })
  const told = (await ask(page, `/facts?subject=fish:${young}&limit=5`)).body
  expect(JSON.stringify(told)).toContain('it was hurt at the gate')
  expect(complaints).toEqual([])
  await context.close()
})
