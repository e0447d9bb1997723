// From measuring day to signed mating plan, and on to the hatchery: nobody types an id, let alone twice.
import { ask, open_page, settled, sign_in, start_browser, start_server } from './desk.mjs'

let server, browser
beforeAll(async () => { [server, browser] = await Promise.all([start_server(), start_browser()]) })
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/// All that is typed, so that it can be looked through for ids.
function typist(page) {
  const typed = []
  return { typed, fill: async (selector, text) => { typed.push(text); await page.fill(selector, text) } }
}
/// The demo company's evaluations wait in the queue when the server comes up.
async function evaluated(page, not) {
  for (let i = 0; i < 240; ++i) {
    const e = (await ask(page, '/breeding/candidates?species=SCH')).body.evaluation
    if (e && e.fact !== not) return e.fact
    await page.waitForTimeout(250)
  }
  throw new Error('nothing was evaluated in a minute')
}
const record = page => page.locator('.fact_form, .ant-drawer').getByRole('button', { name: 'Record', exact: true }).click()

it('from measuring day to signed mating plan without typing an id', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'breeder')
  const { typed, fill } = typist(page)

  // Measuring day: a female that nobody has seen ripe is chosen from the list of the pool, weighed and looked at by ultrasound.
  const first = await evaluated(page)
  const fish = (await ask(page, '/breeding/candidates?species=SCH&ready=all')).body.rows.filter(r => r.sex === 'female' && r.tagged && r.not_ready === 'not_ripe' && r.pool)
  const { animal, pool } = fish[0]
  await page.goto(`/fish?pool=${pool}`)
  await settled(page)
  await page.goto(`/fish/${animal}`)
  await settled(page)
  await page.getByRole('button', { name: 'Measure', exact: true }).click()
  await fill('#f_weight_mg', '12.34')
  await page.locator('#f_stage').click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'Ripe for caviar' }).click()
  await record(page)
  await page.locator('.facts').getByText('Ripe for caviar').waitFor()
  expect((await ask(page, `/fish/${animal}`)).body.weights.at(-1).weight_mg).toBe(12_340_000)

  // The evaluation takes it from the ledger.
  await page.getByRole('navigation').getByRole('link', { name: 'Breeding', exact: true }).click()
  await settled(page)
  await page.getByRole('combobox', { name: 'Species' }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'Amur sturgeon' }).first().click()
  await page.getByRole('button', { name: 'Evaluate again' }).click()
  await page.getByRole('progressbar').waitFor()
  const second = await evaluated(page, first)
  await page.getByRole('button', { name: 'Evaluate again' }).waitFor({ timeout: 60_000 })
  await page.locator('table[aria-label="Candidates"]').getByText(animal).waitFor()
  const before = (await ask(page, '/breeding/candidates?species=SCH')).body
  const mine = before.rows.find(r => r.animal === animal)
  expect(before.evaluation.fact).toBe(second)
  expect(mine.stage).toBe('IV')
  expect(mine.values.weight[1]).toBeGreaterThan(0)
  expect(mine.values.weight[1]).toBeLessThan(1)
  expect(before.evaluation.by).toBe(`job:${server.logins.breeder}`)
  const records = await page.evaluate(sha => fetch(`/api/v1/media/${sha}`, { headers: { 'X-Osetra': '1' } }).then(r => r.text()), before.evaluation.records_sha256)
  expect(records).toContain(`${animal},`)
  expect(records.split('\n')[0]).toBe('id,day,group,sex,weight,roe,egg,colour,firmness,ripe_age,survival,female')

  // The index is chosen, a plan proposed with the reason for each pair, kept and signed.
  await page.getByRole('slider', { name: 'Weight' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(/weights=.*weight%3A1\.5/)
  await fill('#plan_dams', '6')
  await page.getByRole('button', { name: 'Propose' }).click()
  await page.getByText(/By index, the female is number/).first().waitFor()
  await page.getByRole('button', { name: 'Keep this plan' }).click()
  await page.waitForURL(/\/breeding\/plans\/[0-9a-f-]+/)
  await page.getByText(/^6 matings of Amur sturgeon wait for a signature/).waitFor()
  const id = page.url().split('/').pop()
  expect((await ask(page, `/breeding/plans/${id}/strip`, { method: 'POST', body: JSON.stringify({ dam: animal }) })).body.code).toBe('plan_not_signed')
  await fill('#plan_note', 'seen and agreed')
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  await page.getByText(new RegExp(`^6 matings of Amur sturgeon, signed by ${server.logins.breeder}`)).waitFor()
  const plan = (await ask(page, `/breeding/plans/${id}`)).body
  expect(plan.signature.by).toBe(server.logins.breeder)
  expect(plan.detail.weights).toContain('weight:1.5')
  expect(new Set(plan.detail.pairs.map(p => p.dam)).size).toBe(6)
  expect(plan.detail.coancestry).toBeLessThanOrEqual(0.05 + 1e-9)

  // The printed sheet.
  const sheet = await page.evaluate(async path => { const r = await fetch(path, { headers: { 'X-Osetra': '1' } }); return [r.status, r.headers.get('content-type'), (await r.text()).slice(0, 5)] }, `/api/v1/breeding/plans/${id}/sheet.pdf`)
  expect(sheet).toEqual([200, 'application/pdf', '%PDF-'])

  // At the hatchery: what was weighed is all that is typed; spawning and family name themselves.
  await page.getByRole('button', { name: 'Strip', exact: true }).first().click()
  await fill('#strip_roe', '2150')
  await fill('#strip_eggs', '108000')
  await record(page)
  await page.locator('.table').getByRole('link', { name: /^S\d\d-\d{3}$/ }).first().click()
  await settled(page)
  const spawnings = (await ask(page, '/breeding/spawnings')).body.spawnings
  const made = spawnings.find(s => s.plan === id)
  expect(made).toMatchObject({ dam: plan.detail.pairs.find(p => p.dam === made.dam).dam, eggs: 108000, roe_mg: 2_150_000 })
  expect(made.families.map(f => f.sire)).toEqual(plan.detail.pairs.filter(p => p.dam === made.dam).map(p => p.sire))
  const ids = new Set([...before.rows.map(r => r.animal), ...spawnings.flatMap(s => [s.spawning, ...s.families.map(f => f.family)])])
  expect(typed.filter(text => ids.has(text) || /\d{15}/.test(text))).toEqual([])

  // A stripped female rests, and says when she is due again; looking after her needs no id either.
  await page.goto(`/breeding/animals/${made.dam}`)
  await settled(page)
  await page.getByText(/^Eggs expected from/).waitFor()
  await page.getByRole('button', { name: 'Check her' }).click()
  await page.locator('#f_condition').click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'slow' }).click()
  await record(page)
  await page.getByText(/slow,/).first().waitFor()

  // Taken back while nothing hangs on it: this one cannot be any more.
  expect(await page.getByRole('button', { name: 'Take back' }).count()).toBe(0)
  expect(complaints).toEqual([])
  await context.close()
}, 180_000)

