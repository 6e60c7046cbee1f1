import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { freshName, removeService, requestService, untilState } from './deploys'
import { apiAs, productUrl } from './people'
import { databaseUrl } from './product-state'
import { expect, test } from './test'

const agentFile = path.join(import.meta.dirname, '../dist/agent.mjs')
/** A pool of its own, the last in every list: nobody else's units are on the machine that is lost. */
const pool = freshName('zone')
const [lost, other] = [`${pool}-a`, `${pool}-b`] as const
const homes = new Map<string, string>([lost, other].map((machine) => [machine, mkdtempSync(path.join(os.tmpdir(), 'tengen-home-'))]))
const agents = new Map<string, ChildProcess>()

async function query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl() })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

function startAgent(machine: string, ...join: string[]): void {
  const words = ['--home', homes.get(machine) ?? '', ...join, '--address', '127.0.0.98']
  agents.set(machine, spawn(process.execPath, [agentFile, ...words], { stdio: 'ignore' }))
}

/** Of the rest of its patience only the end is waited for: the hub has not heard it for 50 s by then. */
const spendPatience = (machine: string) =>
  query(`update "Machine" set "heardAt" = now() at time zone 'utc' - interval '58 seconds' where name = $1`, [machine])

test.beforeAll(async ({ browser }) => {
  await query(`insert into "Runtime" (id, name, environment) values ($1, $1, 'test')`, [pool])
  await query(
    `insert into "RuntimeGrant" (id, "runtimeId", "organizationId") select $1, $1, id from "Organization" where slug = 'harbor'`,
    [pool],
  )
  const olga = await apiAs(browser, 'olga')
  for (const machine of [lost, other]) {
    const asked = await olga.post('/api/v1/join-tokens', { data: { pool, hub: productUrl(), machineName: machine } })
    const { token } = (await asked.json()) as { token: string }
    startAgent(machine, '--join', token, '--hub', `${productUrl().replace(/^http/, 'ws')}/ws/agent`)
    const isReady = async () => ((await (await olga.get(`/api/v1/machines/${machine}`)).json()) as { state?: string }).state
    await expect.poll(isReady).toBe('ready')
  }
})

test.afterAll(async () => {
  for (const machine of [lost, other]) {
    agents.get(machine)?.kill('SIGKILL')
    spawnSync(process.execPath, [agentFile, 'stop-all', '--home', homes.get(machine) ?? ''])
    rmSync(homes.get(machine) ?? '', { recursive: true, force: true })
  }
  await query('delete from "RuntimeGrant" where "runtimeId" = $1', [pool])
})

test('a machine is cut off: unknown, a fault, its units elsewhere under their names; it returns, and nothing of them is left on it', async ({
  open,
  browser,
}) => {
  const mei = await apiAs(browser, 'mei')
  const name = freshName('moves')
  await untilState(mei, await requestService(mei, { name, runtime: pool, count: 2 }), 'succeeded')
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

  agents.get(lost)?.kill('SIGKILL')
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

  startAgent(lost)
  await expect(page.getByText('may still run on')).toHaveCount(0)
  await expect(page.getByText('No heartbeat for')).toHaveCount(0)
  for (const act of ['Repaired', 'Mark as prepared', 'Bring online']) await page.getByRole('button', { name: act }).click()
  await expect(page.locator('.life .now')).toContainText('Ready')
  await expect(page.getByText('No units run here.')).toBeVisible()
  await service.getByRole('tab', { name: 'Overview' }).click()
  for (const one of rows) await expect(one).toContainText(new RegExp(`Running.*${other}`, 's'))
  await untilState(mei, await removeService(mei, name), 'succeeded')
})
