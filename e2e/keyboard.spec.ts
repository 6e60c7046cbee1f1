import type { Page } from '@playwright/test'
import { freshName, readDeploy, removeService, requestService, untilState } from './deploys'
import { openPalette } from './palette'
import { apiAs } from './people'
import { expect, test } from './test'

const focused = (page: Page) => page.locator(':focus')

/** Presses Tab until the element with this name has the focus, as somebody without a mouse would. */
async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  const wanted = (text: string) => (typeof name === 'string' ? text === name : name.test(text))
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const now = await page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null
      return (at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '').trim()
    })
    if (wanted(now)) return
  }
  throw new Error(`Tab never reached ${name}`)
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 })

test('a service is made, reviewed, asked for and approved without a mouse', async ({ open, browser }) => {
  const name = freshName('keys')
  const page = await open('mei')
  await page.goto('/o/harbor/a/shop/services/new?package=greeter')
  await expect(heading(page)).toHaveText(/^New service from Greeter/)
  await tabTo(page, 'Name')
  await page.keyboard.type(name)
  await tabTo(page, 'Runtime')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('option', { name: /^production/ })).toBeVisible()
  await page.keyboard.type('prod')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Runtime', { exact: true })).toContainText('production')
  await tabTo(page, 'Review plan')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Request approval' })).toBeEnabled()
  await tabTo(page, 'Request approval')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/deploys\/\d+$/)

  const admin = await open('jonas')
  await admin.goto('/o/harbor/overview')
  await expect(heading(admin)).toHaveText('Harbor')
  await admin.keyboard.press('g')
  await admin.keyboard.press('a')
  await expect(heading(admin)).toHaveText('Approvals')
  await tabTo(admin, `Install ${name} 1.5.0`)
  await admin.keyboard.press('Enter')
  await expect(admin.getByTestId('deploy-state')).toHaveText('Awaiting approval')
  await expect(admin.getByText('Live', { exact: true })).toBeVisible()
  await admin.keyboard.press('a')
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')

  const api = await apiAs(browser, 'mei')
  const number = await removeService(api, name, 'production')
  const jonas = await apiAs(browser, 'jonas')
  const { planHash } = await readDeploy(jonas, number)
  await jonas.post(`/api/v1/organizations/harbor/deploys/${number}/approve`, { data: { planHash } })
})

test('whatever has the focus shows it', async ({ open }) => {
  const page = await open('mei')
  await page.goto('/o/harbor/a/shop/services')
  await expect(heading(page)).toHaveText('Services')
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab')
    const ring = await focused(page).evaluate((element) => {
      const own = [element, element.parentElement as Element, ...element.children].map((one) => getComputedStyle(one))
      return own.some((style) => (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none')
    })
    expect(ring, await focused(page).evaluate((element) => element.outerHTML.slice(0, 120))).toBe(true)
  }
})

test('the palette goes to a service, runs an action, and says of a forbidden one who may', async ({ open, browser }) => {
  const api = await apiAs(browser, 'mei')
  const name = freshName('found')
  await untilState(api, await requestService(api, { name }), 'succeeded')
  const page = await open('mei')
  await page.goto('/o/harbor/overview')
  await expect(heading(page)).toHaveText('Harbor')
  await openPalette(page)
  await page.keyboard.type(name)
  await expect(page.getByRole('option', { name: new RegExp(`^${name}`) }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/services/${name}`))
  await openPalette(page)
  await page.keyboard.type('>publish')
  // What was found for the first letters stays until the last ones are answered.
  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page.getByRole('option')).toHaveText(/Publish a version/)
  await page.keyboard.press('Enter')
  await expect(heading(page)).toHaveText('Publish a version')

  const viewer = await open('sam')
  await viewer.goto('/o/harbor/overview')
  await expect(heading(viewer)).toHaveText('Harbor')
  await openPalette(viewer)
  await viewer.keyboard.type('>new')
  await expect(viewer.getByRole('option', { name: /New service/ })).toContainText(/Jonas Weber/)
  await viewer.keyboard.press('Enter')
  await expect(viewer).toHaveURL(/\/overview$/)
  await removeService(api, name)
})

test('? lists the keys; Escape closes and gives the focus back', async ({ open }) => {
  const page = await open('mei')
  await page.goto('/o/harbor/deploys')
  await expect(heading(page)).toHaveText('Deploys')
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Approve the plan')
  // Every entry of the side, and no other.
  const side = await page.locator('aside.side nav.nav').first().locator('a').allInnerTexts()
  const go = dialog.locator('dl').nth(1).locator('dt')
  expect(await go.allInnerTexts()).toEqual(side.map((text) => text.replace(/\s*\d+$/, '')))
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('/')
  await expect(focused(page)).toHaveAttribute('data-filter-box', 'true')
})

/** What is cut off without saying so: text wider than the box that hides it, where no ellipsis stands. */
const clipped = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a, th, td, h1, h2, label, dt, dd, li, p, span')]
      .filter((element) => {
        const style = getComputedStyle(element)
        if (style.display === 'inline' || element.offsetParent === null || element.closest('.vh, .log-box, .code')) return false
        const hides = style.overflowX === 'hidden' || style.overflowX === 'clip' || element.matches('button, th, a')
        return hides && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1
      })
      .map((element) => `${element.tagName} ${element.className}: ${element.innerText.slice(0, 40)}`),
  )

test('theme and language switch at once and stay; Chinese pages clip nothing and are all Chinese', async ({ open }) => {
  const page = await open('mei')
  await page.goto('/o/harbor/overview')
  const menu = page.getByRole('button', { name: /Mei Lin/ })
  await menu.click()
  await page
    .getByRole('menuitemradio', { name: 'Dark' })
    .or(page.getByRole('menuitem', { name: 'Dark' }))
    .click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await menu.click()
  await page
    .getByRole('menuitemradio', { name: '中文' })
    .or(page.getByRole('menuitem', { name: '中文' }))
    .click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const paths = [
    'overview',
    'approvals',
    'catalogue',
    'catalogue/greeter',
    'deploys',
    'a/shop/services',
    'a/shop/services/new?package=greeter',
  ]
  for (const path of paths) {
    await page.goto(`/o/harbor/${path}`)
    await expect(page.getByRole('navigation').first()).toBeAttached()
    await expect(heading(page)).toBeVisible()
    expect(await clipped(page), path).toEqual([])
    await expect(page.getByRole('complementary').first(), path).not.toContainText(/Overview|Services|Deploys/)
  }
})
