import { readDeploy } from './deploys'
import { killProcess } from './product-state'
import { line, openDeploy, talkers, untilSaid } from './talk'
import { expect, test } from './test'

test('after the gateway was killed the page heals by itself and no line is missing', async ({ open, browser, expectComplaints }) => {
  expectComplaints(/Failed to load resource|ERR_|502|503/)
  const page = await open('mei')
  const talk = await talkers(browser)
  const { number, api } = await talk({ lines: 300, everyMs: 25 })
  await openDeploy(page, number)
  await untilSaid(page, 20)
  killProcess('gateway')
  await expect(line(page, 'said 300')).toBeVisible({ timeout: 18_000 })
  await expect.poll(async () => (await readDeploy(api, number).catch(() => null))?.state).toBe('succeeded')
  const text = await (await api.get(`/api/v1/organizations/harbor/deploys/${number}/log.txt`)).text()
  const said = [...text.matchAll(/said (\d+)/g)].map((match) => Number(match[1]))
  expect(said).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
})
