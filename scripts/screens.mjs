/**
 * The pictures of docs/screens, of a product that runs with deploys that really happened:
 *   TENGEN_HOME=/tmp/pictures npm run up        (an empty home, in another terminal)
 *   TENGEN_HOME=/tmp/pictures node scripts/screens.mjs
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { say } from './progress.mjs'

const root = path.join(import.meta.dirname, '..')
const folder = path.join(root, 'docs/screens')
const home = path.resolve(root, process.env.TENGEN_HOME ?? '.tengen')
const mostBytes = 200 * 1024
const { address: url } = JSON.parse(readFileSync(path.join(home, 'up.json'), 'utf8'))
const harbor = '/api/v1/organizations/harbor'

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars'],
})

/** A window of one person; `options` say how wide it is. */
async function windowOf(name) {
  const link = execFileSync(process.execPath, ['scripts/up.mjs', '--link'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TENGEN_HOME: home },
  }).trim()
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name }).click()
  await page.waitForURL(/\/o\/|\/platform\//)
  return page
}

/** The API with the session of that window. */
async function call(page, method, address, data) {
  const answer = await page.request.fetch(url + address, { method, data, headers: { origin: url } })
  if (!answer.ok()) throw new Error(`${address} answered ${answer.status()}: ${await answer.text()}`)
  return answer.status() === 204 ? undefined : answer.json()
}

const deployOf = (page, number) => call(page, 'GET', `${harbor}/deploys/${number}`)

