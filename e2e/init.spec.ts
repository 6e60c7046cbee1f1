import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freshName } from './deploys'
import { apiAs, productUrl } from './people'
import { expect, test } from './test'

const agentFile = path.join(import.meta.dirname, '../dist/agent.mjs')

test('a machine that fails its init policy says why, and joins the ready ones once the reason is gone', async ({ open, browser }) => {
  const olga = await apiAs(browser, 'olga')
  const name = freshName('fresh')
  // Of its own: nobody else's units are to come to a machine that goes again.
  const pool = freshName('pool')
  const home = mkdtempSync(path.join(os.tmpdir(), 'tengen-home-'))
  let agent: ChildProcess | undefined
  const page = await open('olga')
  const programs = async (list: string) => {
    await page.getByRole('textbox', { name: 'Programs' }).fill(list)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Add a policy|Change)$/ })
      .click()
    await page.getByRole('button', { name: 'Save policies' }).click()
    await expect(page.getByRole('button', { name: 'Save policies' })).toHaveAttribute('aria-disabled', 'true')
  }
  try {
    await page.goto('/platform/machines')
    await page.getByRole('button', { name: 'New pool' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Not So')
    await expect(page.getByRole('dialog')).toContainText('Small letters, digits and dashes')
    await page.getByRole('dialog').getByLabel('Name').fill('test')
    await page.getByRole('button', { name: 'Make the pool' }).click()
    await expect(page.getByRole('dialog')).toContainText('There is a runtime of this name already.')
    await page.getByRole('dialog').getByLabel('Name').fill(pool)
    await page.getByRole('button', { name: 'Make the pool' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(pool)
    await page.getByRole('button', { name: 'Add a policy' }).first().click()
    await page.getByLabel('Kind').click()
    await page.getByRole('option', { name: 'Programs' }).click()
    await programs('no-such-program')

    const asked = await olga.post('/api/v1/join-tokens', { data: { pool, hub: productUrl(), machineName: name } })
    const { token } = (await asked.json()) as { token: string }
    const hub = `${productUrl().replace(/^http/, 'ws')}/ws/agent`
    agent = spawn(process.execPath, [agentFile, '--home', home, '--join', token, '--hub', hub, '--address', '127.0.0.99'], {
      stdio: 'ignore',
    })
    await expect(async () => expect((await olga.get(`/api/v1/machines/${name}`)).status()).toBe(200)).toPass()
    await page.goto(`/platform/machines/${name}`)
    await expect(page.getByText('It is not inited: Programs failed')).toBeVisible()
    await expect(page.getByRole('list', { name: 'Init policies' })).toContainText(
      'Missing: no-such-program. Install it, then run this again.',
    )

    await page.goto(`/platform/pools/${pool}`)
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await programs('sh')
    await page.goto(`/platform/machines/${name}`)
    await page.getByRole('button', { name: 'Mark as prepared' }).click()
    await expect(page.getByRole('list', { name: 'Init policies' })).toContainText('sh: there')
    await expect(page.locator('.life .now')).toContainText('Ready')
  } finally {
    for (const act of ['stand_by', 'retire', 'remove'])
      await olga.post(`/api/v1/machines/${name}/acts/${act}`, { data: { typedName: name } })
    agent?.kill()
    rmSync(home, { recursive: true, force: true })
  }
})
