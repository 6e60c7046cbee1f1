import { get } from 'node:http'
import { pidsOfUnit } from '@/lib/testing/agent-process'
import { freshName, readDeploy, readService, requestChange, untilState } from './deploys'
import { OwnPool, query } from './own-pool'
import { apiAs } from './people'
import { expect, test } from './test'

/** Asks again and again as a retrying client would; what two tries in a row could not get counts as failed. */
function probe(url: string) {
  const { host, port, pathname } = new URL(url)
  const options = { host: '127.0.0.1', port, path: pathname, headers: { host }, agent: false }
  const found = { good: 0, failed: [] as string[], stopped: false }
  const once = () =>
    new Promise<number | string>((resolve) => {
      get(options, (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', (error) => resolve(error.message))
    })
  const run = (async () => {
    while (!found.stopped) {
      const first = await once()
      const second = first === 200 ? first : await once()
      if (second === 200) found.good++
      else found.failed.push(`${first}, ${second}`)
    }
  })()
  return {
    found,
    async stop() {
      found.stopped = true
      await run
    },
  }
}

const machineId = async (name: string) => (await query<{ id: string }>('select id from "Machine" where name = $1', [name]))[0]?.id

const pool = new OwnPool('127.0.0.97', 2)
test.beforeAll(({ browser }) => pool.open(browser))
test.afterAll(() => pool.close())

test('the group shop is deployed as one, re-configures itself while web units come, move, die and go, and is taken down as one', async ({
  open,
  browser,
}) => {
  test.slow()
  const mei = await apiAs(browser, 'mei')
  const group = freshName('shop')
  const page = await open('mei')
  await page.goto('/o/harbor/catalogue')
  await page.getByRole('table', { name: 'Groups' }).getByRole('button', { name: 'Deploy' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name of the group').fill(group)
  await expect(dialog.getByText(`e.g. ${group}-redis`)).toBeVisible()
  await dialog.getByLabel('Runtime', { exact: true }).click()
  await page.getByRole('option', { name: pool.name }).click()
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  const parts = page.getByRole('table', { name: 'Services, in this order' })
  await expect(parts.getByRole('row')).toHaveText([
    /Service/,
    new RegExp(`${group}-redis`),
    new RegExp(`${group}-web`),
    new RegExp(`${group}-proxy`),
  ])
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded', { timeout: 40_000 })

  await page.goto(`/o/harbor/a/shop/services/${group}-web?environment=test`)
  const entry = page.getByRole('link', { name: 'Open', exact: true })
  await expect(entry).toHaveAttribute('href', /^http:/)
  const { found, stop } = probe((await entry.getAttribute('href')) ?? '')
  await expect.poll(() => found.good).toBeGreaterThan(3)

  const [placement] = (await readService(mei, `${group}-web`)).placements
  const scaleTo = async (count: number) =>
    untilState(
      mei,
      await requestChange(mei, `${group}-web`, 'test', { kind: 'scale', counts: { [placement?.id ?? '']: count } }),
      'succeeded',
    )
  await scaleTo(3)
  const first = page.getByRole('row', { name: new RegExp(`${group}-web/0`) })
  const here = (await first.textContent()) ?? ''
  const elsewhere = pool.machines.find((machine) => !here.includes(machine)) ?? ''
  await untilState(
    mei,
    await requestChange(mei, `${group}-web`, 'test', {
      kind: 'migrate',
      unitIds: [placement?.units[0]?.id],
      machineId: await machineId(elsewhere),
    }),
    'succeeded',
    30_000,
  )
  await expect(first).toContainText(new RegExp(`Running.*${elsewhere}`, 's'))
  for (const pid of pidsOfUnit(placement?.units[0]?.id ?? '')) process.kill(pid, 'SIGKILL')
  await scaleTo(2)
  const after = found.good
  await expect.poll(() => found.good).toBeGreaterThan(after + 10)
  await stop()
  expect(found.failed).toEqual([])

  await page.goto('/o/harbor/a/shop/relations?environment=test')
  const row = page.getByRole('table', { name: 'Groups' }).getByRole('row', { name: group })
  await row.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('menuitem', { name: 'Remove the group' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the group' }).click()
  await page.waitForURL(/\/deploys\/\d+/)
  await expect(page.getByTestId('deploy-state')).toHaveText('Succeeded', { timeout: 40_000 })
  const number = Number(/(\d+)$/.exec(page.url())?.[1])
  expect((await readDeploy(mei, number)).state).toBe('succeeded')
})
