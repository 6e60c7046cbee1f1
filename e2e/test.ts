import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { type Person, personIn, productUrl } from './people'
import { errorsSaid } from './product-state'

interface Windows {
  /** A window of a person; `null` is signed out. Whatever its console complains about fails the story. */
  open: (person: Person | null, options?: BrowserContextOptions) => Promise<Page>
  /** Complaints that the story expects, e.g. of a connection it cuts itself. */
  expectComplaints: (...patterns: RegExp[]) => void
}

/** The browser says so itself when a page answers 404 or 403; the page's own words are what stories look at. */
const harmless = [/Failed to load resource: the server responded with a status of 40[134]/]

/** Whatever the console of this window complains about from here on. */
export function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || /content.security.policy/i.test(message.text())) complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
}

/** What no story expects. */
export const unexpected = (complaints: readonly string[], expected: readonly RegExp[] = harmless): string[] =>
  complaints.filter((one) => !expected.some((pattern) => pattern.test(one)))

/** What stood there when a story failed, where nobody can look at a picture. */
async function tell(page: Page): Promise<void> {
  const seen = await page.locator('body').ariaSnapshot({ timeout: 5000 }).catch(String)
  console.error([page.url(), seen.slice(0, 6000), ...errorsSaid(3)].join('\n'))
}

export const test = base.extend<Windows & { watch: { complaints: string[]; expected: RegExp[]; pages: Page[] } }>({
  watch: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use, info) => {
      const watch = { complaints: [] as string[], expected: [...harmless], pages: [] as Page[] }
      await use(watch)
      if (info.status !== info.expectedStatus) for (const page of watch.pages) await tell(page)
      for (const page of watch.pages) await page.context().close()
      expect(unexpected(watch.complaints, watch.expected), 'errors in the console').toEqual([])
    },
    { auto: true },
  ],
  open: async ({ browser, watch }, use) => {
    await use(async (person, options = {}) => {
      const page = person
        ? await personIn(browser, person, options)
        : await (await browser.newContext({ baseURL: productUrl(), locale: 'en-GB', ...options })).newPage()
      listen(page, watch.complaints)
      watch.pages.push(page)
      return page
    })
  },
  expectComplaints: async ({ watch }, use) => use((...patterns) => void watch.expected.push(...patterns)),
})

export { expect } from '@playwright/test'
