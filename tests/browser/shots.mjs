// Pictures of every page for docs/screens, from the simulated company:  OSETRA=build/release/osetra node tests/browser/shots.mjs [NAME ...]
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, open_page, root, settled, sign_in, sizes, start_browser, start_server } from './desk.mjs'
import { small_png } from './png.mjs'

const out = join(root, 'docs/screens')
const wanted = process.argv.slice(2)
const most = { desktop: 1700, phone: 1500 }          // pixels of a page that is longer than a screen

const csv = rows => Buffer.from('\uFEFF' + rows.map(r => r.join(',')).join('\n') + '\n')
const surveys = [
  ['lake-2025.csv', csv([['t', 'caught', 'recaptures', 'retmarks'], ...[[0, 14], [1, 15], [2, 18], [2, 12], [4, 20], [5, 17], [6, 22], [5, 15]].map(([r, n], i) => [i + 1, n, r, n])])],
  ['ages-2023-2025.csv', csv([['year', 'age'], ...[2023, 2024, 2025].flatMap(y => Array.from({ length: 90 }, (_, i) => [y, 3 + Math.floor(((i * 7919 + y * 31) % 100) ** 2 / 900)]))])],
]
const feed_list = (pools, day) => csv([['日期', '池号', '投喂量（斤）', '饲料'], ...pools.map((p, i) => [day, p, 18 + 3 * i, '鲟鱼膨化料 5mm'])])

/// What the pages show besides the company's life: surveys, a task, a key.
async function prepare(page) {
  const form = (name, body, dry) => page.evaluate(async ([name, bytes, dry]) => {
    const reply = await fetch(`/api/v1/imports?name=${encodeURIComponent(name)}&dry_run=${dry}`, { method: 'POST', headers: { 'X-Osetra': '1' }, body: new Uint8Array(bytes) })
    if (!reply.ok) throw new Error(await reply.text())
  }, [name, [...body], dry])
  for (const [name, body] of surveys) await form(name, body, 0)
  const pools = (await ask(page, '/pools')).body.pools
  const full = pools.find(p => p.cohorts.length === 1 && p.heads.value > 20)
  const facts = [{ kind: 'move', offline: true, body: { from: full.pool, to: 'ELSEWHERE', cohort: full.cohorts[0], heads: 5 } }]
  await ask(page, '/facts', { method: 'POST', body: JSON.stringify({ facts }) })
  await ask(page, '/keys', { method: 'POST', body: JSON.stringify({ key_name: 'water-logger-3', roles: [{ role: 'worker', site: full.site }] }) })
  const with_tags = pools.filter(p => p.tagged > 30)
  const pool = (with_tags.find(p => p.exceptions.length) ?? with_tags[0]).pool
  const cards = []
  for (const p of with_tags.filter((_, i) => i % 5 === 0))
    for (const f of (await ask(page, `/pools/${p.pool}/fish?limit=5`)).body.fish) cards.push((await ask(page, `/fish/${f.fish}`)).body)
  const fish = cards.sort((a, b) => b.life.length * 2 + b.weights.length - a.life.length * 2 - a.weights.length)[0].fish
  const cohort = (await ask(page, '/cohorts')).body.cohorts.sort((a, b) => b.heads.value - a.heads.value)[0].cohort
  return { ...await prepare_chain(page), animal: await best_female(page), pool, fish, cohort, pools: with_tags.slice(0, 4).map(p => p.pool), day: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10) }
}

const partner = serials => ({ name: 'partner.jsonld', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0', creationDate: '2026-05-21T08:00:00Z',
  epcisBody: { eventList: serials.map(([serial, eventTime]) => ({ type: 'ObjectEvent', ...(eventTime && { eventTime }), eventTimeZoneOffset: '+02:00', action: 'OBSERVE', bizStep: 'storing', disposition: 'sellable_not_accessible', epcList: [`https://id.gs1.org/01/04012345000009/21/${serial}`], readPoint: { id: 'https://id.gs1.org/414/4012345000054' } })) } })) })