async function until(page, number, ...states) {
  for (;;) {
    const deploy = await deployOf(page, number)
    if (states.includes(deploy.state)) return deploy
    if (['failed', 'cancelled', 'rejected'].includes(deploy.state)) throw new Error(`#${number} is ${deploy.state}: ${deploy.message}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const choices = (page, name, version) =>
  call(page, 'GET', `${harbor}/applications/shop/new-service?${new URLSearchParams({ package: name, ...(version ? { version } : {}) })}`)

async function install(page, { name, from = 'greeter', version, pool = 'production', count = 1, values = {}, reason }) {
  const choice = await choices(page, from, version)
  const runtimeId = choice.runtimes.find((runtime) => runtime.name === pool).id
  const data = { name, packageVersionId: choice.package.versionId, runtimeId, count, values, reason }
  return (await call(page, 'POST', `${harbor}/applications/shop/services`, data)).number
}

async function change(page, name, environment, body) {
  const { stageId } = await call(page, 'GET', `${harbor}/applications/shop/services/${name}?environment=${environment}`)
  return (await call(page, 'POST', `${harbor}/deploys`, { stageId, ...body })).number
}

async function approve(page, number) {
  const { planHash } = await deployOf(page, number)
  await call(page, 'POST', `${harbor}/deploys/${number}/approve`, { planHash })
}

async function shoot(page, name, theme) {
  const file = path.join(folder, `${name}-${theme}.png`)
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.screenshot({ path: file, animations: 'disabled' })
  const { size } = statSync(file)
  if (size > mostBytes) throw new Error(`${file} has ${size} bytes, more than ${mostBytes}.`)
  say(`  ${path.relative(root, file)}  ${Math.round(size / 1024)} KiB`)
}

/** News that arrive while a page is left may make it load once more: then it is visited again. */
async function visit(page, address) {
  await page.goto(address).catch(() => page.goto(address))
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** One page in both themes; `prepare` brings it to what shall be seen. */
async function picture(page, name, address, prepare = async () => {}) {
  await page.setViewportSize({ width: 1440, height: 900 })
  await visit(page, address)
  await page.getByText('Live', { exact: true }).waitFor()
  await prepare()
  for (const theme of ['light', 'dark']) await shoot(page, name, theme)
}

async function phonePicture(page, name, address, theme) {
  await page.setViewportSize({ width: 390, height: 844 })
  await visit(page, address)
  await shoot(page, `${name}-390`, theme)
}

/** The deploys that are looked at, when an earlier run made them. */
async function filled(mei) {
  const { items } = await call(mei, 'GET', `${harbor}/deploys?limit=100`)
  const find = (state, kind, name) =>
    items.find((one) => one.state === state && one.title.kind === kind && one.title.serviceName === name)?.number
  const waiting = find('awaiting_approval', 'install', 'search')
  if (!waiting) return undefined
  return { configured: find('succeeded', 'configure', 'greeter'), failed: find('failed', 'upgrade', 'checkout'), waiting }
}

/** What a small team would have after a week. */
async function fill(mei, jonas) {
  const production = async (wanted) => {
    const number = await install(mei, wanted)
    await approve(jonas, number)
    await until(mei, number, 'succeeded')
    return number
  }
  await production({ name: 'greeter', version: '1.4.0', count: 3, values: { message: 'hello' }, reason: 'The first one.' })
  await production({ name: 'checkout', version: '1.5.0', count: 4, reason: 'Checkout answers on its own.' })
  await production({ name: 'storefront', from: 'static-site', count: 2, reason: 'The page before the shop opens.' })
  await until(mei, await install(mei, { name: 'greeter-preview', pool: 'test', version: '1.5.0' }), 'succeeded')
  await until(mei, await install(mei, { name: 'docs', from: 'static-site', pool: 'test', count: 2 }), 'succeeded')
  await until(
    mei,
    await install(mei, { name: 'importer', from: 'practice-install-fails', pool: 'test', reason: 'Try the importer.' }),
    'failed',
  )
  const configured = await change(mei, 'greeter', 'production', {
    kind: 'configure',
    values: { message: 'good morning from harbor', drainSeconds: 10 },
    reason: 'New greeting text for the spring campaign.',
  })
  await approve(jonas, configured)
  await until(mei, configured, 'succeeded')
  const broken = (await choices(mei, 'greeter', '1.6.0-rc.1')).package.versionId
  const failed = await change(mei, 'checkout', 'production', {
    kind: 'upgrade',
    packageVersionId: broken,
    reason: 'Try the release candidate.',
  })
  await approve(jonas, failed)
  await until(mei, failed, 'failed')
  const waiting = await install(mei, {
    name: 'search',
    count: 3,
    values: { message: 'found' },
    reason: 'Search for the shop, asked by the product team.',
  })
  return { configured, failed, waiting }
}

/** The upgrade is under way while the pictures are taken: one theme at each of two upgrades. */
async function running(mei, jonas) {
  for (const [theme, version] of [
    ['light', '1.5.0'],
    ['dark', '1.4.0'],
  ]) {
    const packageVersionId = (await choices(mei, 'greeter', version)).package.versionId
    const number = await change(mei, 'greeter', 'production', {
      kind: 'upgrade',
      packageVersionId,
      reason: 'Keep-alive as agreed with edge.',
    })
    await mei.setViewportSize({ width: 1440, height: 900 })
    await mei.goto(`/o/harbor/deploys/${number}`)
    await mei.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await mei.getByRole('heading', { level: 1 }).waitFor()
    await approve(jonas, number)
    await mei
      .getByRole('button', { name: /(Switch|Check) greeter\/[12]: running/ })
      .first()
      .waitFor()
    await shoot(mei, 'deploy-running', theme)
    await until(mei, number, 'succeeded')
  }
}

/** A group deployed from the catalogue, once. */
async function shop(mei) {
  const services = await call(mei, 'GET', `${harbor}/applications/shop/services?limit=100`).catch(() => ({ items: [] }))
  if (services.items.some((one) => one.name === 'shop-web')) return
  await visit(mei, '/o/harbor/catalogue')
  await mei.getByRole('table', { name: 'Groups' }).getByRole('button', { name: 'Deploy' }).click()
  await mei.getByLabel('Name of the group').fill('shop')
  await mei.getByText('e.g. shop-redis').waitFor()
  await mei.getByRole('dialog').getByRole('button', { name: 'Deploy', exact: true }).click()
  await mei.waitForURL(/\/deploys\/\d+/)
  await until(mei, Number(/(\d+)$/.exec(mei.url())[1]), 'succeeded')
}

/** A command on all units of a service whose answers differ. */
async function command(jonas) {
  await visit(jonas, '/o/harbor/a/shop/services/docs/command?environment=test')
  await jonas.getByRole('button', { name: 'Script' }).click()
  await jonas
    .getByRole('textbox', { name: 'Script' })
    .fill('df -h . | tail -1\ncase "$TENGEN_UNIT" in */1) echo no room >&2; exit 4;; esac')
  await jonas.getByRole('textbox', { name: 'Failures allowed' }).fill('2')
  await jonas.getByRole('button', { name: 'Look at the targets' }).click()
  await jonas.getByRole('button', { name: /^Run on \d+ targets?$/ }).click()
  await jonas.getByTestId('deploy-state').getByText('Failed').waitFor()
  return jonas.url()
}

mkdirSync(folder, { recursive: true })
try {
  const [mei, jonas, olga] = [await windowOf('Mei Lin'), await windowOf('Jonas Weber'), await windowOf('Olga Petrova')]
  const { configured, failed, waiting } = (await filled(mei)) ?? (await fill(mei, jonas))
  await running(mei, jonas)
  const wizard = async () => {
    await mei.getByLabel('Name', { exact: true }).fill('reviews')
    await mei.getByLabel('Units', { exact: true }).fill('2')
    await mei.getByLabel('Message', { exact: true }).fill('what people say')
  }
  await picture(jonas, 'overview', '/o/harbor/overview')
  await picture(jonas, 'approvals', '/o/harbor/approvals')
  await picture(jonas, 'deploy-awaiting', `/o/harbor/deploys/${waiting}`)
  await picture(jonas, 'deploy-failed', `/o/harbor/deploys/${failed}`)
  await picture(mei, 'deploy-succeeded', `/o/harbor/deploys/${configured}`)
  await picture(mei, 'deploys', '/o/harbor/deploys')
  await picture(mei, 'services', '/o/harbor/a/shop/services')
  await picture(mei, 'service', '/o/harbor/a/shop/services/greeter')
  await picture(mei, 'output', '/o/harbor/a/shop/services/greeter?environment=production&tab=output')
  await picture(mei, 'terminal', '/o/harbor/a/shop/services/docs?environment=test&tab=terminal', async () => {
    await mei.getByRole('button', { name: 'Open terminal' }).click()
    await mei.locator('.xterm-rows').getByText('docs/0 $').waitFor()
    await mei.keyboard.type('ls -la\n')
    await mei.locator('.xterm-rows').getByText('total').waitFor()
  })
  await picture(mei, 'catalogue', '/o/harbor/catalogue')
  await picture(mei, 'new-service', '/o/harbor/a/shop/services/new?package=greeter', wizard)
  await picture(olga, 'machines', '/platform/machines')
  await picture(olga, 'machine', '/platform/machines/production-1')
  await picture(olga, 'pool', '/platform/pools/production')
  await shop(mei)
  await picture(mei, 'relations', '/o/harbor/a/shop/relations?environment=test')
  await picture(jonas, 'command', await command(jonas))
  await picture(mei, 'runtimes', '/o/harbor/runtimes')
  await picture(jonas, 'audit', '/o/harbor/settings/audit')
  await picture(jonas, 'policies', '/o/harbor/settings/policies')
  await picture(jonas, 'members', '/o/harbor/settings/members')
  await picture(jonas, 'notices', '/me/notices')
  await picture(mei, 'changes', '/o/harbor/a/shop/services/greeter?environment=production&tab=changes')
  await call(mei, 'POST', '/api/v1/me/tokens', { name: 'laptop', scopes: ['read', 'deploy', 'operate'], days: 90 })
  await call(mei, 'POST', '/api/v1/me/tokens', { name: 'build', scopes: ['read', 'deploy', 'publish'], days: 30, organization: 'harbor' })
  await picture(mei, 'tokens', '/me/tokens')
  await phonePicture(jonas, 'approvals', '/o/harbor/approvals', 'light')
  await phonePicture(jonas, 'deploy-awaiting', `/o/harbor/deploys/${waiting}`, 'light')
  await phonePicture(jonas, 'deploy-failed', `/o/harbor/deploys/${failed}`, 'dark')
  await phonePicture(jonas, 'service', '/o/harbor/a/shop/services/greeter', 'dark')
  await phonePicture(jonas, 'overview', '/o/harbor/overview', 'light')
} finally {
  await browser.close()
}
