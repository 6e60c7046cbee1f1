import type { Page } from '@playwright/test'
import { personIn } from './people'
import { expect, listen, test, unexpected } from './test'

/** The first true path: asked, approved, carried out, changed, broken, rolled back; seen by people and by a prober. */
test.describe.configure({ mode: 'serial' })

const name = `story-${Date.now().toString(36)}`
const service = `/o/harbor/a/shop/services/${name}?environment=production`
let mei: Page
let jonas: Page
let endpoints: string[] = []
const complaints: string[] = []

test.beforeAll(async ({ browser }) => {
  mei = await personIn(browser, 'mei')
  jonas = await personIn(browser, 'jonas')
  for (const page of [mei, jonas]) listen(page, complaints)
})
test.afterEach(() => expect(unexpected(complaints.splice(0)), 'errors in the console').toEqual([]))
test.afterAll(async () => {
  await mei.context().close()
  await jonas.context().close()
})

const state = (page: Page) => page.locator('h1 + .badge, .head .badge').first()

const ended = (page: Page, word: string) => expect(state(page)).toHaveText(word, { timeout: 60_000 })

const answer = (endpoint: string): Promise<string> =>
  fetch(`http://${endpoint}/`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => (response.ok ? (await response.text()).trim() : 'no answer'),
    () => 'no answer',
  )

const answers = () => Promise.all(endpoints.map(answer))

/** Asks all units again and again; remembers the fewest that served at once, and how often they did not all say the same. */
function probe(): { stop(): Promise<{ fewest: number; looks: number; mixed: number }> } {
  let fewest = Number.POSITIVE_INFINITY
  let looks = 0
  let mixed = 0
  let on = true
  const running = (async () => {
    while (on) {
      const served = (await answers()).filter((text) => text !== 'no answer')
      fewest = Math.min(fewest, served.length)
      if (new Set(served).size > 1) mixed++
      looks++
    }
  })()
  return {
    async stop() {
      on = false
      await running
      return { fewest, looks, mixed }
    },
  }
}

/** The admin opens the record and approves exactly the hash that it shows. */
async function approve(): Promise<void> {
  await jonas.goto(mei.url())
  await jonas
    .getByRole('button', { name: /^Approve plan/ })
    .first()
    .click()
  await expect(state(jonas)).not.toHaveText('Awaiting approval')
}

/** From the service page: opens a change, fills it in, asks for it, and stands on its record. */
async function ask(button: string, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>): Promise<void> {
  await mei.goto(service)
  await mei.getByRole('button', { name: button, exact: true }).click()
  const dialog = mei.getByRole('dialog')
  await fill(dialog)
  await dialog.getByRole('button', { name: 'Request approval' }).click()
  await mei.waitForURL(/\/deploys\/\d+/)
}

test('a developer sees the plan of a new service and asks for it; nobody may approve their own', async () => {
  await mei.goto('/o/harbor/a/shop/services/new?package=greeter&version=1.4.0')
  await mei.getByLabel('Name').fill(name)
  await mei.getByLabel('Runtime').click()
  await mei.getByRole('option', { name: /production/ }).click()
  await mei.getByLabel('Units').fill('3')
  await mei.getByLabel('Message').fill('good morning')
  await mei.getByRole('button', { name: 'Review plan' }).click()
  await expect(mei.getByText('message = good morning')).toBeVisible()
  await mei.getByRole('button', { name: 'Request approval' }).click()
  await mei.waitForURL(/\/deploys\/\d+/)
  await ended(mei, 'Awaiting approval')
  await expect(mei.getByRole('button', { name: /^Approve plan/ }).first()).toBeDisabled()
})

test('an admin approves that hash, the log streams, and all three answer with the configured message', async () => {
  await approve()
  await ended(mei, 'Succeeded')
  await expect(mei.getByText(/started node bin\/server.mjs/).first()).toBeVisible()
  await mei.goto(service)
  const cells = mei.getByText(/^127\.0\.0\.\d+:\d+$/)
  await expect(cells).toHaveCount(3)
  endpoints = await cells.allTextContents()
  expect(await answers()).toEqual(['good morning', 'good morning', 'good morning'])
})

test('another message reaches them one at a time, and a prober never sees fewer than two', async () => {
  await ask('Configure', async (dialog) => {
    await dialog.getByLabel('Message').fill('good evening')
    await expect(dialog.locator('.dl.add', { hasText: 'message = good evening' })).toBeVisible()
  })
  const prober = probe()
  await approve()
  await ended(mei, 'Succeeded')
  const { fewest, looks, mixed } = await prober.stop()
  expect(looks).toBeGreaterThan(3)
  expect(mixed).toBeGreaterThan(0)
  expect(fewest).toBeGreaterThanOrEqual(2)
  expect(await answers()).toEqual(['good evening', 'good evening', 'good evening'])
})

test('an upgrade whose check fails stops at the first unit; two still answer, and that unit is held and says why', async () => {
  await ask('Upgrade', async (dialog) => {
    await dialog.getByLabel('Version').click()
    await mei.getByRole('option', { name: /1\.6\.0-rc\.1/ }).click()
    await expect(dialog.getByText(/greeter 1\.6\.0-rc\.1/).first()).toBeVisible()
  })
  await approve()
  await ended(mei, 'Failed')
  expect((await answers()).filter((text) => text === 'good evening').length).toBeGreaterThanOrEqual(2)
  const notice = mei.locator('.note', { hasText: `1 unit is held as it is: ${name}/0.` })
  await expect(notice).toContainText(`Check ${name}/0 failed.`)
  await expect(notice).toContainText('no greeting')
})

test('rolled back, all three answer again and nothing is held', async () => {
  await mei
    .getByRole('button', { name: /^Roll back/ })
    .first()
    .click()
  await mei
    .getByRole('dialog')
    .getByRole('button', { name: /Request approval|Roll back/ })
    .click()
  const failed = mei.url()
  await expect(mei).not.toHaveURL(failed)
  await approve()
  await ended(mei, 'Succeeded')
  expect(await answers()).toEqual(['good evening', 'good evening', 'good evening'])
  await mei.goto(service)
  await expect(mei.getByText(/^Held/)).toHaveCount(0)
})
