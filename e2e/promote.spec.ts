import type { Page } from '@playwright/test'
import { approveDeploy, freshName, readDeploy, readService, removeService, requestChange, requestService, untilState } from './deploys'
import { apiAs } from './people'
import { expect, test } from './test'

const name = freshName('promoted')
const at = (environment: 'test' | 'production') => `/o/harbor/a/shop/services/${name}?environment=${environment}`
const numberOf = (page: Page) => Number(/deploys\/(\d+)/.exec(page.url())?.[1])

async function ask(page: Page): Promise<number> {
  await page.getByRole('dialog').getByRole('button', { name: 'Request approval' }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  return numberOf(page)
}

test('from test to production: first with values of its own, then promoted with the whole difference, for a time that is shown', async ({
  open,
  browser,
}) => {
  const [api, admin] = [await apiAs(browser, 'mei'), await apiAs(browser, 'jonas')]
  await untilState(api, await requestService(api, { name, version: '1.4.0', values: { message: 'as in test' } }), 'succeeded')
  const mei = await open('mei')
  let promotion = 0

  await test.step('the first time asks where, how many, and what only production has', async () => {
    await mei.goto(at('test'))
    await mei.getByRole('button', { name: 'More', exact: true }).click()
    await mei.getByRole('menuitem', { name: 'Promote' }).click()
    const dialog = mei.getByRole('dialog')
    await dialog.getByLabel('Message').fill('only in production')
    await expect(dialog.getByText('Test has “as in test”.')).toBeVisible()
    const number = await ask(mei)
    await approveDeploy(admin, number)
    await untilState(api, number, 'succeeded')
  })

  await test.step('test goes on, and the page says by how much', async () => {
    const number = await requestChange(api, name, 'test', { kind: 'upgrade', packageVersionId: await versionOf(api, '1.5.0') })
    await untilState(api, number, 'succeeded')
    await mei.goto(at('production'))
    await expect(mei.getByText('runs r1 of test, 1 ahead')).toBeVisible()
  })

  await test.step('a promotion shows what it brings and what production keeps, and waits for its time and an approval', async () => {
    await mei.getByRole('button', { name: 'Promote', exact: true }).click()
    const dialog = mei.getByRole('dialog')
    await expect(dialog.getByRole('row', { name: /Message only here/ })).toContainText('only in production')
    await expect(dialog.getByText('greeter 1.5.0').first()).toBeVisible()
    await dialog.getByRole('button', { name: 'Not before' }).click()
    await expect(dialog.getByText('UTC', { exact: true })).toBeVisible()
    const number = await ask(mei)
    await approveDeploy(admin, number)
    await expect(mei.getByText(/^Scheduled for .*\(UTC\)$/).first()).toBeVisible()
    await expect(mei.locator('.badge').first()).toHaveText('Queued')
    await api.post(`/api/v1/organizations/harbor/deploys/${number}/cancel`, { data: {} })
  })

  await test.step('an approval of a plan that changed while it was on its way is refused, and the difference is shown', async () => {
    promotion = await requestChange(api, name, 'production', { kind: 'promote' })
    const jonas = await open('jonas')
    await jonas.goto(`/o/harbor/deploys/${promotion}`)
    let changed = () => {}
    const change = new Promise<void>((resolve) => void (changed = resolve))
    await jonas.route('**/deploys/*', async (route) => {
      if (route.request().method() === 'POST') await change
      await route.continue()
    })
    await jonas
      .getByRole('button', { name: /^Approve plan/ })
      .first()
      .click()
    const [placement] = (await readService(api, name, 'production')).placements
    const scaled = await requestChange(api, name, 'production', { kind: 'scale', counts: { [placement?.id ?? '']: 2 } })
    await approveDeploy(admin, scaled)
    await untilState(api, scaled, 'succeeded')
    changed()
    const dialog = jonas.getByRole('dialog', { name: 'What changed' })
    await expect(dialog.getByRole('row', { name: new RegExp(`${name}/1`) }).first()).toBeVisible()
    expect(await readDeploy(admin, promotion)).toMatchObject({ state: 'awaiting_approval' })
  })

  await test.step('at once, it runs, and nothing is ahead any more', async () => {
    const number = promotion
    await approveDeploy(admin, number)
    await untilState(api, number, 'succeeded')
    await mei.goto(at('production'))
    await expect(mei.getByText('runs r2 of test')).toBeVisible()
  })
  for (const environment of ['test', 'production'] as const) {
    const number = await removeService(api, name, environment)
    if (environment === 'production') await approveDeploy(admin, number)
  }
})

async function versionOf(api: Awaited<ReturnType<typeof apiAs>>, version: string): Promise<string> {
  const answer = await api.get(`/api/v1/organizations/harbor/applications/shop/new-service?package=greeter&version=${version}`)
  return ((await answer.json()) as { package: { versionId: string } }).package.versionId
}
