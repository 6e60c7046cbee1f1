import { freshName, removeService, requestService, untilState } from './deploys'
import { openPalette } from './palette'
import { apiAs } from './people'
import { expect, test } from './test'

const name = freshName('single')

test('one unit is stopped from its row and started with the palette; what cannot be done says why; a copy begins with its values', async ({
  open,
  browser,
}) => {
  const api = await apiAs(browser, 'mei')
  await untilState(api, await requestService(api, { name, count: 2, values: { message: 'copied' } }), 'succeeded')
  const mei = await open('mei')
  const path = `/o/harbor/a/shop/services/${name}`
  const ended = async () => {
    await mei.waitForURL(/\/deploys\/\d+/)
    await untilState(api, Number(/deploys\/(\d+)/.exec(mei.url())?.[1]), 'succeeded')
  }

  await mei.goto(path)
  await mei.getByRole('button', { name: `More for ${name}/1` }).click()
  await expect(mei.getByRole('menuitem', { name: /^Start/ })).toContainText('It is not stopped.')
  await mei.getByRole('menuitem', { name: 'Stop', exact: true }).click()
  await expect(mei.getByRole('dialog', { name: `Stop ${name}/1` })).toBeVisible()
  await mei.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await ended()
  await mei.goto(path)
  await expect(mei.getByRole('row', { name: new RegExp(`${name}/1`) })).toContainText('Stopped')
  await expect(mei.getByRole('row', { name: new RegExp(`${name}/0`) })).toContainText('Running')

  await (await openPalette(mei)).fill(`start ${name}`)
  await mei.getByRole('option', { name: new RegExp(`^Start ${name}`) }).click()
  await mei.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
  await ended()

  await mei.goto(path)
  await mei.getByLabel(`Select ${name}/0`).check()
  await mei.getByLabel(`Select ${name}/1`).check()
  await mei.getByRole('toolbar').getByRole('button', { name: 'Restart' }).click()
  await expect(mei.getByRole('dialog', { name: `Restart ${name}/0, ${name}/1` })).toBeVisible()
  await mei.getByRole('button', { name: 'Cancel' }).click()

  await mei.getByRole('button', { name: 'More', exact: true }).click()
  await mei.getByRole('menuitem', { name: 'Clone' }).click()
  await expect(mei.getByLabel('Name')).toHaveValue(`${name}-2`)
  await expect(mei.getByLabel('Message')).toHaveValue('copied')
  await removeService(api, name)
})
