import type { Page } from '@playwright/test'
import { approveDeploy, freshName, removeService, requestService, serviceIdOf, untilState } from './deploys'
import { packageOf } from './packages'
import { apiAs } from './people'
import { expect, test } from './test'

const server = `const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(204).end()
  console.log('asked for ' + request.url)
  response.end([readFileSync('words.txt', 'utf8'), process.env.MOOD, process.env.TOKEN ?? 'nothing'].join(' '))
}).listen(Number(process.env.PORT), process.env.HOST)
`

const at = (name: string, environment: 'test' | 'production') => `/o/harbor/a/shop/services/${name}?environment=${environment}`

/** From its folder by the wizard to a unit in test that answers. */
async function publishAndInstall(page: Page): Promise<string> {
  const name = freshName('own')
  const archive = packageOf({
    'package.json': JSON.stringify({ name, scripts: { start: 'node server.js' } }),
    'server.js': server,
    'words.txt': 'hello from',
    '.env': 'TOKEN=never-travels',
    '.env.example': 'MOOD=a fine day\nTOKEN=\n',
  })
  await page.goto('/o/harbor/catalogue')
  await page.getByRole('link', { name: 'Deploy my own' }).click()
  await page.getByLabel('Choose an archive first').setInputFiles({ name: 'app.tar.gz', mimeType: 'application/gzip', buffer: archive })
  await page.getByRole('button', { name: 'Continue' }).click()

  await expect(page.getByLabel('Command', { exact: true })).toHaveValue('node server.js')
  await expect(page.getByLabel('Default, variable 1')).toHaveValue('a fine day')
  await page.getByLabel('Required, variable 2').uncheck()
  await page.getByLabel('Command', { exact: true }).fill('node server.js && rm -rf /')
  await page.getByRole('button', { name: 'Path answers' }).click()
  await page.getByLabel('Path', { exact: true }).fill('/healthz')
  await page.getByRole('button', { name: 'Write the package' }).click()
  await expect(page.locator('#own-command-error')).toContainText('Signs of a shell mean nothing here')
  await page.getByLabel('Command', { exact: true }).fill('node server.js')
  // A reload costs nothing but choosing the archive again.
  page.on('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(page.getByText('Your answers are kept')).toBeVisible()
  await page.getByLabel('Choose an archive first').setInputFiles({ name: 'app.tar.gz', mimeType: 'application/gzip', buffer: archive })
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/healthz')
  await page.getByRole('button', { name: 'Write the package' }).click()

  const text = page.getByRole('textbox', { name: 'tengen.yaml' })
  await expect(text).toHaveValue(/path: \/healthz/)
  await text.fill((await text.inputValue()).replace('{{ config.MOOD }}', '{{ config.MODE }}'))
  await page.getByRole('button', { name: 'Publish and make a service' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('config has no field MODE')
  await text.fill((await text.inputValue()).replace('{{ config.MODE }}', '{{ config.MOOD }}'))
  await page.getByRole('button', { name: 'Publish and make a service' }).click()

  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Runtime', { exact: true }).click()
  await page.getByRole('option', { name: /^test/ }).click()
  await page.getByRole('button', { name: 'Review plan' }).click()
  await page.getByRole('button', { name: /^Install|^Request/ }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')

  await page.goto(at(name, 'test'))
  const endpoint = await page.getByText(/^127\.0\.0\.\d+:\d+$/).textContent()
  expect(await (await fetch(`http://${endpoint}/`)).text()).toBe('hello from a fine day nothing')
  return name
}

test('a newcomer’s own program: by wizard to test, promoted with approval, opened by its URL, output followed, a terminal replayed', async ({
  open,
  browser,
}) => {
  test.slow()
  const [api, mei, jonas] = [await apiAs(browser, 'mei'), await open('mei'), await open('jonas')]
  const name = await publishAndInstall(mei)

  await test.step('promoted, and an admin approves the plan', async () => {
    await mei.getByRole('button', { name: 'More', exact: true }).click()
    await mei.getByRole('menuitem', { name: 'Promote' }).click()
    await mei.getByRole('dialog').getByRole('button', { name: 'Request approval' }).click()
    await mei.waitForURL(/\/deploys\/\d+/)
    await jonas.goto(mei.url())
    await jonas.getByRole('button', { name: /^Approve/ }).click()
    await expect(mei.getByTestId('deploy-state')).toHaveText('Succeeded')
  })

  const proxy = freshName('door')
  const visitor = await open(null)
  await test.step('opened by its URL', async () => {
    const relations = { web: [{ serviceId: await serviceIdOf(api, name, 'production') }] }
    const number = await requestService(api, { name: proxy, package: 'proxy', runtime: 'production', relations })
    await approveDeploy(await apiAs(browser, 'jonas'), number)
    await untilState(api, number, 'succeeded')
    await mei.goto(at(name, 'production'))
    await visitor.goto((await mei.getByRole('link', { name: 'Open', exact: true }).getAttribute('href')) ?? '')
    await expect(visitor.getByText('hello from a fine day nothing')).toBeVisible()
  })

  await test.step('its output is followed', async () => {
    await mei.getByRole('tab', { name: 'Output' }).click()
    const log = mei.getByRole('log')
    await expect(log.getByText('asked for /', { exact: true }).first()).toBeVisible()
    await visitor.goto(new URL('/again', visitor.url()).href)
    await expect(log.getByText('asked for /again', { exact: true })).toBeVisible()
  })

  await test.step('a file is put into its folder and looked at there', async () => {
    await mei.goto(`${at(name, 'test')}&tab=files`)
    await expect(mei.getByRole('button', { name: 'releases/' })).toBeVisible()
    await mei.getByLabel('Upload a file').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('put here') })
    await mei.getByRole('button', { name: 'note.txt' }).click()
    await expect(mei.getByRole('region', { name: 'note.txt' })).toContainText('put here')
  })

  await test.step('a developer opens a terminal where they may, and an admin sees it again', async () => {
    await mei.goto(`${at(name, 'test')}&tab=terminal`)
    await mei.getByRole('button', { name: 'Open terminal' }).click()
    await expect(mei.locator('.xterm-rows')).toContainText(/[$#]\s*$/)
    await mei.keyboard.type('echo in $TENGEN_UNIT; exit\n')
    await expect(mei.getByText('Exit code 0').first()).toBeVisible()
    await jonas.goto(`${at(name, 'test')}&tab=terminal`)
    await jonas.getByRole('row').filter({ hasText: 'Mei Lin' }).getByRole('button', { name: 'Replay' }).click()
    await jonas.getByRole('button', { name: 'At once' }).click()
    await expect(jonas.locator('.xterm-rows')).toContainText(`in ${name}/0`)
  })

  const admin = await apiAs(browser, 'jonas')
  for (const gone of [proxy, name]) await approveDeploy(admin, await removeService(api, gone, 'production'))
  await removeService(api, name)
})
