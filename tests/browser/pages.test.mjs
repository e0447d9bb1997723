// Every page, at desktop and phone width, for the owner: it has a heading, everything has a name, nothing sticks out, the browser has no complaint.
import { ask, offline, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => { await browser?.close(); await server?.stop() })

/// What a person who hears the page would hear no name of.
const nameless = page => page.evaluate(() => {
  const named = el => {
    const text = s => (s ?? '').trim()
    if (text(el.getAttribute('aria-label')) || text(el.getAttribute('title')) || text(el.getAttribute('alt'))) return true
    const by = el.getAttribute('aria-labelledby')
    if (by && by.split(/\s+/).some(id => text(document.getElementById(id)?.textContent))) return true
    if (el.labels?.length && [...el.labels].some(l => text(l.textContent))) return true
    return !/^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName) && (text(el.textContent) || [...el.querySelectorAll('[aria-label], img[alt]')].length > 0)
  }
  return [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, [role=button], [role=img], [role=combobox], img')]
    .filter(el => el.getClientRects().length && !el.closest('[aria-hidden=true]') && !named(el))
    .map(el => el.outerHTML.slice(0, 120))
})

async function addresses(page) {
  const pools = (await ask(page, '/pools')).body.pools
  const pool = pools.find(p => p.tagged > 5).pool
  const fish = (await ask(page, `/pools/${pool}/fish?limit=1`)).body.fish[0].fish
  const cohort = (await ask(page, '/cohorts')).body.cohorts.find(c => c.heads.value > 0).cohort
  return ['/', '/map', '/map?as=grid', '/pools', `/pools/${pool}`, '/fish', `/fish/${fish}`, '/cohorts', `/cohorts/${cohort}`, '/stock', '/stock?by=species', '/round', '/scan', '/more',
    '/journal', '/differences', '/differences?show=all', '/tasks', '/flights', '/stocktake-plan', '/breeding', '/breeding/plans', '/breeding/spawnings', '/breeding/trend', '/breeding/varieties', '/import', '/people', '/people?tab=roles', '/people?tab=keys', '/people?tab=audit', '/jobs', '/surveys', '/growth', '/settings', '/trace', '/trace?id=9999', '/events', '/events?tab=saved', '/capture', '/publish', '/no/such/page', '/pools/NOWHERE']
}

for (const size of ['desktop', 'phone'])
  it(`every page is sound at ${size} width`, async () => {
    const { page, context, complaints } = await open_page(browser, server, size, offline)
    await page.goto('/')
    expect(await nameless(page)).toEqual([])
    await page.locator('.simulated').waitFor()
    await sign_in(page, server, 'owner')
    const wrong = []
    for (const address of await addresses(page)) {
      await page.goto(address)
      await settled(page)
      const found = {
        headings: await page.locator('h1').count(),
        nameless: await nameless(page),
        sticks_out: await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)),
        simulated: await page.locator('.simulated').isVisible(),
        broken: await page.evaluate(() => /NaN|undefined|\[object/.test(document.querySelector('main').innerText)),
      }
      if (JSON.stringify(found) !== JSON.stringify({ headings: 1, nameless: [], sticks_out: 0, simulated: true, broken: false })) wrong.push({ address, ...found })
    }
    expect(wrong).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })

it('every figure of a pool says why it is so, and the parts of a company lead down to facts', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  // A slow server: no subject's heading may stand over what is left of another.
  await page.route('**/api/v1/why*', async route => { await new Promise(r => setTimeout(r, 400)); await route.continue() })
  await page.locator('.fact .figure').first().click()
  await page.locator('.why .steps .quiet').first().click()       // a site
  await page.locator('.why_subject', { hasText: 'site' }).waitFor()
  await page.locator('.why .steps .quiet').first().click()       // a pool
  await page.locator('.why_subject', { hasText: 'pool' }).waitFor()
  await page.locator('.why .fact_line').first().waitFor()
  expect(await page.locator('.why_formula').innerText()).toContain('book')
  await page.unroute('**/api/v1/why*')
  await page.keyboard.press('Escape')
  const pool = (await ask(page, '/pools')).body.pools.find(p => p.heads.value > 100 && p.density_mg_per_l).pool
  await page.goto(`/pools/${pool}`)
  await settled(page)
  const labels = await page.locator('.fact .figure').evaluateAll(all => all.map(el => el.getAttribute('aria-label')))
  expect(labels.length).toBeGreaterThanOrEqual(6)
  for (const label of labels) {
    await page.getByRole('button', { name: label }).first().click()
    await page.locator('.why_value').waitFor()
    expect(await page.locator('.why_value').innerText()).toMatch(/\d/)
    await page.keyboard.press('Escape')
    await page.locator('.why_value').waitFor({ state: 'hidden' })
  }
  expect(complaints).toEqual([])
  await context.close()
})