it('a certificate of descent', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'owner')
  const row = (await ask(page, '/breeding/candidates?species=SCH&ready=all')).body.rows.find(r => r.sire && r.alive)
  await page.goto(`/breeding/animals/${row.animal}`)
  await settled(page)
  await page.locator('.family_tree').getByText(row.dam, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Certificate of descent' }).click()
  await page.fill('#cert_buyer', 'Lake farm (invented)')
  await page.fill('#cert_country', 'ug')
  await page.getByRole('button', { name: 'Issue' }).click()
  const paper = await page.getByRole('link', { name: 'Paper' }).getAttribute('href')
  expect(await page.evaluate(async path => (await (await fetch(path, { headers: { 'X-Osetra': '1' } })).text()).slice(0, 5), paper)).toBe('%PDF-')
  expect((await ask(page, '/breeding/certificates')).body.certificates[0]).toMatchObject({ animals: [row.animal], country: 'UG', by: server.logins.owner })
  expect(complaints).toEqual([])
  await context.close()
})

it('genotypes of a laboratory take part in the next evaluation', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'breeder')
  await evaluated(page)
  const rows = (await ask(page, '/breeding/candidates?species=SCH&ready=all')).body.rows.filter(r => !r.tagged)
  const samples = []
  for (const r of rows.slice(0, 12)) samples.push((await ask(page, `/breeding/animals/${r.animal}`)).body.samples[0].sample)
  let state = 5
  const dosage = () => { state = (state * 16807) % 2147483647; return state % 3 }
  const table = names => ['sample,' + Array.from({ length: 60 }, (_, v) => `v${v}`).join(), ...names.map(n => [n, ...Array.from({ length: 60 }, dosage)].join())].join('\n')
  const give = async text => {
    await page.locator('#genotype_files').setInputFiles({ name: 'panel.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await page.locator('.ant-drawer').getByRole('button', { name: 'Send' }).click()
  }
  await page.goto('/breeding?species=SCH')
  await settled(page)
  await page.getByText('No genotypes took part').waitFor()
  await page.getByRole('button', { name: 'Give genotypes' }).click()
  await page.fill('#genotype_panel', 'trial panel (invented)')
  await give(table(['nobody', 'no one']))
  await page.getByText('None of the 2 samples is of an animal').waitFor()
  await give(table([...samples, 'nobody']))
  await page.getByText('1 of 13 samples are of no animal: nobody').waitFor()
  await page.getByRole('checkbox', { name: 'Leave out samples' }).check()
  await page.locator('.ant-drawer').getByRole('button', { name: 'Send' }).click()
  await page.getByText('12 samples are taken').waitFor()
  const before = (await ask(page, '/breeding/candidates?species=SCH')).body.evaluation.fact
  await page.getByRole('button', { name: 'Evaluate again' }).click()
  await evaluated(page, before)
  await page.getByText('12 animals by').waitFor({ timeout: 60_000 })
  const { evaluation, genotypes } = (await ask(page, '/breeding/candidates?species=SCH')).body
  expect(genotypes).toMatchObject({ file: 'trial panel (invented)', animals: 12, left_out: 1 })
  const kept = await page.evaluate(sha => fetch(`/api/v1/media/${sha}`, { headers: { 'X-Osetra': '1' } }).then(r => r.text()), evaluation.samples_sha256)
  expect(kept.split('\n').length).toBe(14)
  expect(complaints.filter(c => !/status of 4\d\d/.test(c))).toEqual([])
  await context.close()
}, 180_000)

