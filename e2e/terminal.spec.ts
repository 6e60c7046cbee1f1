import type { Page } from '@playwright/test'
import { freshName, requestService, untilState } from './deploys'
import { apiAs } from './people'
import { killProcess } from './product-state'
import { expect, test } from './test'

const name = freshName('shell')
const address = `/o/harbor/a/shop/services/${name}?environment=test&tab=terminal`

test.beforeAll(async ({ browser }) => {
  const mei = await apiAs(browser, 'mei')
  await untilState(mei, await requestService(mei, { name, package: 'static-site' }), 'succeeded')
  await mei.dispose()
})

const screen = (page: Page) => page.locator('.xterm-rows')
const prompt = /[$#]\s*$/

test('a developer opens a terminal on a test unit, keeps it over a lost gateway, and an admin sees it replayed', async ({
  open,
  expectComplaints,
}) => {
  expectComplaints(/WebSocket|Failed to load resource|ERR_|502|503/)
  const mei = await open('mei')
  await mei.goto(address)
  await mei.getByRole('button', { name: 'Open terminal' }).click()
  await expect(mei.getByText('recorded', { exact: true })).toBeVisible()
  await expect(screen(mei)).toContainText(prompt)
  await mei.keyboard.type('echo hello from $TENGEN_UNIT\n')
  await expect(screen(mei)).toContainText(`hello from ${name}/0`)
  killProcess('gateway')
  await expect(mei.getByText('Connection lost, trying again')).toBeVisible()
  await expect(mei.getByRole('status').filter({ hasText: /^\s*Open/ })).toBeVisible({ timeout: 20_000 })
  await mei.keyboard.type('echo still $((40+2)); exit 3\n')
  await expect(screen(mei)).toContainText('still 42')
  await expect(screen(mei)).toContainText(`hello from ${name}/0`)
  await expect(mei.getByText('Exit code 3').first()).toBeVisible()
  await mei.getByRole('button', { name: 'Close' }).click()

  await mei.getByRole('textbox', { name: /^One command/ }).fill('printf "%s|" "$HOME" two')
  await mei.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(screen(mei)).toContainText('$HOME|two|')
  await expect(mei.getByText('Exit code 0').first()).toBeVisible()

  const jonas = await open('jonas')
  await jonas.goto(address)
  const session = jonas.getByRole('row').filter({ hasText: 'Exit code 3' })
  await expect(session).toContainText('Mei Lin')
  await session.getByRole('button', { name: 'Replay' }).click()
  await jonas.getByRole('button', { name: 'At once' }).click()
  await expect(screen(jonas)).toContainText('still 42')
})

test('a viewer is told which permission a terminal takes, and who has it', async ({ open }) => {
  const sam = await open('sam')
  await sam.goto(address)
  await expect(sam.getByText('You may not open a terminal here')).toBeVisible()
  await expect(sam.getByText('Your role may not do this.')).toBeVisible()
})
