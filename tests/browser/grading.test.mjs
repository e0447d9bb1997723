// A lot scored, photographed, understood and signed; what graders agree on; what a grade is worth in use.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('a lot is scored, photographed and signed', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/grading')
  await settled(page)
  const lots = (await ask(page, '/grading/lots')).body
  expect(lots.lots.length).toBeGreaterThan(5)
  expect(lots.months.length).toBeGreaterThan(1)
  const lot = lots.lots.find(l => l.scheme && !l.mine && l.graders > 0)
  expect(lot).toBeTruthy()
  await page.goto(`/grading/lots/${lot.lot}`)
  await settled(page)
  await page.fill('#score_taste', '4.5')
  await page.fill('#score_smell', '4')
  await page.getByRole('button', { name: 'Give scores' }).click()
  await expect.poll(async () => (await ask(page, `/grading/lots/${lot.lot}`)).body.scores.some(s => s.values.taste === 4.5), { timeout: 20_000 }).toBe(true)

  // The tray: made up, so that its eggs are known.
  const picture = join(server.media, '..', 'tray.png')
  execFileSync(server.bin, ['grade', 'tray', '--out', picture, '--eggs', '220', '--seed', '9', '--scale', '10', '--mean', '2.9', '--marker', '15'])
  await page.setInputFiles('[data-testid=tray]', picture)
  await page.getByRole('button', { name: 'Measure', exact: true }).click()
  await expect.poll(async () => Math.abs(((await ask(page, `/grading/lots/${lot.lot}`)).body.photo?.eggs ?? 0) - 220), { timeout: 60_000 }).toBeLessThan(8)
  await page.locator('.tray img').waitFor()
  const card = (await ask(page, `/grading/lots/${lot.lot}`)).body
  expect(Math.abs(card.photo.mean_um - 2_900)).toBeLessThan(60)
  expect(card.values.egg_mm).toBeCloseTo(card.photo.mean_um / 1000, 2)
  expect(card.suggested.grade).toBeTruthy()

  // Another grade than the rules give asks for a reason.
  const other = card.scheme.grades.find(g => g.code !== card.suggested.grade)
  await page.getByRole('combobox', { name: 'Grade' }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: other.name_en }).click()
  expect(await page.getByRole('button', { name: 'Sign', exact: true }).isDisabled()).toBe(true)
  await page.fill('#grade_reason', 'the smell fades after an hour')
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  // The lot may have been signed before, even as this grade, with that sentence on the page all along.
  const decided = async () => {
    const d = (await ask(page, `/grading/lots/${lot.lot}`)).body.decided
    return d && [d.grade, d.suggested]
  }
  await expect.poll(decided, { timeout: 20_000 }).toEqual([other.code, card.suggested.grade])
  await page.getByText(/^Lot .* is .*, signed by/).filter({ hasText: other.name_en }).waitFor()

  await page.goto('/grading/agreement')
  await settled(page)
  expect((await ask(page, '/grading/agreement')).body.alpha.value).toBeLessThan(1)
  await page.goto('/grading/uses')
  await settled(page)
  await page.getByRole('textbox', { name: 'New price Amur, Russian and hybrid sturgeon 4' }).fill('13000')
  await page.getByRole('button', { name: 'Keep' }).nth(7).click()
  await expect.poll(async () => (await ask(page, '/grading/uses')).body.uses[0].best, { timeout: 20_000 }).not.toBe('4')
  expect(complaints).toEqual([])
  await context.close()
})

it('a grader does not see what others gave before giving scores', async () => {
  const { page, context } = await open_page(browser, server)
  await sign_in(page, server, 'sales')
  const lot = (await ask(page, '/grading/lots')).body.lots.find(l => l.graders > 0 && !l.mine && !l.grade)
  expect(lot).toBeTruthy()
  const card = (await ask(page, `/grading/lots/${lot.lot}`)).body
  expect(card.blind).toBe(true)
  expect(card.scores).toEqual([])
  expect(card.suggested).toBeUndefined()
  await context.close()
})

it('pages of grading hold on a phone, in both languages', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  for (const lang of ['en', 'zh']) {
    await page.evaluate(l => localStorage.setItem('osetra.language', l), lang)
    const lot = (await ask(page, '/grading/lots')).body.lots.find(l => l.grade)
    for (const path of ['/grading', `/grading/lots/${lot.lot}`, '/grading/agreement', '/grading/consistency', '/grading/uses']) {
      await page.goto(path)
      await settled(page)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wide, `${path} ${lang}`).toBeLessThanOrEqual(0)
    }
  }
  expect(complaints).toEqual([])
  await context.close()
})
