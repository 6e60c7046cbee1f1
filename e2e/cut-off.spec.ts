import { freshName, removeService, requestService, untilState } from './deploys'
import { OwnPool, query } from './own-pool'
import { apiAs } from './people'
import { expect, test } from './test'

const pool = new OwnPool('127.0.0.98', 2)
const [lost = '', other = ''] = pool.machines

/** Only the end of its patience is waited for: the hub has not heard it for 50 s by then, and may have begun to listen after that. */
async function spendPatience(machine: string): Promise<void> {
  const ago = (seconds: number) => `now() at time zone 'utc' - interval '${seconds} seconds'`
  await query(`update "ProcessHeartbeat" set "startedAt" = least("startedAt", ${ago(90)}) where kind = 'gateway'`, [])
  await query(`update "Machine" set "heardAt" = ${ago(58)} where name = $1`, [machine])
}

test.beforeAll(({ browser }) => pool.open(browser))
test.afterAll(() => pool.close())

test('a machine is cut off: unknown, a fault, its units elsewhere under their names; it returns, and nothing of them is left on it', async ({
  open,
  browser,
}) => {
  test.slow()
  const mei = await apiAs(browser, 'mei')
  const name = freshName('moves')
  await untilState(mei, await requestService(mei, { name, runtime: pool.name, count: 2 }), 'succeeded')
  const service = await open('mei')
  await service.goto(`/o/harbor/a/shop/services/${name}?environment=test`)
  const row = (ordinal: number) => service.getByRole('row', { name: new RegExp(`${name}/${ordinal}`) })
  const rows = [row(0), row(1)]
  const places = await Promise.all(rows.map((one) => one.textContent()))
  const moved = places.findIndex((text) => text?.includes(lost))
  expect(moved).toBeGreaterThanOrEqual(0)
  const page = await open('olga')
  await page.goto(`/platform/machines/${lost}`)
  await expect(page.getByRole('table', { name: 'Units' })).toContainText(`${name}/${moved}`)

  pool.agents.get(lost)?.kill('SIGKILL')
  await expect(page.getByText(/No heartbeat for \d+ s; declared lost at 1 min/)).toBeVisible({ timeout: 25_000 })
  await expect(row(moved)).toContainText(/Unknown for \d+ s/)
  await expect(row(1 - moved)).toContainText('Running')

  await spendPatience(lost)
  await expect(page.getByText(`${name}/${moved} may still run on ${lost}`)).toBeVisible({ timeout: 20_000 })
  await expect(page.locator('.life .now')).toContainText('Error')
  for (const event of ['Fault reported', 'No unit is left on it']) await expect(page.getByText(event)).toBeVisible()
  for (const one of rows) await expect(one).toContainText(new RegExp(`Running.*${other}`, 's'))
  await service.getByRole('tab', { name: 'Deploys' }).click()
  await expect(service.getByRole('row', { name: /Fail over/ })).toContainText('Succeeded')

  pool.startAgent(lost)
  await expect(page.getByText('may still run on')).toHaveCount(0)
  await expect(page.getByText('No heartbeat for')).toHaveCount(0)
  for (const act of ['Repaired', 'Mark as prepared', 'Bring online']) await page.getByRole('button', { name: act }).click()
  await expect(page.locator('.life .now')).toContainText('Ready')
  await expect(page.getByText('No units run here.')).toBeVisible()
  await service.getByRole('tab', { name: 'Overview' }).click()
  for (const one of rows) await expect(one).toContainText(new RegExp(`Running.*${other}`, 's'))
  await untilState(mei, await removeService(mei, name), 'succeeded')
})
