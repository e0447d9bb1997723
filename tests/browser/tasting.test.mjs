// A leader makes a blind tasting, phones without accounts answer it, and the verdict appears.
import { ask, offline, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const make = async (page, body) => (await ask(page, '/tastings', { method: 'POST', body: JSON.stringify({ lots: [], attributes: [], allergens: [], tasters: [], ...body }) })).body

it('a triangle test: three phones answer and the verdict appears', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/tastings')
  await settled(page)
  await page.getByRole('button', { name: 'New tasting' }).click()
  await page.fill('#taste_title', 'Ours against the market leader')
  await page.fill('#taste_samples', 'ours\ntheirs')
  await page.fill('#taste_seats', '3')
  await page.fill('#taste_allergens', 'fish, salt')
  await page.getByRole('button', { name: 'Make the tasting' }).click()
  await page.getByText('0 of 3 tasters have answered all').waitFor()
  const links = await page.locator('.taste_link a').evaluateAll(all => all.map(a => a.getAttribute('href')))
  expect(links.length).toBe(3)

  for (const link of links) {
    const phone = await open_page(browser, server, 'phone', offline)
    await phone.page.goto(link)
    await phone.page.getByText('The samples contain: fish, salt').waitFor()
    await phone.page.getByRole('button', { name: 'Begin' }).click()
    await phone.page.getByText('Two are the same. Which one is different?').waitFor()
    const codes = await phone.page.locator('.taste_codes button').allTextContents()
    expect(codes.length).toBe(3)
    expect(codes.every(c => /^[1-9]\d\d$/.test(c))).toBe(true)
    for (const b of await phone.page.locator('.taste_codes button').all()) expect((await b.boundingBox()).height).toBeGreaterThanOrEqual(56)
    await phone.page.getByRole('button', { name: codes[0], exact: true }).click()
    if (link === links[0]) {   // in the cellar there is no signal
      await phone.context.setOffline(true)
      await phone.page.getByRole('button', { name: 'Send' }).click()
      await phone.page.getByText('1 answers wait for a signal').waitFor()
      await phone.context.setOffline(false)
    } else await phone.page.getByRole('button', { name: 'Send' }).click()
    await phone.page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(phone.complaints).toEqual([])
    await phone.context.close()
  }

  await page.getByText('3 of 3 tasters have answered all').waitFor()
  await page.getByRole('button', { name: 'Close and open the key' }).click()
  await page.locator('.ant-modal').getByRole('button', { name: 'Close and open the key' }).click()
  await page.getByText(/Too few tasters to tell/).first().waitFor()
  await page.getByText('The key fits what was sealed.').waitFor()
  const name = page.url().split('/').pop()
  const paper = await page.request.get(`/api/v1/tastings/${name}/report.pdf`)
  expect(paper.status()).toBe(200)
  expect((await paper.body()).subarray(0, 5).toString()).toBe('%PDF-')
  await page.request.get(links[0].replace('/taste/', '/api/v1/taste/')).then(async r => expect((await r.json()).closed).toBe(true))
  expect(complaints).toEqual([])
  await context.close()
})

it('what is not served, not asked or not signed is refused; the same again is taken once', async () => {
  const { page, context } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const card = await make(page, { title: 'Liking', test: 'hedonic', samples: ['a', 'b'], seats: 2 })
  const { link } = card.progress[0]
  const seat = (await ask(page, link)).body
  expect(seat.trials.length).toBe(2)
  expect(JSON.stringify(seat)).not.toMatch(/"samples"|"sample"|sealed|salt/)
  const say = body => ask(page, link, { method: 'POST', body: JSON.stringify({ scores: [], ...body }) })
  const [first] = seat.trials
  expect((await say({ round: first.round, trial: first.trial, scores: [`${first.codes[0]}/liking=11`] })).body.code).toBe('number_unlikely')
  expect((await say({ round: first.round, trial: first.trial, scores: ['111/liking=5'] })).body.code).toBe('code_unknown')
  expect((await say({ round: first.round, trial: first.trial })).body.code).toBe('answer_missing')
  const good = { round: first.round, trial: first.trial, scores: [`${first.codes[0]}/liking=7`] }
  expect((await say(good)).status).toBe(201)
  expect((await say(good)).status).toBe(200)
  expect((await say({ ...good, scores: [`${first.codes[0]}/liking=8`] })).body.code).toBe('answer_exists')
  expect((await ask(page, link.replace(/.$/, x => (x === '0' ? '1' : '0')))).status).toBe(404)
  // Before it is closed nobody reads what is what: neither in the facts nor on the page.
  expect(JSON.stringify((await ask(page, `/facts?kind=tasting&limit=5`)).body)).not.toMatch(/servings|sealed/)
  expect((await ask(page, `/tastings/${card.tasting}`)).body.report).toBeUndefined()
  await context.close()
})
