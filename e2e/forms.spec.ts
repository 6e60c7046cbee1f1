import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { freshName, removeService, requestService, untilState } from './deploys'
import { packageOf } from './packages'
import { apiAs } from './people'
import { expect, test } from './test'

const wizard = '/o/harbor/a/shop/services/new?package=greeter'
const greeter = path.join(import.meta.dirname, '../packages/greeter/1.5.0')

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const alert = (page: Page) => page.getByRole('main').getByRole('alert')

async function openWizard(page: Page): Promise<void> {
  await page.goto(wizard)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^New service from Greeter/)
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await field(page, label).click()
  await page.getByRole('option', { name: option }).click()
}

test('a wrong value is told beside its field, in words, before anything is sent', async ({ open }) => {
  const page = await open('mei')
  await openWizard(page)
  await field(page, 'Name').fill('Not A Name')
  await field(page, 'Units').fill('0')
  await field(page, 'Drain').fill('99')
  await button(page, 'Review plan').click()
  await expect(page.locator('#name-error')).toContainText('Lower case letters, digits and hyphens')
  await expect(page.locator('#count-error')).toBeVisible()
  await expect(page.locator('[id="config-drainSeconds-error"]')).toContainText('30')
  await expect(field(page, 'Name')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^New service from Greeter/)
})

test('form and YAML are the same draft, both ways; what YAML gets wrong is told with its line', async ({ open }) => {
  const page = await open('mei')
  await openWizard(page)
  const name = freshName('yaml')
  await field(page, 'Name').fill(name)
  await field(page, 'Units').fill('2')
  await field(page, 'Message').fill('from the form')
  await button(page, 'YAML').click()
  const text = page.getByRole('textbox', { name: /YAML/ })
  await expect(text).toHaveValue(new RegExp(`name: ${name}[\\s\\S]*count: 2[\\s\\S]*message: from the form`))
  await text.fill((await text.inputValue()).replace('from the form', 'from the text').replace('count: 2', 'count: 3'))
  await button(page, 'Form').click()
  await expect(field(page, 'Message')).toHaveValue('from the text')
  await expect(field(page, 'Units')).toHaveValue('3')
  await button(page, 'YAML').click()
  await text.fill((await text.inputValue()).replace('message: from the text', 'message: [not, a, text]'))
  await expect(alert(page).first()).toContainText(/line \d+/i)
})

test('a name that was taken meanwhile is refused by the server, and everything typed stays', async ({ open, browser }) => {
  const page = await open('mei')
  await openWizard(page)
  const name = freshName('taken')
  await field(page, 'Name').fill(name)
  await choose(page, 'Runtime', /^test/)
  await field(page, 'Message').fill('mine')
  const api = await apiAs(browser, 'jonas')
  const number = await requestService(api, { name })
  await button(page, 'Review plan').click()
  await expect(alert(page)).toContainText('exists already')
  await button(page, 'Back to the form').first().click()
  await expect(field(page, 'Name')).toHaveValue(name)
  await expect(field(page, 'Message')).toHaveValue('mine')
  await untilState(api, number, 'succeeded')
  await removeService(api, name)
})

test('a runtime without room says why, machine by machine, and everything typed stays', async ({ open }) => {
  const page = await open('mei')
  await openWizard(page)
  const name = freshName('large')
  await field(page, 'Name').fill(name)
  await choose(page, 'Runtime', /^test/)
  await field(page, 'Units').fill('500')
  await button(page, 'Review plan').click()
  await expect(alert(page)).toContainText('test-1')
  await button(page, 'Back to the form').first().click()
  await expect(field(page, 'Name')).toHaveValue(name)
  await expect(field(page, 'Units')).toHaveValue('500')
})

test('leaving with something typed asks first, and the draft is there on return', async ({ open }) => {
  const page = await open('mei')
  await openWizard(page)
  const name = freshName('draft')
  await field(page, 'Name').fill(name)
  const asked: string[] = []
  page.once('dialog', (dialog) => {
    asked.push(dialog.message())
    void dialog.dismiss()
  })
  await page.getByRole('link', { name: 'Deploys' }).click()
  await expect.poll(() => asked.length).toBe(1)
  await expect(page).toHaveURL(/services\/new/)
  page.on('dialog', (dialog) => void dialog.accept())
  await page.getByRole('link', { name: 'Deploys' }).click()
  await expect(page).toHaveURL(/\/deploys$/)
  await openWizard(page)
  await expect(field(page, 'Name')).toHaveValue(name)
  await button(page, 'Discard').click()
})

