import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { db } from '@/lib/db/client'
import { setEnv } from '@/lib/env'
import { connectAccount, getConnection } from '@/lib/sign-in/connect-account'
import { addProvider, changeProvider, removeProvider } from '@/lib/sign-in/keep-provider'
import { listProviders } from '@/lib/sign-in/list-providers'
import { testProvider } from '@/lib/sign-in/test-provider'
import { freePort } from '@/lib/testing/free-port'
import { origin, SignInBrowser } from '@/lib/testing/sign-in-browser'
import { signedIn } from '@/lib/testing/signed-in'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { authOptions } from './_server/auth-options'

class Browser extends SignInBrowser {
  constructor() {
    super(authOptions)
  }
}

let database: TestDatabase
let provider: ChildProcess
let port: number
let operator: PersonActor

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ OUTGOING_ALLOW: '127.0.0.1', NEXTAUTH_SECRET: 'for the test', NEXTAUTH_URL: origin })
  port = await freePort()
  provider = fork(path.resolve('lib/testing/oidc-server.mjs'), [String(port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await once(provider, 'message')
  await tell({ clients: ['company', 'plain'].map((id) => `${origin}/api/auth/callback/${id}`) })
  const { id } = await db.user.create({ data: { email: 'olga@example.org', name: 'Olga', isOperator: true } })
  operator = await signedIn(id)
  const client = { clientId: 'tengen', clientSecret: 'a-secret-of-the-client' }
  const issuer = `http://127.0.0.1:${port}`
  await addProvider(operator, { ...client, id: 'company', kind: 'oidc', name: 'Company', address: issuer })
  const urls = { authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, userinfoUrl: `${issuer}/me` }
  await addProvider(operator, { ...client, ...urls, id: 'plain', kind: 'oauth2', name: 'Plain', scopes: 'openid email profile' })
  await addProvider(operator, { ...client, id: 'away', kind: 'oidc', name: 'Away', address: `http://127.0.0.1:${await freePort()}` })
})
beforeEach(() => tell({ denies: false, offsetMs: 0, isDown: false, account: ada }))
afterAll(async () => {
  provider.kill()
  setEnv({ OUTGOING_ALLOW: undefined, NEXTAUTH_SECRET: undefined, NEXTAUTH_URL: undefined })
  await closeBus()
  await database.dispose()
})

const ada = { sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada' }

/** What is so at the provider from now on. */
async function tell(said: Record<string, unknown>): Promise<void> {
  const done = once(provider, 'message')
  provider.send(said)
  await done
}

const isAway = /^\/sign-in\?.*error=OAuthSignin/

/** A sign-in that did not come to its end: nobody is signed in, and the page before the door says so. */
async function expectNobody(browser: Browser, led: string): Promise<void> {
  expect(led).toMatch(/^\/sign-in\?.*error=(OAuth)?Callback/)
  expect(await browser.whoAmI()).toBeUndefined()
}

test('who comes by a provider for the first time is somebody new, and the same the next time, by either kind of provider', async () => {
  const browser = new Browser()
  const address = new URL(await browser.begin('company'))
  expect(Object.fromEntries(address.searchParams)).toMatchObject({ code_challenge_method: 'S256', scope: 'openid email profile' })
  for (const name of ['state', 'nonce', 'code_challenge']) expect(address.searchParams.get(name)).toBeTruthy()
  expect(await browser.arrive(await browser.pass(address.href))).toBe(origin)
  const first = await browser.whoAmI()
  expect(first).toMatchObject({ name: 'Ada', isOperator: false, grants: [] })
  const { token } = browser
  // The same browser again: the same session, another token.
  await browser.signIn('company')
  expect([(await browser.whoAmI())?.session?.id, browser.token === token]).toEqual([first?.session?.id, false])
  const elsewhere = new Browser()
  await elsewhere.signIn('company')
  expect((await elsewhere.whoAmI())?.id).toBe(first?.id)
  await tell({ account: { sub: 'bo', email: 'bo@example.org', email_verified: true, name: 'Bo' } })
  const plain = new Browser()
  expect(await plain.signIn('plain')).toBe(origin)
  expect(await plain.whoAmI()).toMatchObject({ name: 'Bo' })
  expect(JSON.stringify(await db.account.findMany())).not.toContain('token')
})

test('an e-mail is no proof: whoever has it here must say so, signed in as before', async () => {
  await tell({ account: { ...ada, sub: 'ada-elsewhere' } })
  const browser = new Browser()
  const led = await browser.signIn('plain')
  expect(led).toMatch(/^\/sign-in\/connect\//)
  expect(await browser.whoAmI()).toBeUndefined()
  const token = decodeURIComponent(led.split('/').at(-1) ?? '')
  expect(await getConnection(null, { token })).toMatchObject({ provider: { name: 'Plain' }, email: 'ada@example.org', isYou: false })
  await expect(connectAccount(operator, { token })).rejects.toMatchObject({ code: 'forbidden' })
  await tell({ account: ada })
  const known = new Browser()
  await known.signIn('company')
  const me = (await known.whoAmI()) as PersonActor
  await connectAccount(me, { token })
  await expect(connectAccount(me, { token })).rejects.toMatchObject({ code: 'not_found' })
  await tell({ account: { ...ada, sub: 'ada-elsewhere' } })
  await browser.signIn('plain')
  expect((await browser.whoAmI())?.id).toBe(me.id)
})

test('an e-mail that nobody checked lets nobody in for the first time, and a domain that is not listed neither', async () => {
  await tell({ account: { sub: 'eve', email: 'olga@example.org', email_verified: false } })
  expect(await new Browser().signIn('company')).toBe('/sign-in?reason=unverified')
  await tell({ account: { sub: 'eve', name: 'Eve' } })
  expect(await new Browser().signIn('company')).toBe('/sign-in?reason=no_email')
  const { revision } = (await listProviders(operator)).items[0] ?? { revision: 0 }
  const settings = { id: 'company', name: 'Company', clientId: 'tengen' }
  await changeProvider(operator, { ...settings, revision, domains: ['Example.org'] })
  await tell({ account: { sub: 'eve', email: 'eve@evil.example', email_verified: true } })
  expect(await new Browser().signIn('company')).toBe('/sign-in?reason=domain')
  await changeProvider(operator, { ...settings, revision: revision + 1, isEnabled: false })
  // A way that is off is no way, also for who stands at the provider already.
  expect(await new Browser().begin('company')).not.toContain(String(port))
  await changeProvider(operator, { ...settings, revision: revision + 2 })
  await expect(changeProvider(operator, { ...settings, revision })).rejects.toMatchObject({ code: 'stale' })
})

test('who is blocked is told so and gets no session', async () => {
  await db.user.updateMany({ where: { email: 'bo@example.org' }, data: { blockedAt: new Date() } })
  await tell({ account: { sub: 'bo', email: 'bo@example.org', email_verified: true, name: 'Bo' } })
  const browser = new Browser()
  expect(await browser.signIn('plain')).toBe('/sign-in?reason=blocked')
  expect(await browser.whoAmI()).toBeUndefined()
})

test('an e-mail changed at the provider changes here, unless somebody else has it', async () => {
  await tell({ account: { ...ada, email: 'ada@new.example.org' } })
  const browser = new Browser()
  await browser.signIn('company')
  const { id = '' } = (await browser.whoAmI()) ?? {}
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ email: 'ada@new.example.org' })
  await tell({ account: { ...ada, email: 'Olga@example.org' } })
  expect(await browser.signIn('company')).toBe(origin)
  expect((await browser.whoAmI())?.id).toBe(id)
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ email: 'ada@new.example.org' })
})