/// A tin that travelled, the fish it came from, and a query that was kept.
async function prepare_chain(page) {
  const epcis = (path, options = {}) => page.evaluate(async ([path, options]) => {
    const reply = await fetch('/epcis/v2' + path, { ...options, headers: { 'X-Osetra': '1', 'Content-Type': 'application/json' } })
    return reply.json().catch(() => null)
  }, [path, options])
  const trace = (id, direction) => ask(page, `/trace?id=${encodeURIComponent(id)}&direction=${direction}`).then(r => r.body)
  const packed = (await epcis('/events?EQ_bizStep=packing&perPage=200')).epcisBody.queryResults.resultsBody.eventList
  const tin = packed.flatMap(e => e.childEPCs ?? []).find(x => x.includes('/21/'))
  const parent = (await trace(tin, 'up')).nodes.find(n => n.kind === 'fish')
  await epcis('/queries', { method: 'POST', body: JSON.stringify({ name: 'what-was-shipped', query: { EQ_bizStep: ['shipping'], eventType: ['ObjectEvent'] } }) })
  return { tin, giai: parent.id, caught: /F(\d{15})$/.exec(parent.id)?.[1] }
}
/// The first candidate of the demo company's own evaluations, which wait in the queue when the server comes up.
async function best_female(page) {
  for (let i = 0; i < 240; ++i) {
    const { evaluation, rows } = (await ask(page, '/breeding/candidates?species=SCH&ready=all')).body
    const animal = evaluation && rows.find(r => r.sex === 'female')?.animal
    if (animal) return animal
    await page.waitForTimeout(250)
  }
  throw new Error('nothing was evaluated in a minute')
}
const traded = async page => { await page.locator('.index_chart').nth(1).locator('canvas, svg').first().waitFor(); await page.locator('.index_chart [aria-busy=true]').waitFor({ state: 'detached' }); await page.waitForTimeout(1_000) }   // the curve of gain is worked out
const traced = id => `/trace?id=${encodeURIComponent(id)}`
const drawn = async page => { await page.locator('.lineage .step_start, .leg_start').first().waitFor(); await page.waitForTimeout(500) }
const whole = async page => { await drawn(page); const all = page.locator('.lineage_keys button').nth(2); if (await all.count()) { await all.click(); await page.waitForTimeout(400) } }
const step = kind => async page => { await drawn(page); const one = page.locator(`[data-step].step_${kind}, .leg:has(small:text("${kind}")) [data-step]`).first(); await one.focus(); await one.press('Enter'); await page.waitForTimeout(600) }

const open = name => async page => { await page.getByRole('button', { name, exact: true }).first().click(); await page.waitForTimeout(400) }
const panel = async page => { await page.locator('.fact .figure').first().click(); await page.locator('.why_value').waitFor(); await page.waitForTimeout(300) }