it('as of an earlier day the page says so, turns sepia and comes back', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const now = await page.locator('.fact dd').first().innerText()
  await page.getByRole('button', { name: 'As of when' }).click()
  const year_ago = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10)
  await page.fill('#asof_at', year_ago)
  await page.locator('.past_bar').waitFor()
  await page.waitForFunction(was => document.querySelector('.fact dd').innerText !== was, now)
  expect(await page.locator('.sentence').innerText()).toContain('were seen on')
  expect(new URL(page.url()).searchParams.get('at')).toBe(year_ago)
  await page.locator('.past_bar').getByRole('button', { name: 'Back to now' }).click()
  await page.locator('.past_bar').waitFor({ state: 'hidden' })
  await page.waitForFunction(was => document.querySelector('.fact dd').innerText === was, now)
  expect(complaints).toEqual([])
  await context.close()
})

it('the map names every site and opens its pools', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  await page.goto('/map')
  await page.locator('.map[data-ready]').waitFor()
  expect(await page.locator('.site_marker').count()).toBe(3)
  const hidden = await page.locator('.site_marker span').evaluateAll(all => {
    const boxes = all.map(el => el.getBoundingClientRect())
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length
  })
  expect(hidden).toBe(0)
  await page.locator('.site_marker').first().click()
  await page.locator('.pool_marker').first().click()
  await page.waitForURL(/\/pools\//)
  await settled(page)
  expect(complaints).toEqual([])
  await context.close()
})

it('language and dark mode are one click away and stay', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  await page.getByRole('button', { name: '切换到中文' }).click()
  await page.getByRole('navigation').getByText('今日').waitFor()
  expect(await page.locator('.simulated').innerText()).toBe('模拟数据')
  await page.goto('/settings')
  await settled(page)
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.getByText('深色').click()
  await page.reload()
  await settled(page)
  const dark = await page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor])
  expect(dark[0]).toBe('dark')
  expect(dark[1]).not.toBe(light)
  await page.getByRole('button', { name: 'Switch to English' }).click()
  await page.getByRole('navigation').getByText('Today').waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

it('search goes to a pool and a fish by keyboard alone', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const pool = (await ask(page, '/pools')).body.pools.find(p => p.tagged > 5).pool
  const fish = (await ask(page, `/pools/${pool}/fish?limit=1`)).body.fish[0].fish
  for (const [text, address] of [[pool, `/pools/${pool}`], [fish, `/fish/${fish}`]]) {
    await page.keyboard.press('/')
    await page.keyboard.type(text)
    await page.locator('#search_hits li', { hasText: text }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**' + address)
    await settled(page)
  }
  expect(await page.locator('.sentence').innerText()).toContain(pool)
  expect(complaints).toEqual([])
  await context.close()
})

it('a worker sees their own site and nothing that only managers may', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'desktop')
  await sign_in(page, server, 'worker')
  const me = (await ask(page, '/session')).body
  const rail = await page.locator('.rail').innerText()
  for (const hidden of ['People', 'Import', 'Trace', 'Events', 'Capture', 'Labels']) expect(rail).not.toContain(hidden)
  for (const address of ['/people', '/import', '/trace', '/events', '/publish']) {
    await page.goto(address)
    await page.getByText('Not for your role').waitFor()
  }
  await page.goto('/pools')
  await settled(page)
  expect(await page.getByRole('button', { name: 'New pool' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'CSV' }).count()).toBe(0)
  const sites = await page.locator('table tbody tr:not(.gap) td:nth-child(3)').allInnerTexts()
  expect([...new Set(sites)]).toEqual(me.sites)
  await page.goto('/journal')
  await settled(page)
  const mine = await page.locator('.fact_line').evaluateAll((all, person) => all.map(el => [el.querySelector('.fact_meta').innerText.includes(person), el.innerText.includes('Correct')]), me.person)
  expect(mine.length).toBeGreaterThan(10)
  expect(mine.filter(([own, may]) => own !== may)).toEqual([])
  const other = (await ask(page, '/sites')).body.sites.find(s => !me.sites.includes(s.site))?.site
  if (other) expect((await ask(page, `/why?figure=heads&subject=site:${other}`)).status).toBe(404)
  expect((await ask(page, '/people')).status).toBe(403)
  expect(complaints).toEqual([])
  await context.close()
})
