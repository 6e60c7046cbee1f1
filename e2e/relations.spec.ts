import { freshName, removeService, requestService, serviceIdOf, untilState } from './deploys'
import { apiAs } from './people'
import { expect, test } from './test'

test('a service finds what it needs, is reached by a name, and what others need goes with them', async ({ open, browser }) => {
  const mei = await apiAs(browser, 'mei')
  const [redis, web, proxy] = [freshName('redis'), freshName('web'), freshName('proxy')]
  await untilState(mei, await requestService(mei, { name: redis, package: 'redis' }), 'succeeded')

  const page = await open('mei')
  await page.goto('/o/harbor/a/shop/services/new?package=counter')
  await page.getByLabel('Name', { exact: true }).fill(web)
  await page.getByLabel('Runtime', { exact: true }).click()
  await page.getByRole('option', { name: /^test/ }).click()
  await page.getByRole('button', { name: 'Review plan' }).click()
  await expect(page.locator('#relation-redis-error')).toHaveText('Choose who gives it.')
  await page.getByLabel('redis', { exact: true }).click()
  await page.getByRole('option', { name: redis }).click()
  await page.getByRole('button', { name: 'Review plan' }).click()
  await page.getByRole('button', { name: /^Install|^Request/ }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')

  const number = await requestService(mei, {
    name: proxy,
    package: 'proxy',
    relations: { web: [{ serviceId: await serviceIdOf(mei, web) }] },
  })
  await untilState(mei, number, 'succeeded')
  await page.goto(`/o/harbor/a/shop/services/${web}?environment=test`)
  const entry = page.getByRole('link', { name: 'Open', exact: true })
  await expect(entry).toHaveAttribute('href', new RegExp(`^http://${web}\\.shop\\.localhost:\\d+/$`))
  const visitor = await open(null)
  await visitor.goto((await entry.getAttribute('href')) ?? '')
  await expect(visitor.getByText(`Welcome: visit 1, served by ${web}/0`)).toBeVisible()
  await page.getByRole('tab', { name: 'Relations' }).click()
  await expect(page.getByRole('table', { name: 'Needs redis' }).getByRole('row', { name: redis })).toContainText('In step')
  await expect(page.getByRole('table', { name: 'Taken by' }).getByRole('row', { name: proxy })).toBeVisible()

  await page.getByRole('link', { name: 'All relations' }).click()
  const rows = page.getByRole('table', { name: 'Relations' })
  await expect(rows.getByRole('row', { name: new RegExp(`${proxy}.*${web}`) })).toContainText('In step')
  await expect(page.getByRole('region', { name: 'Services and their relations' }).getByRole('link', { name: redis })).toBeVisible()

  await untilState(mei, await removeService(mei, proxy), 'succeeded')
  await page.goto(`/o/harbor/a/shop/services/${redis}?environment=test&act=remove`)
  await expect(page.getByText('Others cannot be without it.')).toBeVisible()
  await page.getByLabel(`Remove the service that cannot be without it too: ${web}`).check()
  await page.getByRole('button', { name: 'Remove 2 services' }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await expect(page.getByRole('table', { name: 'Services, in this order' }).getByRole('row')).toHaveText([
    /Service/,
    new RegExp(web),
    new RegExp(redis),
  ])
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded')
})