test('an answer that is not the one this browser asked for is none', async () => {
  const browser = new Browser()
  const other = (address: string, name: string) => {
    const url = new URL(address)
    url.searchParams.set(name, 'x'.repeat(43))
    return url.href
  }
  await expectNobody(browser, await browser.arrive(await browser.pass(other(await browser.begin('company'), 'nonce'))))
  await expectNobody(browser, await browser.arrive(other(await browser.pass(await browser.begin('company')), 'state')))
  await expectNobody(browser, await browser.arrive(other(await browser.pass(await browser.begin('plain')), 'state')))
  await expectNobody(browser, await browser.arrive(other(await browser.pass(await browser.begin('company')), 'code')))
  await expectNobody(browser, await browser.arrive(await browser.pass(other(await browser.begin('company'), 'code_challenge'))))
  // An answer for one browser is worth nothing in another.
  await expectNobody(new Browser(), await new Browser().arrive(await browser.pass(await browser.begin('company'))))
})

test('a code that is old or was used is refused; clocks may differ a little', async () => {
  const browser = new Browser()
  const back = await browser.pass(await browser.begin('company'))
  await tell({ offsetMs: 10 * 60_000 })
  await expectNobody(browser, await browser.arrive(back))
  for (const offsetMs of [30_000, -30_000]) {
    await tell({ offsetMs })
    const skewed = new Browser()
    expect([offsetMs, await skewed.signIn('company')]).toEqual([offsetMs, origin])
  }
  await tell({ offsetMs: -2 * 3_600_000 })
  await expectNobody(browser, await browser.signIn('company'))
})

