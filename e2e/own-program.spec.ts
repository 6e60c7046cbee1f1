import { freshName, removeService } from './deploys'
import { packageOf } from './packages'
import { apiAs } from './people'
import { expect, test } from './test'

const server = `const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(204).end()
  response.end([readFileSync('words.txt', 'utf8'), process.env.MOOD, process.env.TOKEN].join(' '))
}).listen(Number(process.env.PORT), process.env.HOST)
`

test('a newcomer’s own program goes by the wizard from its folder to a unit that answers', async ({ open, browser }) => {
  const page = await open('mei')
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
  await page.getByLabel('Command', { exact: true }).fill('node server.js && rm -rf /')
  await page.getByRole('button', { name: 'Path answers' }).click()
  await page.getByLabel('Path', { exact: true }).fill('/healthz')
  await page.getByRole('button', { name: 'Write the package' }).click()
  await expect(page.locator('#own-command-error')).toContainText('Signs of a shell mean nothing here')
  await page.getByLabel('Command', { exact: true }).fill('node server.js')
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
  await page.getByLabel('TOKEN', { exact: true }).fill('and-a-secret')
  await page.getByRole('button', { name: 'Review plan' }).click()
  await page.getByRole('button', { name: /^Install|^Request/ }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')

  await page.goto(`/o/harbor/a/shop/services/${name}?environment=test`)
  const endpoint = await page.getByText(/^127\.0\.0\.\d+:\d+$/).textContent()
  expect(await (await fetch(`http://${endpoint}/`)).text()).toBe('hello from a fine day and-a-secret')
  await removeService(await apiAs(browser, 'mei'), name)
})
