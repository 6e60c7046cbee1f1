import AxeBuilder from '@axe-core/playwright'
import type { APIRequestContext, Page } from '@playwright/test'
import { approveDeploy, freshName, removeService, requestService, untilState } from './deploys'
import { publishKeeper } from './packages'
import { openPalette } from './palette'
import { apiAs } from './people'
import { expect, test } from './test'

/** Services of a story carry its stem in their names, so that a filter shows them alone. */
const stem = freshName('bulk')
const [one, two, live, waiting] = ['a', 'b', 'c', 'd'].map((letter) => `${stem}-${letter}`) as [string, string, string, string]
const keeper = freshName('keeper')
const list = `/o/harbor/a/shop/services?q=${stem}`

test.beforeAll(async ({ browser }) => {
  const [mei, jonas] = [await apiAs(browser, 'mei'), await apiAs(browser, 'jonas')]
  await publishKeeper(mei, keeper)
  const numbers = [await requestService(mei, { name: one, count: 2 }), await requestService(mei, { name: two, package: keeper })]
  const number = await requestService(mei, { name: live, runtime: 'production' })
  await requestService(mei, { name: waiting, runtime: 'production' })
  await approveDeploy(jonas, number)
  for (const each of [...numbers, number]) await untilState(mei, each, 'succeeded')
})

test.afterAll(async ({ browser }) => {
  const [mei, jonas] = [await apiAs(browser, 'mei'), await apiAs(browser, 'jonas')]
  for (const name of [one, two]) await removeService(mei, name).catch(() => undefined)
  for (const name of [live, waiting]) {
    const number = await removeService(mei, name, 'production').catch(() => undefined)
    if (number) await approveDeploy(jonas, number).catch(() => undefined)
  }
})

interface Listed {
  items: { number: number }[]
  next: string | null
}

const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true })
const bar = (page: Page) => page.getByRole('toolbar', { name: 'With the selected services' })
const dialog = (page: Page) => page.getByRole('dialog')
const inDialog = (page: Page, name: string) => dialog(page).getByRole('listitem').filter({ hasText: name })

async function openList(page: Page, address = list): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Services')
  await expect(box(page, one)).toBeVisible()
}

/** To what comes after the first two by name: a page holds fifty, more than a story makes. */
async function turnPage(page: Page, api: APIRequestContext): Promise<void> {
  const { next } = (await (await api.get(`/api/v1/organizations/harbor/applications/shop/services?q=${stem}&limit=2`)).json()) as Listed
  await page.evaluate(
    (address) => (window as Window & { next?: { router: { push: (to: string) => void } } }).next?.router.push(address),
    `${list}&after=${next}`,
  )
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.any[0]?.message ?? ''}`))
}

test('a first install that waits is not installed yet, and the crumb has the name of the switcher', async ({ open }) => {
  const page = await open('mei')
  await openList(page)
  const row = page.getByRole('row').filter({ hasText: waiting })
  await expect(row).toContainText('Not installed yet')
  await expect(row).toContainText('Awaiting approval')
  await expect(row).not.toContainText('0 / 0')
  await expect(page.getByRole('navigation', { name: 'Where' })).toContainText('Shop')
})

test('rows are selected by box, range and keys; a filter lets go of them, turning pages does not', async ({ open, browser }) => {
  const page = await open('mei')
  await openList(page)
  await box(page, one).click()
  await box(page, live).click({ modifiers: ['Shift'] })
  await expect(bar(page)).toContainText('3 selected')
  await box(page, two).focus()
  await page.keyboard.press('Space')
  await expect(bar(page)).toContainText('2 selected')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
  await box(page, one).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowUp')
  await expect(bar(page)).toContainText('2 selected')
  await expect(box(page, two)).toBeFocused()
  await page.getByRole('link', { name: 'Service', exact: true }).click()
  await expect(page).toHaveURL(/sort=-name/)
  await expect(bar(page)).toContainText('2 selected')
  await turnPage(page, await apiAs(browser, 'mei'))
  await expect(box(page, one)).toHaveCount(0)
  await expect(bar(page)).toContainText('2 selected')
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await expect(bar(page)).toContainText('4 selected')
  await page.getByRole('searchbox', { name: 'Filter by name or package' }).fill(one)
  await expect(bar(page)).toHaveCount(0)
})

test('a bulk restart shows each plan, asks for a deploy each, and tells apart what cannot be done', async ({
  open,
  browser,
  expectComplaints,
}) => {
  expectComplaints(/status of 429/)
  const page = await open('mei')
  await openList(page)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await bar(page).getByRole('button', { name: 'Restart' }).click()
  await expect(inDialog(page, one)).toContainText('2 restart')
  await expect(inDialog(page, live)).toContainText('Production')
  await expect(inDialog(page, live)).toContainText('asks for one approval')
  await expect(inDialog(page, waiting)).toContainText('It has no units.')
  expect(await seriousFindings(page)).toEqual([])
  // One of them fails on its way: the others are asked for all the same.
  let fails = true
  await page.route('**/api/v1/organizations/harbor/deploys', async (route) => {
    if (!fails || route.request().postDataJSON().kind !== 'restart') return route.continue()
    fails = false
    await route.fulfill({ status: 429, json: { code: 'rate_limited', title: 'Too many requests.', status: 429 } })
  })
  await dialog(page).getByRole('button', { name: 'Restart 3 services' }).click()
  await expect(inDialog(page, one)).toContainText('Not taken')
  await expect(inDialog(page, two)).toContainText(/Asked for #\d+/)
  await expect(inDialog(page, live)).toContainText(/Asked for #\d+/)
  const before = await inDialog(page, two).textContent()
  await dialog(page)
    .getByRole('button', { name: /Try \d again/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Restart 1 service' }).click()
  await expect(inDialog(page, one)).toContainText(/Asked for #\d+/)
  expect(await inDialog(page, two).textContent()).toBe(before)
  const number = Number(/#(\d+)/.exec((await inDialog(page, two).textContent()) ?? '')?.[1])
  await untilState(await apiAs(browser, 'mei'), number, 'succeeded')
  await dialog(page).getByRole('button', { name: 'Close' }).click()
  await expect(bar(page)).toContainText('1 selected')
})

test('an answer that never came is asked for again and done once', async ({ open, browser, expectComplaints }) => {
  expectComplaints(/ERR_FAILED/)
  const page = await open('mei')
  const api = await apiAs(browser, 'mei')
  await openList(page)
  await box(page, two).click()
  await bar(page).getByRole('button', { name: 'Restart' }).click()
  await expect(dialog(page).getByRole('button', { name: 'Restart 1 service' })).not.toHaveAttribute('aria-disabled')
  let isFirst = true
  await page.route('**/api/v1/organizations/harbor/deploys', async (route) => {
    if (!isFirst) return route.continue()
    isFirst = false
    await route.fetch()
    await route.abort()
  })
  const newest = async () => ((await (await api.get('/api/v1/organizations/harbor/deploys?sort=-asked&limit=1')).json()) as Listed).items[0]
  const last = (await newest())?.number ?? 0
  await dialog(page).getByRole('button', { name: 'Restart 1 service' }).click()
  await expect(inDialog(page, two)).toContainText('No answer')
  await dialog(page).getByRole('button', { name: 'Restart 1 service' }).click()
  await expect(inDialog(page, two)).toContainText(`Asked for #${last + 1}`)
  expect((await newest())?.number).toBe(last + 1)
})

