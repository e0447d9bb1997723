// A flight: a clip is sent, counted by the real engine, reviewed, signed, and the pool's estimate and journal move.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser, folder, clip
beforeAll(async () => {
  [server, browser] = await Promise.all([start_server(), start_browser()])
  folder = mkdtempSync(join(tmpdir(), 'osetra-clips-'))
  clip = join(folder, 'pond.mp4')
  execFileSync(server.bin, ['flight', '--fish', '30', '--seed', '1000003', '--minutes', '0.07', '--width', '640', '--height', '360', '--out', clip, '--truth', join(folder, 'pond.json')])
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/// A pool with about as many fish as the clip shows, of those that are not known so well that a count to a fish each way could be lost in rounding.
async function small_pool(page) {
  const pools = (await ask(page, '/pools')).body.pools.filter(p => p.heads.value > 15 && p.heads.high - p.heads.low >= 6 && !p.closed)
  return pools.sort((a, b) => Math.abs(a.heads.value - 30) - Math.abs(b.heads.value - 30))[0].pool
}
async function send(page, file, pool) {
  await page.goto('/flights')
  await settled(page)
  await page.setInputFiles('#flight_file', file)
  await page.locator('#flight_pool').click()
  await page.keyboard.type(pool)
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: pool }).first().click()
  await page.getByRole('button', { name: 'Send and count' }).click()
}

it('a clip becomes a signed number that moves the pool', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const pool = await small_pool(page)
  const before = (await ask(page, `/pools/${pool}`)).body

  // The connection breaks off in the middle: it goes on by itself.
  let broken = 0
  await page.route(/\/api\/v1\/uploads\/.*offset=/, route => (broken++ === 0 ? route.abort() : route.continue()))
  await send(page, clip, pool)
  await page.getByText('It goes on by itself.').waitFor()
  await page.waitForURL(/\/flights\/[0-9a-f-]+/)
  expect(broken).toBeGreaterThan(1)
  const flight = page.url().split('/').pop()

  await page.getByText('waits for a signature').first().waitFor({ timeout: 60_000 })
  const counted = (await ask(page, `/flights/${flight}`)).body
  expect(counted.counted.heads).toBeGreaterThan(0)
  expect(counted.counted.low).toBeLessThanOrEqual(counted.counted.heads)
  expect(counted.counted.by).toBe(`job:${server.logins.owner}`)
  expect(counted.book.book).toBe(before.book)
  expect((await ask(page, `/pools/${pool}`)).body.heads).toEqual(before.heads)                     // the machine alone moves nothing
  await page.locator('.review video').waitFor()
  await page.locator('.review svg .mark_line').first().waitFor({ state: 'attached' })

  // Marks are added and taken back where the picture is clicked.
  await page.getByText('Correct marks', { exact: true }).click()
  const picture = page.locator('.still svg.marks')
  await page.locator('.still img').evaluate(img => img.complete || new Promise(done => { img.onload = done }))
  const click = async (x, y) => { const box = await picture.boundingBox(); await page.mouse.click(box.x + box.width * x, box.y + box.height * y) }
  const line = page.locator('.watch_line')
  await line.getByText(/^\d+ marks, 0 added, 0 struck/).waitFor()
  await click(0.02, 0.03)
  await line.getByText('1 added').waitFor()
  await click(0.02, 0.03)
  await line.getByText('0 added').waitFor()
  await click(0.02, 0.03)
  await line.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(/From 1 corrected frame/).waitFor()
  expect((await ask(page, `/flights/${flight}`)).body.corrected[0].added.length).toBe(1)

  // Counted by hand without seeing the machine's marks.
  await page.getByText('Count by hand', { exact: true }).click()
  expect(await page.locator('.still .mark_line').count()).toBe(0)
  await page.locator('.still img').evaluate(img => img.complete || new Promise(done => { img.onload = done }))
  for (const [x, y] of [[0.3, 0.3], [0.5, 0.5], [0.7, 0.6]]) await click(x, y)
  await page.getByText('3 fish marked').waitFor()
  await page.locator('.watch_line').getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'Where hand and machine differ' }).waitFor()
  await page.getByText(/^1 frame by hand: 3 fish/).waitFor()
  const truth = (await ask(page, `/flights/${flight}/truth`)).body
  expect(truth.frames.length).toBe(1)
  expect(truth.frames[0].marks.length).toBe(3)

  // Signed: a number that is not the machine's needs a reason.
  const heads = Math.round((before.heads.low + before.heads.value) / 2)
  await page.fill('#sign_heads', `${heads}`)
  await page.fill('#sign_low', `${heads - 1}`)
  await page.fill('#sign_high', `${heads + 1}`)
  if (counted.counted.heads !== heads) {
    expect(await page.getByRole('button', { name: 'Sign', exact: true }).isDisabled()).toBe(true)
    await page.fill('#sign_why', 'counted twice from the still')
  }
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  await page.getByText(`${heads} fish, signed by`).waitFor()
  await page.getByText('Estimate after').waitFor()
  const after = (await ask(page, `/pools/${pool}`)).body
  expect(after.book).toBe(before.book)
  expect(after.counts[0]).toMatchObject({ heads, low: heads - 1, high: heads + 1, method: 'camera', author: server.logins.owner })
  expect(after.heads).not.toEqual(before.heads)
  await page.locator('.review_side').getByRole('link', { name: 'Journal' }).click()
  await settled(page)
  await page.getByText(`${heads} counted in ${pool} by camera`).first().waitFor()

  // And taken back.
  await page.goto(`/flights/${flight}`)
  await settled(page)
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.fill('#unsign_reason', 'wrong pool')
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await page.locator('#sign_heads').waitFor()
  expect((await ask(page, `/pools/${pool}`)).body.heads).toEqual(before.heads)
  expect(complaints).toEqual([])
  await context.close()
})

it('what is no clip is refused in words', async () => {
  const { page, context } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const file = join(folder, 'letter.mp4')
  writeFileSync(file, 'Dear farm, the clip follows.\n'.repeat(50))
  await send(page, file, await small_pool(page))
  await page.waitForURL(/\/flights\/[0-9a-f-]+/)
  await page.getByText('It could not be counted.').waitFor({ timeout: 30_000 })
  await context.close()
})

it('the plan of the year, on a phone and in Chinese too', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/stocktake-plan')
  await settled(page)
  await page.getByText(/pools counted in \d{4};/).waitFor()
  const plan = (await ask(page, '/stocktake-plan?by=biomass')).body
  expect(plan.rows.length).toBe(plan.pools)
  expect(plan.rows.map(r => r.total_sd_after)).toEqual([...plan.rows.map(r => r.total_sd_after)].sort((a, b) => b - a))
  await page.getByRole('button', { name: '切换到中文' }).click()
  await page.getByText(/\d{4} 年已盘点/).waitFor()
  expect(complaints).toEqual([])
  await context.close()

  const phone = await open_page(browser, server, 'phone')
  await sign_in(phone.page, server, 'owner')
  const flight = (await ask(phone.page, '/flights')).body.flights.at(-1).flight
  for (const path of ['/flights', `/flights/${flight}`, '/stocktake-plan']) {
    await phone.page.goto(path)
    await settled(phone.page)
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  }
  expect(phone.complaints).toEqual([])
  await phone.context.close()
})
