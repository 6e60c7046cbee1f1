import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { db } from '@/lib/db/client'
import { setEnv } from '@/lib/env'
import { connectAccount } from '@/lib/sign-in/connect-account'
import { addProvider } from '@/lib/sign-in/keep-provider'
import { testProvider } from '@/lib/sign-in/test-provider'
import { Gitea, password } from '@/lib/testing/gitea'
import { origin, SignInBrowser } from '@/lib/testing/sign-in-browser'
import { signedIn } from '@/lib/testing/signed-in'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { authOptions } from './_server/auth-options'

let database: TestDatabase
let gitea: Gitea
let operator: PersonActor

/** Somebody before the pages of a Gitea. */
class Browser extends SignInBrowser {
  constructor(
    private readonly who = 'ada',
    private readonly consents = true,
  ) {
    super(authOptions)
  }

  protected override fillIn(page: string): { action: string; body: URLSearchParams } | undefined {
    if (page.includes('action="/user/login"'))
      return { action: '/user/login', body: new URLSearchParams({ user_name: this.who, password }) }
    if (!page.includes('action="/login/oauth/grant"')) return undefined
    const hidden = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)
    const fields = [...hidden].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as [string, string])
    return { action: '/login/oauth/grant', body: new URLSearchParams([...fields, ['granted', String(this.consents)]]) }
  }
}

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ OUTGOING_ALLOW: '127.0.0.1', NEXTAUTH_SECRET: 'for the test', NEXTAUTH_URL: origin })
  gitea = await Gitea.start()
  operator = await signedIn((await db.user.create({ data: { email: 'olga@example.org', name: 'Olga', isOperator: true } })).id)
  const client = async (id: string) => {
    const redirect_uris = [`${origin}/api/auth/callback/${id}`]
    const made = { name: id, redirect_uris, confidential_client: true }
    const { client_id, client_secret } = await gitea.tell<Record<string, string>>('POST', '/user/applications/oauth2', made)
    return { id, clientId: client_id ?? '', clientSecret: client_secret ?? '', name: id, address: gitea.address }
  }
  // By the row that is known of it, and by what it says of itself where it has discovery.
  await addProvider(operator, { ...(await client('forge')), kind: 'gitea' })
  await addProvider(operator, { ...(await client('found')), kind: 'oidc' })
}, 600_000)
afterAll(async () => {
  await gitea?.stop()
  setEnv({ OUTGOING_ALLOW: undefined, NEXTAUTH_SECRET: undefined, NEXTAUTH_URL: undefined })
  await closeBus()
  await database.dispose()
})

async function expectNobody(browser: Browser, led: string): Promise<void> {
  expect(led).toMatch(/^\/sign-in\?.*error=(OAuth)?Callback/)
  expect(await browser.whoAmI()).toBeUndefined()
}

test('who says yes at Gitea is in, under the name and the address that stand there, and the same the next time', async () => {
  const browser = new Browser()
  const address = new URL(await browser.begin('forge'))
  expect([address.origin, address.searchParams.get('code_challenge_method')]).toEqual([gitea.address, 'S256'])
  expect(await browser.arrive(await browser.pass(address.href))).toBe(origin)
  const first = await browser.whoAmI()
  expect(first).toMatchObject({ name: 'Ada L', isOperator: false, grants: [] })
  expect(await db.user.findUnique({ where: { id: first?.id ?? '' } })).toMatchObject({ email: 'ada@example.org' })
  const elsewhere = new Browser()
  expect(await elsewhere.signIn('forge')).toBe(origin)
  expect((await elsewhere.whoAmI())?.id).toBe(first?.id)
  await gitea.tell('PATCH', '/admin/users/ada', { login_name: 'ada', source_id: 0, email: 'ada@new.example.org' })
  await new Browser().signIn('forge')
  expect(await db.user.findUnique({ where: { id: first?.id ?? '' } })).toMatchObject({ email: 'ada@new.example.org' })
})

test('by discovery it is another way in, which asks whose the address is', async () => {
  const browser = new Browser()
  const led = await browser.signIn('found')
  expect(led).toMatch(/^\/sign-in\/connect\//)
  const known = new Browser()
  await known.signIn('forge')
  const me = (await known.whoAmI()) as PersonActor
  await connectAccount(me, { token: decodeURIComponent(led.split('/').at(-1) ?? '') })
  expect(await browser.signIn('found')).toBe(origin)
  expect((await browser.whoAmI())?.id).toBe(me.id)
})

test('who says no, an answer that was used, and one that is another browser’s lead nowhere', async () => {
  const bob = { username: 'bob', email: 'bob@example.org', password, must_change_password: false }
  await gitea.tell('POST', '/admin/users', bob)
  const denies = new Browser('bob', false)
  const no = await denies.pass(await denies.begin('forge'))
  expect(new URL(no).searchParams.get('error')).toBe('access_denied')
  await expectNobody(denies, await denies.arrive(no))
  const browser = new Browser('bob')
  const back = await browser.pass(await browser.begin('forge'))
  await expectNobody(new Browser('bob'), await new Browser('bob').arrive(back))
  expect(await browser.arrive(back)).toBe(origin)
  const again = new Browser('bob')
  await again.begin('forge')
  await expectNobody(again, await again.arrive(back))
  const challenged = new URL(await again.begin('forge'))
  challenged.searchParams.set('code_challenge', 'x'.repeat(43))
  await expectNobody(again, await again.arrive(await again.pass(challenged.href)))
})

test('one that is away is said to be, and is found again when it is back', async () => {
  expect(await testProvider(operator, { id: 'forge' })).toEqual({ problem: null })
  expect(await testProvider(operator, { id: 'found' })).toEqual({ problem: null })
  const browser = new Browser()
  const back = await browser.pass(await browser.begin('forge'))
  await gitea.halt()
  await expectNobody(browser, await browser.arrive(back))
  expect(await new Browser().begin('found')).toMatch(/^\/sign-in\?.*error=OAuthSignin/)
  expect(await testProvider(operator, { id: 'forge' })).toEqual({ problem: 'unreachable' })
  await gitea.begin()
  expect(await new Browser().signIn('found')).toBe(origin)
})
