import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { freePort } from '@/lib/testing/free-port'
import { freshName, requestService, untilState } from './deploys'
import { apiAs, productUrl } from './people'
import { expect, test } from './test'

const name = freshName('ours')
const id = freshName('company').replaceAll('_', '-').slice(0, 30)
let provider: ChildProcess
let address: string

/** What is so at the provider from now on. */
async function tell(said: Record<string, unknown>): Promise<void> {
  const done = once(provider, 'message')
  provider.send(said)
  await done
}

test.beforeAll(async ({ browser }) => {
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  const server = path.join(import.meta.dirname, '../lib/testing/oidc-server.mjs')
  provider = fork(server, [String(port)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  await once(provider, 'message')
  await tell({
    clients: [`${productUrl()}/api/auth/callback/${id}`],
    account: { sub: 'ada', email: `ada@${id}.example`, email_verified: true, name: 'Ada Lovelace' },
  })
  const mei = await apiAs(browser, 'mei')
  await untilState(mei, await requestService(mei, { name, package: 'static-site' }), 'succeeded')
  await mei.dispose()
})
test.afterAll(() => void provider.kill())

async function addProvider(olga: Page): Promise<void> {
  await olga.goto('/platform/sign-in')
  await olga.getByRole('button', { name: 'Add a provider' }).first().click()
  const fill = (label: string, value: string) => olga.getByRole('dialog').getByLabel(label, { exact: true }).fill(value)
  await fill('Id', id)
  await fill('Name', id)
  await fill('Issuer or address', address)
  await fill('Client id', 'tengen')
  await fill('Client secret', 'a-secret-of-the-client')
  await olga.getByRole('dialog').getByRole('button', { name: 'Add a provider' }).click()
  const row = olga.getByRole('row', { name: new RegExp(id) })
  await row.getByRole('button', { name: 'Test' }).click()
  await expect(row).toContainText('Answers')
}

/** An admin makes a link, and whoever signs in by the provider joins by it. */
async function join(jonas: Page, ada: Page): Promise<void> {
  await jonas.goto('/o/harbor/settings/members')
  await jonas.getByRole('button', { name: 'Invite somebody' }).click()
  await jonas.getByRole('button', { name: 'Make the link' }).click()
  const link = await jonas.getByRole('dialog').locator('code').textContent()
  await ada.goto(link ?? '')
  await ada.getByRole('button', { name: `Sign in with ${id}` }).click()
  await ada.getByRole('button', { name: 'Join as Ada Lovelace' }).click()
  await ada.waitForURL(/\/o\/harbor\/overview/)
}

/** A program's token of theirs, and a file of their unit that is on its way and not read on. */
async function holdOpen(ada: Page): Promise<{ token: string; download: IncomingMessage }> {
  const inShop = '/api/v1/organizations/harbor/applications/shop'
  const fromHere = { origin: productUrl() }
  const data = { name: 'of a story', scopes: ['read'], days: 1 }
  const { token } = await (await ada.request.post('/api/v1/me/tokens', { data, headers: fromHere })).json()
  const [unit] = (await (await ada.request.get(`${inShop}/services/${name}?environment=test`)).json()).placements[0].units
  await ada.keyboard.type('head -c 40000000 /dev/zero > large.bin; echo made-$((40+2))\n')
  await expect(ada.locator('.xterm-rows')).toContainText('made-42')
  const cookie = (await ada.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; ')
  const url = new URL(`${inShop}/services/${name}/units/${unit.id}/files/content?path=large.bin`, productUrl())
  const download = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { cookie } }, resolve).once('error', reject)
  })
  expect(download.statusCode).toBe(200)
  return { token, download }
}

/** How a download that was held goes on. */
const readOn = (download: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    download.once('error', () => resolve('cut'))
    download.once('end', () => resolve('whole'))
    download.resume()
  })

const answerTo = async (page: Page, token: string) =>
  (await page.request.fetch('/api/v1/organizations/harbor/overview', { headers: { authorization: `Bearer ${token}` } })).status()

test('an operator adds a provider, somebody joins by it, comes back to where they wanted, and is out of all that was open once blocked', async ({
  open,
  expectComplaints,
}) => {
  expectComplaints(/WebSocket|ERR_/)
  const [olga, jonas, ada] = [await open('olga'), await open('jonas'), await open(null)]
  await addProvider(olga)
  await join(jonas, ada)
  await ada.context().clearCookies({ name: /session-token/ })
  const wanted = `/o/harbor/a/shop/services/${name}?environment=test&tab=terminal`
  await ada.goto(wanted)
  expect(new URL(ada.url()).searchParams.get('to')).toBe(wanted)
  await ada.getByRole('button', { name: `Sign in with ${id}` }).click()
  await ada.waitForURL(wanted)
  await ada.getByRole('button', { name: 'Open terminal' }).click()
  await expect(ada.locator('.xterm-rows')).toContainText(/[$#]\s*$/)
  await expect(ada.getByText('Live', { exact: true })).toBeVisible()
  const { token, download } = await holdOpen(ada)
  expect(await answerTo(olga, token)).toBe(200)

  await olga.goto(`/platform/users?q=${id}`)
  await olga.getByRole('button', { name: 'Block' }).click()
  await olga.getByRole('dialog').getByRole('textbox').fill('for the story')
  await olga.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
  await expect(olga.getByRole('row', { name: /Ada Lovelace/ })).toContainText('Blocked')

  await expect(ada.getByText('Ended: the permission or the session is gone').first()).toBeVisible()
  await expect(ada.getByText('Signed out', { exact: true })).toBeVisible()
  expect(await readOn(download)).toBe('cut')
  expect(await answerTo(olga, token)).toBe(401)
  await ada.reload()
  await expect(ada).toHaveURL(/\/sign-in/)
  await ada.getByRole('button', { name: `Sign in with ${id}` }).click()
  await expect(ada.getByText('This account is blocked.')).toBeVisible()

  await olga.goto('/platform/sign-in')
  await olga.getByRole('button', { name: `More for ${id}` }).click()
  await olga.getByRole('menuitem', { name: 'Remove' }).click()
  await olga.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(olga.getByRole('row', { name: new RegExp(id) })).toBeHidden()
})
