import { freshName, requestService, untilState } from './deploys'
import { apiAs } from './people'
import { expect, test } from './test'

const name = freshName('batch')

test.beforeAll(async ({ browser }) => {
  const mei = await apiAs(browser, 'mei')
  await untilState(mei, await requestService(mei, { name, package: 'static-site', count: 3 }), 'succeeded')
  await mei.dispose()
})

test('an admin runs a script on all units, sees alike outputs together, and runs it again where it failed', async ({ open, browser }) => {
  const jonas = await open('jonas')
  await jonas.goto(`/o/harbor/a/shop/services/${name}?environment=test`)
  await jonas.getByRole('button', { name: 'More', exact: true }).click()
  await jonas.getByRole('menuitem', { name: 'Run a command' }).click()
  await expect(jonas.getByRole('heading', { level: 1 })).toHaveText(`Run a command on ${name}`)
  await jonas.getByRole('button', { name: 'Look at the targets' }).click()
  await expect(jonas.getByText('Say which program to run.')).toBeVisible()

  await jonas.getByRole('button', { name: 'Script' }).click()
  await jonas.getByRole('textbox', { name: 'Script' }).fill('echo same for all\ncase "$TENGEN_UNIT" in */2) exit 4;; esac')
  await jonas.getByRole('textbox', { name: 'Failures allowed' }).fill('3')
  await jonas.getByRole('button', { name: 'Look at the targets' }).click()
  await expect(jonas.getByRole('heading', { name: 'Runs on 3 targets' })).toBeVisible()
  await expect(jonas.getByText('Nothing has been sent yet.', { exact: false })).toBeVisible()
  await jonas.getByRole('button', { name: 'Run on 3 targets' }).click()

  await expect(jonas.getByTestId('deploy-state')).toHaveText('Failed')
  await expect(jonas.getByText('It succeeded on 2 of 3 targets.')).toBeVisible()
  const groups = jonas.locator('.cmd-group')
  await expect(groups).toHaveCount(2)
  await expect(groups.nth(0)).toContainText('2 targets')
  await expect(groups.nth(1)).toContainText('exit 4')
  await expect(groups.nth(1)).toContainText(`${name}/2`)
  const lines = await (
    await jonas.request.get(new URL(`${jonas.url().replace('/o/harbor', '/api/v1/organizations/harbor')}/command/results.jsonl`).href)
  ).text()
  expect(lines.trim().split('\n')).toHaveLength(3)

  await jonas.getByRole('link', { name: 'Again where it did not succeed' }).click()
  await expect(jonas.getByText('1 of 3 chosen.')).toBeVisible()
  await jonas.getByRole('textbox', { name: 'Script' }).fill('echo mended; until [ -e go ]; do sleep 0.1; done')
  await jonas.getByRole('button', { name: 'Look at the targets' }).click()
  await jonas.getByRole('button', { name: 'Run on 1 target' }).click()
  await expect(jonas.locator('.cmd-group').filter({ hasText: 'Running' })).toContainText('mended')
  const api = await apiAs(browser, 'jonas')
  const go = await api.post(`/api/v1/organizations/harbor/applications/shop/services/${name}/commands`, {
    data: { environment: 'test', argv: ['touch', 'go'] },
  })
  expect(go.status()).toBe(201)
  await expect(jonas.getByTestId('deploy-state')).toHaveText('Succeeded')
  await expect(jonas.getByText('Retries')).toBeVisible()
})

test('a developer is told that commands on many units are not theirs', async ({ open }) => {
  const mei = await open('mei')
  await mei.goto(`/o/harbor/a/shop/services/${name}/command?environment=test`)
  await expect(mei.getByRole('heading', { name: 'You may not run commands here' })).toBeVisible()
  await expect(mei.getByText('Jonas Weber')).toBeVisible()
})
