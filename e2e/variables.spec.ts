import { freshName, removeService, requestService, untilState } from './deploys'
import { apiAs } from './people'
import { expect, test } from './test'

const name = freshName('vary')
const variable = `WORD_${Date.now().toString(36).toUpperCase()}`
const service = `/o/harbor/a/shop/services/${name}?environment=test`

test('a variable is added, taken by a service, changed, and deployed where the page says that it is newer', async ({ open, browser }) => {
  const api = await apiAs(browser, 'mei')
  await untilState(api, await requestService(api, { name }), 'succeeded')
  const mei = await open('mei')
  const number = async () => {
    await mei.waitForURL(/\/deploys\/\d+/)
    await untilState(api, Number(/deploys\/(\d+)/.exec(mei.url())?.[1]), 'succeeded')
  }

  await mei.goto('/o/harbor/a/shop/variables')
  await mei.getByRole('button', { name: 'New variable' }).click()
  await mei.getByLabel('Name').fill(variable)
  await mei.getByLabel('Value').fill('first')
  await mei.getByRole('button', { name: 'Add variable' }).click()
  await expect(mei.getByRole('button', { name: variable })).toBeVisible()

  await mei.goto(service)
  await mei.getByRole('button', { name: 'Configure' }).click()
  await mei.getByRole('dialog').getByLabel(variable).check()
  await expect(mei.locator('.dl.add', { hasText: `${variable}=first` })).toBeVisible()
  await mei.getByRole('dialog').getByRole('button', { name: 'Configure' }).click()
  await number()

  await mei.goto('/o/harbor/a/shop/variables')
  await mei.getByRole('button', { name: variable }).click()
  await mei.getByRole('button', { name: 'Change the value' }).click()
  await mei.getByLabel('Value').fill('second')
  await mei.getByRole('button', { name: 'Set v2' }).click()
  await expect(mei.getByRole('dialog').getByText('runs an older version')).toBeVisible()

  await mei.goto(service)
  await expect(mei.getByText('1 variable is newer than what runs:')).toBeVisible()
  await mei.getByRole('button', { name: 'Deploy them' }).click()
  await expect(mei.locator('.dl.add', { hasText: `${variable}=second` })).toBeVisible()
  await mei.getByRole('dialog').getByRole('button', { name: 'Configure' }).click()
  await number()
  await mei.goto(service)
  await expect(mei.getByText('newer than what runs')).toHaveCount(0)
  await removeService(api, name)
})
