// Blends and sea water on the pages: an example, a slider, a point of the curve, what stands in the way, and a product that is not blended.
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => {
  server = await start_server(['--fish', '200', '--farms', '1', '--pools', '8', '--years', '3', '--flights', '0'])
  browser = await start_browser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const wide = page => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

for (const size of ['desktop', 'phone']) {
  it(`blend workbench on the ${size}`, async () => {
    const { page, context, complaints } = await open_page(browser, server, size)
    await sign_in(page, server, 'owner')
    await page.goto('/blend')
    await settled(page)
    await page.getByRole('button', { name: 'Show an example' }).click()
    await page.locator('.blend_curve button').nth(5).waitFor({ timeout: 90_000 })
    expect(await page.locator('.sentence').innerText()).toMatch(/^400 kg from 2 lots for 41,200\.00 CNY; no blend that keeps these limits is cheaper\.$/)
    expect(await wide(page)).toBeLessThanOrEqual(0)

    // Nearer to the targets costs more, and its bags are shown.
    await page.locator('.blend_curve button').nth(3).click()
    expect(await page.locator('.sentence').innerText()).toMatch(/the nearest to the targets for its cost\.$/)
    const kg = await page.locator('.blend_bags tbody tr td:nth-child(3)').allInnerTexts()
    expect(kg.map(Number).reduce((a, b) => a + b, 0)).toBe(400)

    // A limit moves by the keyboard, and the cheapest blend with it.
    const low = page.locator('.index_slider [role=slider]').first()
    await low.focus()
    for (let i = 0; i < 8; ++i) await low.press('ArrowRight')
    await low.blur()
    await page.waitForFunction(() => !document.querySelector('.sentence').textContent.includes('41,200') && document.querySelectorAll('.blend_curve button').length > 3, null, { timeout: 90_000 })
    expect(await page.inputValue('#sheet_target')).toMatch(/colour,7(\.0)?,7,7\.6/)

    // What cannot be: a button lets the limit give, and then it can.
    await page.fill('#sheet_target', 'attribute,low,target,high\ncolour,8.8,9,9.5\naroma,6.3,6.8,7.4\ntaste,6,6.5,7\n')
    const give = page.getByRole('button', { name: /^colour ≥ [\d.]+$/ })
    await give.waitFor({ timeout: 90_000 })
    await give.click()
    await page.locator('.blend_bags').waitFor({ timeout: 90_000 })

    // Caviar is not blended, and its pack says why.
    await page.locator('#blend_product').click()
    await page.getByText('Sturgeon and caviar', { exact: true }).last().click()
    await page.getByText('must not be blended: no mixing of caviar').waitFor()
    expect(await page.locator('.blend_bags').count()).toBe(0)
    await page.getByRole('button', { name: '切换到中文' }).click()
    await page.getByText('不得拼配：不同鲟种或批次的鱼子酱不得混合').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it(`sea water on the ${size}`, async () => {
    const { page, context, complaints } = await open_page(browser, server, size)
    await sign_in(page, server, 'owner')
    await page.goto('/mix')
    await settled(page)
    await page.getByRole('button', { name: 'Show an example' }).click()
    await page.getByText('100 m³ take 3 salts for 464.17 CNY.').waitFor({ timeout: 60_000 })
    expect(await page.locator('.blend_steps li').last().locator('b').innerText()).toBe('bicarbonate')
    await page.getByLabel('In whole bags').check()
    await page.getByText(/^No mix of these salts keeps every band/).waitFor({ timeout: 60_000 })
    await page.fill('#mix_volume', '500')
    await page.getByText('500 m³ take 3 salts for 2,435.00 CNY.').waitFor({ timeout: 60_000 })
    expect(await wide(page)).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    await context.close()
  })
}

it('our own lots are blended, signed and traced', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/blend')
  await settled(page)
  await page.getByRole('button', { name: /^Take our lots/ }).click()
  await page.fill('#sheet_target', 'attribute,low,target,high\ncolour,6.6,7,7.4\naroma,6.3,6.8,7.4\n')
  await page.locator('.blend_curve button').nth(2).waitFor({ timeout: 90_000 })
  await page.fill('#blend_name', 'EVENING')
  await page.getByRole('button', { name: 'It was made: sign' }).click()
  await page.getByText('Lot EVENING is in the records, and its bags are taken.').waitFor()
  await page.locator('.blend_made a', { hasText: 'EVENING' }).first().waitFor()

  // The same name again is refused, in words.
  await page.fill('#blend_name', 'EVENING')
  await page.getByRole('button', { name: 'It was made: sign' }).click()
  await page.getByText('There is a lot EVENING already.').waitFor()

  // From the blend to what is in it, and from a lot to the blend.
  const traced = async id => (await ask(page, `/trace?id=${id}`)).body
  const of_blend = await traced('EVENING')
  const parts = of_blend.nodes.map(n => n.name).filter(n => /^TE-\d+$/.test(n))
  expect(parts.length).toBeGreaterThan(1)
  expect((await traced(parts[0])).nodes.map(n => n.name)).toContain('EVENING')

  // A hold of a part reaches the blend, and neither is offered any more.
  await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts: [{ kind: 'hold', body: { what: 'lot', thing: parts[0], reason: 'other', markets: [] } }] }) })
  await page.reload()
  await settled(page)
  await page.locator('.blend_goods tr').filter({ has: page.locator('td:first-child a', { hasText: 'EVENING' }) }).getByText(`of ${parts[0]}`).waitFor()
  expect(complaints).toEqual([])
  await context.close()
})