test('a removal begins at Cancel, and data goes only after a typed word', async ({ open }) => {
  const page = await open('mei')
  await openList(page)
  await box(page, one).click()
  await box(page, two).click()
  await bar(page).getByRole('button', { name: 'Remove' }).click()
  await expect(dialog(page).getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expect(inDialog(page, one)).toContainText('2 remove')
  await expect(inDialog(page, two)).toContainText('1 remove')
  await expect(dialog(page).getByRole('textbox', { name: /Type/ })).toHaveCount(0)
  await dialog(page).getByRole('checkbox', { name: 'Delete their data too' }).click()
  await expect(inDialog(page, two)).toContainText(`Data is lost: data of ${two}/0`)
  const remove = dialog(page).getByRole('button', { name: 'Remove 2 services' })
  await expect(remove).toHaveAttribute('title', `Type ${two} first`)
  await dialog(page).getByRole('textbox', { name: /Type/ }).fill(two)
  await expect(remove).not.toHaveAttribute('aria-disabled')
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(bar(page)).toContainText('2 selected')
})

test('the menu of a row leads to the dialog; back closes it; a viewer reads who may', async ({ open }) => {
  const page = await open('mei')
  await openList(page)
  await page.getByRole('row').filter({ hasText: one }).hover()
  await page.getByRole('button', { name: `More for ${one}` }).click()
  await expect(page.getByRole('menuitem', { name: /^Start/ })).toContainText('Nothing is stopped.')
  await page.getByRole('menuitem', { name: 'Scale' }).click()
  await expect(dialog(page)).toContainText(`Scale ${one}`)
  await page.goBack()
  await expect(dialog(page)).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Services')

  const viewer = await open('sam')
  await openList(viewer)
  await box(viewer, one).click()
  await expect(bar(viewer).getByRole('button', { name: 'Restart' })).toHaveAttribute('title', /Your role may not do this.*can/)
  await viewer.goto(`/o/harbor/a/shop/services/${one}?environment=test&act=restart`)
  await expect(dialog(viewer)).toContainText(/Your role may not do this.*can/)
})

test('the palette opens a change by its verb, and its dialog on the same page closes with back', async ({ open }) => {
  const page = await open('mei')
  await page.goto(`/o/harbor/a/shop/services/${one}?environment=test`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(one)
  await openPalette(page)
  await page.keyboard.type(`restart ${one}`)
  await expect(page.getByRole('option').first()).toContainText(`Restart ${one}…`)
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toContainText(`Restart ${one}`)
  await expect(page).toHaveURL(/act=restart/)
  await page.goBack()
  await expect(dialog(page)).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(one)
  await page.getByRole('button', { name: 'Scale' }).click()
  await expect(page).toHaveURL(/act=scale/)
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(page).not.toHaveURL(/act=/)
})

test('on a phone rows are selected and the bar is at the thumb; nothing goes sideways', async ({ open, expectComplaints }) => {
  expectComplaints(/status of 422/)
  const page = await open('mei', { viewport: { width: 390, height: 844 }, hasTouch: true })
  await openList(page)
  await box(page, one).tap()
  await box(page, live).tap()
  const foot = async () => {
    const place = await bar(page).boundingBox()
    return Math.round((place?.y ?? 0) + (place?.height ?? 0))
  }
  await expect.poll(foot, 'it comes up from below').toBe(844)
  await bar(page).getByRole('button', { name: 'Scale' }).tap()
  await dialog(page).getByLabel('Units in each placement').fill('2')
  await expect(inDialog(page, live)).toContainText('1 create')
  await expect(inDialog(page, one)).toContainText('Everything already is as you ask for.')
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  expect(await seriousFindings(page)).toEqual([])
})

test('the list with a selection has no serious accessibility finding in light and dark', async ({ open }) => {
  const page = await open('mei')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await openList(page)
    await box(page, one).click()
    expect(await seriousFindings(page), colorScheme).toEqual([])
  }
})
