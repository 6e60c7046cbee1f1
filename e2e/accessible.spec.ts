import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { type Address, addresses } from './addresses'
import { commandSomething, deploySomething, freshName } from './deploys'
import { productUrl } from './people'
import { expect, test } from './test'

const service = freshName('walk')
test.describe.configure({ mode: 'parallel' })
const there = { number: 0, name: service, command: 0 }
const pages = (): readonly Address[] => addresses(there)

test.beforeAll(async ({ browser }) => {
  // Once for all that this worker takes of the file.
  there.number ||= await deploySomething(browser, service)
  there.command ||= await commandSomething(browser)
})

/** Serious and critical ones; `rules` for a second look at what only colours change. */
async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  // Of what is right nobody needs the words; and no page has frames, for which a second page would put the parts together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.any[0]?.message ?? ''}`))
}

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

/** One page in both themes, at the desk and on a phone. */
async function look(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  expect(await seriousFindings(page), `${path} in light`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  expect(await seriousFindings(page, ['color-contrast']), `${path} in dark`).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await sideways(page), `${path} at 390 px`).toBeLessThanOrEqual(0)
}

/** The same components at another address need no second look. */
const alike = ['/o/nowhere/overview', '/o/harbor/approvals?tab=others', '/o/harbor/a/shop/deploys', '/o/harbor/a/shop/overview']
/** By the part of the frame they stand in: one window each, which loads the frame once. */
const parts = [
  { part: 'of the organisation', viewer: 'jonas', has: (path: string) => path.startsWith('/o/') && !path.includes('/a/') },
  { part: 'of an application', viewer: 'jonas', has: (path: string) => path.includes('/a/') },
  { part: 'of the platform', viewer: 'olga', has: (path: string) => !path.startsWith('/o/') },
] as const
for (const { part, viewer, has } of parts) {
  test(`no page ${part} has a serious accessibility finding in light and dark, and all fit a phone`, async ({ open }) => {
    test.slow()
    const page = await open(viewer)
    const shown = pages().filter(({ path }) => has(path) && !alike.includes(path))
    for (const { path, title, sees } of shown) {
      await test.step(path, () => look(page, path, sees[viewer] === 'content' ? title : 'There is nothing at this address'))
    }
  })
}

test('the page of denied permission names the permission and who can give it', async ({ open }) => {
  const page = await open('sam')
  await page.goto('/o/harbor/a/shop/services/new?package=greeter')
  await expect(page.getByText('It needs the permission to request and retry deploys.')).toBeVisible()
  await expect(page.getByText('Jonas Weber')).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
})

test('the sign-in page fits a phone and has no serious finding', async ({ open }) => {
  const page = await open(null)
  await look(page, '/sign-in', 'Sign in to Tengen')
})

test('the page of the API names every address, has no serious finding, fits a phone and asks nobody else', async ({ open }) => {
  const page = await open(null)
  const elsewhere: string[] = []
  page.on('request', (request) => void (new URL(request.url()).origin === productUrl() || elsewhere.push(request.url())))
  await look(page, '/api/docs', /^Tengen/)
  const { paths } = (await (await page.request.get('/api/v1/openapi.json')).json()) as { paths: Record<string, object> }
  // Only what is in view is drawn.
  await page.setViewportSize({ width: 1440, height: 20_000 })
  const shown = () => page.locator('.opblock-summary-path').evaluateAll((all) => all.map((one) => one.getAttribute('data-path')))
  await expect.poll(async () => [...new Set(await shown())].sort()).toEqual(Object.keys(paths).sort())
  expect(elsewhere).toEqual([])
})