test('who says no at the provider is sent back with that word', async () => {
  await tell({ denies: true })
  const browser = new Browser()
  const back = new URL(await browser.pass(await browser.begin('company')))
  expect([back.pathname, back.searchParams.get('error')]).toEqual(['/api/auth/callback/company', 'access_denied'])
  await expectNobody(browser, await browser.arrive(back.href))
})

test('a provider that takes other keys goes on; one that is away is said to be, and the others work', async () => {
  await tell({ rotates: true })
  expect(await new Browser().signIn('company')).toBe(origin)
  expect(await new Browser().begin('away')).toMatch(isAway)
  expect(await testProvider(operator, { id: 'company' })).toEqual({ problem: null })
  expect(await testProvider(operator, { id: 'plain' })).toEqual({ problem: null })
  expect(await testProvider(operator, { id: 'away' })).toEqual({ problem: 'unreachable' })
  await tell({ isDown: true })
  expect(await new Browser().begin('company')).toMatch(isAway)
  await tell({ isDown: false })
  // What lies inside is not asked unless the operator lists it.
  setEnv({ OUTGOING_ALLOW: undefined })
  expect(await new Browser().begin('company')).toMatch(isAway)
  expect(await testProvider(operator, { id: 'company' })).toEqual({ problem: 'address_refused' })
  setEnv({ OUTGOING_ALLOW: '127.0.0.1' })
})

test('a secret never leaves, and a provider that is removed takes along who was known by it', async () => {
  expect(JSON.stringify([await listProviders(operator), await db.signInProvider.findMany()])).not.toContain('a-secret-of-the-client')
  const browser = new Browser()
  await browser.signIn('company')
  await removeProvider(operator, { id: 'company' })
  expect(await browser.whoAmI()).toBeUndefined()
  expect(await db.account.count({ where: { provider: 'company' } })).toBe(0)
  const late = { ...operator, session: { id: 's', signedInAt: new Date(0) } }
  await expect(removeProvider(late, { id: 'plain' })).rejects.toMatchObject({ code: 'fresh_sign_in' })
  await expect(addProvider(operator, { id: 'plain', kind: 'google', name: 'G', clientId: 'c', clientSecret: 's' })).rejects.toMatchObject({
    code: 'name_taken',
  })
  await expect(addProvider(operator, { id: 'other', kind: 'gitea', name: 'G', clientId: 'c', clientSecret: 's' })).rejects.toMatchObject({
    details: { fields: { address: 'is needed' } },
  })
})