/** The greeter under another name, as its author would pack it. */
function archiveOf(name: string, change: (manifest: string) => string = (manifest) => manifest): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-package-'))
  try {
    cpSync(greeter, folder, { recursive: true })
    const manifest = path.join(folder, 'tengen.yaml')
    writeFileSync(manifest, change(readFileSync(manifest, 'utf8').replace('name: greeter', `name: ${name}`)))
    return execFileSync('tar', ['-czf', '-', '-C', folder, ...readdirSync(folder)])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function publish(page: Page, name: string, archive: Buffer): Promise<void> {
  await page.goto('/o/harbor/catalogue/publish')
  await page.getByLabel('Choose an archive first').setInputFiles({ name: `${name}.tar.gz`, mimeType: 'application/gzip', buffer: archive })
  await button(page, 'Publish a version').click()
}

test('a package is published by upload, and a service can be made of it at once', async ({ open }) => {
  const page = await open('mei')
  const name = freshName('up')
  await publish(page, name, archiveOf(name))
  await expect(page).toHaveURL(new RegExp(`/catalogue/${name}$`))
  await expect(page.getByRole('cell', { name: '1.5.0' }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'New service' })).toBeVisible()
})

test('a package that breaks a rule is refused with file, line and rule', async ({ open }) => {
  const page = await open('mei')
  const name = freshName('bad')
  const archive = archiveOf(name, (manifest) =>
    manifest.replace('mode: replicated', 'mode: everywhere').replace('version: 1.5.0', 'version: one'),
  )
  await publish(page, name, archive)
  await expect(alert(page)).toContainText('things are wrong with this package')
  const row = page.getByRole('row').filter({ hasText: 'version' })
  await expect(row.getByText(/^tengen\.yaml:3$/)).toBeVisible()
  await page.goto('/o/harbor/catalogue')
  await expect(page.getByText(name)).toHaveCount(0)
})

test('a yiqiu package shows what becomes of it, and is published as one of ours', async ({ open }) => {
  const page = await open('mei')
  const name = freshName('yiqiu')
  const buffer = packageOf({
    'appspec.yml': 'version: 0.0\nos: linux\nhooks:\n  ApplicationStart:\n    - location: hooks/start\n      runas: root\n',
    'hooks/start': 'sleep 1000 &\n',
  })
  await page.goto('/o/harbor/catalogue/publish')
  await page.getByLabel('Choose an archive first').setInputFiles({ name: `${name}.tar.gz`, mimeType: 'application/gzip', buffer })
  const mapping = page.getByRole('table', { name: 'What becomes of it' })
  await expect(mapping.getByRole('row', { name: /runas root left out/ })).toContainText('never as another')
  await expect(mapping.getByRole('row', { name: /hooks\/start kept/ })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'tengen.yaml' })).toHaveValue(new RegExp(`name: ${name}`))
  await button(page, 'Import and publish').click()
  await expect(page).toHaveURL(new RegExp(`/catalogue/${name}$`))
})

test('a secret is set, changes the units, and is never shown again', async ({ open, browser }) => {
  const page = await open('mei')
  const api = await apiAs(browser, 'mei')
  const name = freshName('secret')
  const secret = `s3cret-${name}`
  await untilState(api, await requestService(api, { name }), 'succeeded')
  const answers: string[] = []
  page.on('response', async (response) => {
    if (!/css|image|font|javascript/.test(response.headers()['content-type'] ?? '')) answers.push(await response.text().catch(() => ''))
  })
  await page.goto(`/o/harbor/a/shop/services/${name}`)
  await button(page, 'Configure').first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Admin token', { exact: true }).fill(secret)
  await expect(dialog.getByText('changed', { exact: true }).first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Configure', exact: true }).click()
  await page.waitForURL(/\/deploys\/\d+$/)
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')
  await page.goto(`/o/harbor/a/shop/services/${name}`)
  await expect(page.getByRole('row', { name: /Admin token/ })).toContainText('version 1')
  await button(page, 'Configure').first().click()
  await expect(page.getByRole('dialog').getByLabel('Admin token', { exact: true })).toHaveValue('')
  expect(answers.some((answer) => answer.includes(secret))).toBe(false)
  await removeService(api, name)
})