/// [name, address, title for the gallery, what is done before the picture, options]
const pages = x => [
  ['today', '/', 'Today: the answer, the exceptions, every pool'],
  ['as-of', '/?at=2025-03-31', 'Any page as of an earlier day'],
  ['map', '/map?as=map', 'Map of the sites', null, { screen: true }],
  ['map-site', '/map?as=map', 'Pools of one site', async page => { await page.locator('.site_marker').first().click(); await page.waitForTimeout(600) }, { screen: true }],
  ['flights', '/flights', 'Flights over pools'],
  ['stocktake-plan', '/stocktake-plan', 'The stocktake of a year'],
  ['pools', '/pools', 'Pools'],
  ['pool', `/pools/${x.pool}`, 'Pool card'],
  ['why', `/pools/${x.pool}`, 'Why is this number so', panel, { screen: true }],
  ['record', `/pools/${x.pool}`, 'A death is recorded', async page => {
    if (await page.locator('.bottom').count()) { await open('Record')(page); await page.getByRole('menuitem', { name: 'Deaths' }).click() } else await page.locator('.page_acts').getByRole('button', { name: 'Deaths' }).click()
    await page.waitForTimeout(400)
  }, { screen: true }],
  ['fish-list', '/fish', 'Tagged fish', null, { screen: true }],
  ['fish', `/fish/${x.fish}`, 'Fish card: life line and growth'],
  ['cohorts', '/cohorts', 'Cohorts', null, { screen: true }],
  ['cohort', `/cohorts/${x.cohort}`, 'Cohort'],
  ['stock', '/stock', 'Stock as of a day'],
  ['round', '/round', 'Daily round', null, { screen: true }],
  ['scan', '/scan', 'Scan a tag', null, { screen: true }],
  ['more', '/more', 'All pages, on the phone', null, { only: 'phone' }],
  ['journal', `/journal?subject=pool:${x.pool}`, 'Journal', null, { screen: true }],
  ['correct', `/journal?subject=pool:${x.pool}`, 'A fact is corrected', open('Correct'), { screen: true }],
  ['withdraw', `/journal?subject=pool:${x.pool}`, 'A fact is withdrawn', open('Withdraw'), { screen: true }],
  ['differences', '/differences?show=all', 'Counts that contradict the book', null, { screen: true }],
  ['tasks', '/tasks', 'Tasks', null, { screen: true }],
  ['breeding', '/breeding', 'Breeding: candidates, an index with sliders and its trade-off', traded],
  ['breeding-animal', `/breeding/animals/${x.animal}`, 'An animal: its tree, its values and how sure they are'],
  ['breeding-trend', '/breeding/trend', 'Genetic trend, inbreeding and effective size'],
  ['breeding-crosses', '/breeding/crosses', 'Crosses: which lines and hybrids, what is to be expected of each'],
  ['breeding-plans', '/breeding/plans', 'Mating plans'],
  ['breeding-spawnings', '/breeding/spawnings', 'Spawnings, families and stripped females'],
  ['breeding-varieties', '/breeding/varieties', 'Varieties and their trials'],
  ['plant', '/plant', 'Plant: the line now, and the lots of the day', null, { screen: true }],
  ['plant-wall', '/plant/wall', 'Wall board: every clock that runs', null, { screen: true }],
  ['plant-station', '/plant/station', 'A station, set up for gloves', null, { screen: true }],
  ['plant-orders', '/plant/orders', 'Harvest orders from the ripe list', null, { screen: true }],
  ['plant-charts', '/plant/charts', 'Control charts, and what the line can still do'],
  ['plant-checks', '/plant/checks', 'Control points and materials', null, { screen: true }],
  ['grading', '/grading', 'Grades by month, and what waits', null, { screen: true }],
  ['grading-agreement', '/grading/agreement', 'How far graders agree', null, { screen: true }],
  ['grading-consistency', '/grading/consistency', 'Is one lot like the next', null, { screen: true }],
  ['grading-uses', '/grading/uses', 'What a grade is worth in use', null, { screen: true }],
  ['tastings', '/tastings', 'Blind tastings, and lots held against each other'],
  ['tastings-trend', '/tastings/trend', 'The trend of liking'],
  ['sorting', '/sorting', 'Sorting line: loads, what came of them by class and size, how fast, pallets'],
  ['sorting-growers', '/sorting/growers', 'Growers: what became of each load, with money'],
  ['blend', '/blend', 'Blend: limits, cost against closeness, bags; our lots and blends', async page => { await page.getByRole('button', { name: /^Take our lots/ }).click(); await page.locator('.blend_curve button').first().waitFor({ timeout: 60_000 }); await page.waitForTimeout(400) }],
  ['mix', '/mix', 'Sea water: salts for a saline well', async page => { await page.getByRole('button', { name: 'Show an example' }).click(); await page.locator('.blend_steps').waitFor({ timeout: 60_000 }) }, { screen: true }],
  ['quality', '/quality', 'Quality: what is on hold, and what may go', null, { screen: true }],
  ['inputs', '/quality/inputs', 'Inputs against what law and programmes forbid', null, { screen: true }],
  ['import', '/import', 'Import: what a file would do, and how it is read', async page => {
    await page.setInputFiles('#import_files', { name: '投喂记录.csv', mimeType: 'text/csv', buffer: feed_list(x.pools, x.day) })
    await page.setInputFiles('#import_files', join(root, 'data/farm-records-mistakes.xlsx'))
    await page.waitForFunction(() => document.querySelectorAll('.import_file .sentence').length === 2)
    await page.locator('.sheet button').first().click()
    await page.waitForTimeout(300)
  }],
  ['people', '/people', 'People', null, { screen: true }],
  ['roles', '/people?tab=roles', 'Roles', null, { screen: true }],
  ['keys', '/people?tab=keys', 'Keys for devices', null, { screen: true }],
  ['audit', '/people?tab=audit', 'Audit', null, { screen: true }],
  ['trace-begin', '/trace', 'Trace: any code, in any spelling', null, { screen: true }],
  ['trace', traced(x.tin), 'Trace: the lineage of a tin', whole, { screen: true }],
  ['trace-fish', `${traced(x.giai)}&direction=down`, 'Trace: a fish and all that it gave', async page => { await drawn(page); if (await page.locator('.lineage').count()) await step('lot')(page) }, { screen: true }],
  ['recall', `${traced(x.giai)}&view=recall`, 'Recall: who received what'],
  ['fish-gave', `/fish/${x.caught}`, 'What a fish gave', async page => { await page.locator('.gave').waitFor(); await page.locator('.gave').scrollIntoViewIfNeeded() }],
  ['events', '/events', 'Events of the chain', null, { screen: true }],
  ['event', '/events?q=EQ_bizStep%3Dcommissioning', 'One event, as a card, JSON-LD or XML', async page => { await page.locator('tbody tr').first().click(); await page.locator('.event_card .lp_name').waitFor(); await page.waitForTimeout(400) }, { screen: true }],
  ['parameters', '/events?q=EQ_bizStep%3Dcommissioning', 'Every parameter of the standard', async page => { const more = page.getByRole('button', { name: 'All parameters' }); await more.scrollIntoViewIfNeeded(); await more.click(); await page.waitForTimeout(300) }, { screen: true }],
  ['queries', '/events?tab=saved', 'Saved queries', null, { screen: true }],
  ['capture', '/capture', 'Capture: what became of each event', async page => { await page.getByText('Keep the good ones').first().click(); await page.setInputFiles('#capture_file', partner([['A1', '2026-05-21T08:00:00.000+02:00'], ['A2', null], ['A3', '2026-05-21T09:00:00.000+02:00']])); await page.locator('.capture_events li').nth(2).waitFor(); await page.waitForTimeout(500) }],
  ['publish', '/publish', 'Labels: what whoever scans a tin is shown', null, { screen: true }],
  ['tin', x.tin.replace('https://id.gs1.org', '/id'), 'The page behind a label\'s code', null, {}],
  ['tin-forged', x.tin.replace('https://id.gs1.org', '/id') + '-X', 'A number that nobody issued', null, { screen: true }],
  ['jobs', '/jobs', 'Jobs', async page => { await page.getByRole('button', { name: 'Check the journal' }).click(); await page.getByText(/facts agree/).first().waitFor({ timeout: 120_000 }) }, { screen: true }],
  ['surveys', '/surveys', 'Surveys'],
  ['growth', '/growth', 'Growth coefficients', null, { screen: true }],
  ['settings', '/settings', 'Settings', null, { screen: true }],
]
const chinese = x => [
  ['today', '/', '今日'], ['pool', `/pools/${x.pool}`, '养殖池'], ['fish', `/fish/${x.fish}`, '鱼'], ['round', '/round', '巡池', null, { screen: true }], ['journal', `/journal?subject=pool:${x.pool}`, '流水账', null, { screen: true }],
  ['breeding', '/breeding', '育种', traded], ['breeding-animal', `/breeding/animals/${x.animal}`, '亲本'],
  ['trace', traced(x.tin), '追溯', whole, { screen: true }], ['events', '/events', '事件', null, { screen: true }], ['tin', x.tin.replace('https://id.gs1.org', '/id'), '标签页'],
]
const dark = x => [['today', '/', 'Today'], ['map', '/map?as=map', 'Map', null, { screen: true }], ['fish', `/fish/${x.fish}`, 'Fish card'], ['round', '/round', 'Round', null, { screen: true }], ['trace', traced(x.tin), 'Trace', whole, { screen: true }], ['tin', x.tin.replace('https://id.gs1.org', '/id'), 'The page behind a label\'s code']]

