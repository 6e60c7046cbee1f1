import type { Browser, Page } from '@playwright/test'
import { expect } from '@/e2e/test'

/** What the clusters are called, by what they are for. */
export const names = { test: 'pods-test', production: 'pods-production' } as const
export type Environment = keyof typeof names

export const inShop = '/o/harbor/a/shop'
export const serviceAt = (name: string, environment: Environment, tab = '') =>
  `${inShop}/services/${name}?environment=${environment}${tab && `&tab=${tab}`}`
export const routeAt = (host: string, environment: Environment) => `${inShop}/routes/${host}?environment=${environment}`

export const badge = (page: Page) => page.locator('.badge').first()
/** How a service does in its cluster. */
export const inCluster = (page: Page, environment: Environment) =>
  page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: names[environment] })

export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByLabel(label, { exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

/** The plan in the dialog is asked for, and the reader is led to its record. */
export async function request(page: Page, verb: string | RegExp): Promise<void> {
  const before = page.url()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: verb, ...(typeof verb === 'string' ? { exact: true } : {}) })
    .click()
  await page.waitForURL(({ href }) => href !== before && /\/deploys\/\d+/.test(href))
}

export const hasEnded = (page: Page, state: 'Succeeded' | 'Failed' | 'Deferred') =>
  expect(page.getByTestId('deploy-state')).toHaveText(state, { timeout: 90_000 })

/** Somebody else looks at the very plan, and signs it. */
export async function approve(page: Page, asker: Page): Promise<void> {
  await page.goto(asker.url())
  const sign = page.getByRole('button', { name: /^Approve/ })
  await sign.first().click()
  await expect(sign).toHaveCount(0)
}

/** A new service of the package whose page is open, in test. */
export async function install(page: Page, name: string, runtime: RegExp, fill: () => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'New service' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await choose(page, 'Runtime', runtime)
  await fill()
  await page.getByRole('button', { name: 'Review plan' }).click()
  await page.getByRole('button', { name: 'Deploy', exact: true }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await hasEnded(page, 'Succeeded')
}

export async function configure(page: Page, environment: Environment, fields: Record<string, string>): Promise<void> {
  await page.goto(serviceAt('web', environment))
  await page.getByRole('button', { name: 'Configure', exact: true }).click()
  for (const [label, text] of Object.entries(fields)) await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(text)
  await request(page, environment === 'test' ? 'Configure' : 'Request approval')
}

export async function publish(page: Page, name: string, archive: Buffer): Promise<void> {
  await page.goto('/o/harbor/catalogue/publish')
  await page.getByLabel('Choose an archive first').setInputFiles({ name: `${name}.tar.gz`, mimeType: 'application/gzip', buffer: archive })
  await page.getByRole('button', { name: 'Publish a version' }).click()
  await page.waitForURL(`/o/harbor/catalogue/${name}`)
}

/** What a visitor sees. */
export async function visit(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  try {
    const page = await context.newPage()
    await page.goto(url)
    return await page.locator('body').innerText()
  } finally {
    await context.close()
  }
}
