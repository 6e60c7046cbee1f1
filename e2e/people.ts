import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type APIRequestContext, type Browser, type BrowserContextOptions, type Page, request } from '@playwright/test'

/** The people of the demo, by the part they play. */
export const people = {
  mei: { name: 'Mei Lin', part: 'developer' },
  jonas: { name: 'Jonas Weber', part: 'admin' },
  sam: { name: 'Sam Okoro', part: 'viewer' },
  olga: { name: 'Olga Petrova', part: 'operator' },
  nils: { name: 'Nils Berg', part: 'member of another organisation' },
} as const
export type Person = keyof typeof people

const root = path.join(import.meta.dirname, '..')

export const productUrl = (): string => {
  const url = process.env.TENGEN_URL
  if (!url) throw new Error('No product runs: the global setup of playwright.config.ts starts one.')
  return url
}

/** Where this product lies; without one that we started, TENGEN_E2E_HOME says it. */
export const productHome = (): string => {
  const home = process.env.TENGEN_E2E_HOME
  if (!home) throw new Error('TENGEN_E2E_HOME must name the home of the product at TENGEN_URL.')
  return home
}

/** Another one-time link, as people get it. */
export const newLink = (): string =>
  execFileSync(process.execPath, ['scripts/up.mjs', '--link'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TENGEN_HOME: productHome() },
  }).trim()

/** Kept beside the product's data, so that each person signs in once for all stories (and once more when the session is over). */
function stateFile(person: Person): string {
  const folder = process.env.TENGEN_E2E_HOME
    ? path.join(productHome(), 'e2e-sessions')
    : path.join(os.tmpdir(), `tengen-e2e-${process.pid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return path.join(folder, `${person}.json`)
}

/** Opens the link, is that person, and keeps the session. */
async function signIn(browser: Browser, person: Person): Promise<void> {
  const context = await browser.newContext({ baseURL: productUrl() })
  const page = await context.newPage()
  await page.goto(newLink())
  await page.getByRole('button', { name: people[person].name }).click()
  await page.waitForURL(/\/o\/|\/platform\//)
  // Another worker may read it at this moment: it is there whole, or not yet.
  const whole = `${stateFile(person)}.${process.pid}`
  await context.storageState({ path: whole })
  renameSync(whole, stateFile(person))
  await context.close()
}

/** And so lately that nothing asks for it again. */
async function isSignedIn(person: Person): Promise<boolean> {
  if (!existsSync(stateFile(person))) return false
  const api = await request.newContext({ baseURL: productUrl(), storageState: stateFile(person) })
  const answer = await api.get('/api/v1/me')
  const isFresh = answer.ok() && ((await answer.json()) as { isFresh: boolean }).isFresh
  await api.dispose()
  return isFresh
}

const signedIn = new Set<Person>()

/** The session of this person, for a browser context. */
export async function sessionOf(browser: Browser, person: Person): Promise<string> {
  if (!signedIn.has(person) && !(await isSignedIn(person))) await signIn(browser, person)
  signedIn.add(person)
  return stateFile(person)
}

/** A window of their own for this person. */
export async function personIn(browser: Browser, person: Person, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: productUrl(),
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
    storageState: await sessionOf(browser, person),
  })
  return context.newPage()
}

/** The API as this person's pages use it: with the session, from the product's own origin. */
export async function apiAs(browser: Browser, person: Person): Promise<APIRequestContext> {
  return request.newContext({
    baseURL: productUrl(),
    storageState: await sessionOf(browser, person),
    extraHTTPHeaders: { origin: productUrl() },
  })
}