async function shoot(page, size, [name, address, , act, how = {}], ending = '') {
  const file = `${name}${ending}-${size}.png`
  if ((how.only && how.only !== size) || (wanted.length && !wanted.includes(name))) return
  await page.setViewportSize(sizes[size])
  await page.goto(address)
  if (address.startsWith('/id/')) await page.locator('.link_hero, .link_said').first().waitFor()
  else await settled(page)
  if (address.startsWith('/map')) await page.locator('.map[data-ready]').waitFor()
  if (act) await act(page)
  if (!how.screen) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ ...sizes[size], height: Math.min(most[size], Math.max(sizes[size].height, height)) })
  }
  await page.evaluate(() => document.activeElement?.blur?.())
  await page.waitForTimeout(700)
  writeFileSync(join(out, file), small_png(await page.screenshot()))
  console.log(file)
}

mkdirSync(out, { recursive: true })
const server = await start_server(process.env.DESK_COMPANY?.split(' ') ?? [])
const browser = await start_browser()
try {
  let x
  for (const size of ['desktop', 'phone']) {
    const { page, context, complaints } = await open_page(browser, server, size)
    await page.goto('/')
    await page.waitForTimeout(400)
    if (!wanted.length || wanted.includes('sign-in')) { writeFileSync(join(out, `sign-in-${size}.png`), small_png(await page.screenshot())); console.log('sign-in') }
    await sign_in(page, server, 'owner')
    x ??= await prepare(page)
    for (const one of pages(x)) await shoot(page, size, one)
    await page.emulateMedia({ colorScheme: 'dark' })
    for (const one of dark(x)) await shoot(page, size, one, '-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('button', { name: '切换到中文' }).click()
    for (const one of chinese(x)) await shoot(page, size, one, '-zh')
    if (complaints.length) throw new Error(complaints.join('\n'))
    await context.close()
  }
  const by_hand = [['labels', '', 'Labels: how it will look, printing once, the register'], ['tin-audit', '', 'Counting a store room by scanning']]
  const titled = [['sign-in', '', 'Sign-in'], ...pages(x), ...by_hand]
  const pictures = (name, ending) => ['desktop', 'phone'].map(s => `${name}${ending}-${s}.png`).filter(f => readdirSync(out).includes(f))
  const row = ([name, , title], ending) => {
    const files = pictures(name, ending)
    return files.length ? `\n## ${title}${ending === '-dark' ? ', dark' : ending === '-zh' ? ', 中文' : ''}\n\n${files.map(f => `<img src="${f}" alt="${title}, ${f.includes('phone') ? 'phone' : 'desktop'}" width="${f.includes('phone') ? 200 : 620}">`).join('\n')}\n` : ''
  }
  writeFileSync(join(out, 'README.md'), `# Screens

Every page of Osetra, at 1440 and at 390 pixels, as \`node tests/browser/shots.mjs\` takes them. The company is simulated, and every screen says so.
${titled.map(p => row(p, '')).join('')}
## Labels, as they are printed

<img src="label-printed.png" alt="A label of 90 x 60 mm in five languages with its DataMatrix and QR code" width="531">
${dark(x).map(p => row(p, '-dark')).join('')}${chinese(x).map(p => row(p, '-zh')).join('')}`)
} finally {
  await browser.close()
  await server.stop()
}
const all = readdirSync(out).filter(f => f.endsWith('.png')).map(f => [f, statSync(join(out, f)).size])
console.log(`${all.length} pictures, ${(all.reduce((n, [, size]) => n + size, 0) / 1e6).toFixed(1)} MB; the largest ${all.sort((a, b) => b[1] - a[1])[0].join(' ')}`)