it('a cross of two species is chosen by what it is worth, planned and signed', async () => {
  const { page, context, complaints } = await open_page(browser, server)
  await sign_in(page, server, 'breeder')
  const of = async species => (await ask(page, `/breeding/candidates?species=${species}`)).body.evaluation
  if (!(await of('DAUxSCH'))) {
    await ask(page, '/breeding/evaluations', { method: 'POST', body: JSON.stringify({ species: 'DAUxSCH' }) })
    for (let i = 0; i < 240 && !(await of('DAUxSCH')); ++i) await page.waitForTimeout(250)
  }
  await page.goto('/breeding/plans')
  await settled(page)
  await page.getByRole('link', { name: 'Choose a cross' }).click()
  await settled(page)
  await page.getByRole('button', { name: 'Rank crosses' }).click()
  await page.locator('table[aria-label="Crosses"], .problem, [role=alert]').first().waitFor()
  await page.fill('#mean_roe_DAU', '15')
  await page.fill('#mean_weight_DAU', '20')
  await page.fill('#heterosis_roe_DAU_SCH', '1.5').catch(() => undefined)   // there where the records know all three
  await page.getByRole('button', { name: 'Rank crosses' }).click()
  await page.getByText(/^The best lot is/).waitFor()
  const row = page.locator('table[aria-label="Crosses"] tr', { hasText: 'Amur sturgeon × Kaluga' }).first()
  await row.getByText('50%').first().waitFor()
  // all-female programmes: what is not there yet is said to be
  await page.locator('.ant-segmented-item', { hasText: 'All-female' }).click()
  await page.fill('#least_females', '70')
  await page.getByRole('button', { name: 'Rank crosses' }).click()
  await page.getByText('has to be made first').first().waitFor()
  await page.locator('.ant-segmented-item', { hasText: 'Usual sexes' }).click()
  await page.fill('#least_females', '0')
  await page.getByRole('button', { name: 'Rank crosses' }).click()
  await row.getByRole('button', { name: 'Plan these matings' }).click()
  await page.waitForURL(/\/breeding\/plans\/[0-9a-f-]+/)
  await page.getByText('Cross of this plan').waitFor()
  const plan = (await ask(page, `/breeding/plans/${page.url().split('/').pop()}`)).body
  expect(plan.species).toBe('DAUxSCH')
  expect(plan.detail.cross).toMatchObject({ dam: 'SCH', sire: 'DAU', offspring: 'DAUxSCH', females: 0.5, fertile: true })
  for (const p of plan.detail.pairs) expect(p.sire).toMatch(/^DAU-M/)
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  await page.getByText(new RegExp(`signed by ${server.logins.breeder}`)).waitFor()
  expect(complaints.filter(c => !/status of 4\d\d/.test(c))).toEqual([])
  await context.close()
}, 180_000)

it('the pages on a phone and in Chinese', async () => {
  const { page, context, complaints } = await open_page(browser, server, 'phone')
  await sign_in(page, server, 'owner')
  await evaluated(page)
  const plan = (await ask(page, '/breeding/plans')).body.plans[0].plan
  const animal = (await ask(page, '/breeding/spawnings')).body.females[0].animal
  const paths = ['/breeding?species=SCH', '/breeding/plans', `/breeding/plans/${plan}`, '/breeding/crosses', '/breeding/spawnings', '/breeding/trend?species=SCH', '/breeding/varieties', `/breeding/animals/${animal}`]
  for (const path of paths) {
    await page.goto(path)
    await settled(page)
    expect(`${path} ${await page.evaluate(() => document.documentElement.scrollWidth)}`).toBe(`${path} 390`)
  }
  await page.getByRole('button', { name: '切换到中文' }).click()
  for (const path of paths) {
    await page.goto(path)
    await settled(page)
    expect(await page.locator('.sentence').textContent()).toMatch(/[\u3400-\u9fff]/)
  }
  expect(complaints).toEqual([])
  await context.close()
})

it('who sees some sites only has no breeding', async () => {
  const { page, context } = await open_page(browser, server)
  await sign_in(page, server, 'worker')
  expect((await ask(page, '/breeding/species')).body.code).toBe('not_allowed')
  expect(await page.getByRole('navigation').getByRole('link', { name: 'Breeding', exact: true }).count()).toBe(0)
  await context.close()
})
