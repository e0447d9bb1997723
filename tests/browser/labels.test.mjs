// A tin gets its label: seen before it is printed, printed once, put on, taken off; and a store room is counted with a scanner alone.
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/// Tins that are in stock by the book, as a count with one code that means nothing tells them.
const in_stock = async page => (await ask(page, '/tins/audit', { method: 'POST', body: JSON.stringify({ scans: ['nothing'] }) })).body.missing

const without_label = async page => {
  for (const { tin } of await in_stock(page)) if (!(await ask(page, `/tins?scan=${tin}`)).body.label) return tin
  throw new Error('every tin has its label')
}

it('a label is printed once and goes onto its tin', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const tin = await without_label(page)

  await page.goto('/tins')
  await settled(page)
  await page.keyboard.type(tin)                     // the scanner types into the field that is ready, and ends with Enter
  await page.keyboard.press('Enter')
  await page.getByText('in stock').waitFor()
  await page.getByRole('button', { name: 'Print labels' }).click()

  await page.locator('.label_view img').waitFor()
  await page.locator('.label_form').getByRole('button', { name: 'Print labels' }).waitFor()
  const download = page.waitForEvent('download')
  await page.locator('.label_form').getByRole('button', { name: 'Print labels' }).click()
  expect((await download).suggestedFilename()).toBe('L-00000001.pdf')
  const again = await ask(page, '/labels/print', { method: 'POST', body: JSON.stringify({ number: 'L-1', count: 1, format: 'pdf' }) })
  expect(again.body.code).toBe('label_state')

  await page.locator('table[aria-label="Register"]').getByText('L-00000001').click()
  await page.getByRole('button', { name: 'Put on a tin' }).click()
  await page.keyboard.type(tin)
  await page.keyboard.press('Enter')
  await page.locator('.ant-drawer li b', { hasText: 'on a tin' }).waitFor()
  expect((await ask(page, `/tins?scan=${tin}`)).body.label).toBe('L-00000001')
  await page.getByRole('button', { name: 'Void', exact: true }).click()
  await page.keyboard.type('tin was dented')
  await page.keyboard.press('Enter')
  await page.locator('.ant-drawer').getByText('tin was dented').waitFor()
  expect((await ask(page, `/tins?scan=${tin}`)).body.label).toBeUndefined()
  expect(complaints).toEqual([])
  await context.close()
})

it('a label that is too small is refused before any number is given out', async () => {
  const { page, context } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const { tin } = (await in_stock(page))[0]
  const before = (await ask(page, '/labels')).body.counts
  const refused = await ask(page, '/labels/runs', { method: 'POST', body: JSON.stringify({ tins: [tin], width_mm: 15, height_mm: 10 }) })
  expect(refused.body.code).toBe('label_too_small')
  expect((await ask(page, '/labels')).body.counts).toEqual(before)
  await context.close()
})

it('a store room is counted on a phone with a scanner alone', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  const stock = await in_stock(page)
  await page.goto('/tins/audit')
  await settled(page)
  await page.evaluate(all => localStorage.setItem('osetra_audit', JSON.stringify(all)), stock.slice(3).map(m => m.tin))
  await page.reload()
  await settled(page)
  await page.locator('#audit_scan').focus()
  for (const code of [stock[2].tin, stock[2].tin, 'Q-9']) {
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
  }
  await page.getByRole('button', { name: 'Compare with the book' }).click()
  await page.locator('.sentence').getByText('2 missing').waitFor()
  await page.getByText(stock[0].tin, { exact: true }).waitFor()
  await page.getByText('Q-9', { exact: true }).last().waitFor()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
  expect(complaints).toEqual([])
  await context.close()
})
