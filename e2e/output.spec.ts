import type { Page } from '@playwright/test'
import { freshName, requestChange, requestService, untilState } from './deploys'
import { publishChatter } from './packages'
import { apiAs } from './people'
import { expect, test } from './test'

const box = (page: Page) => page.getByRole('log')
const foot = (page: Page) => page.locator('.log-f')

/** The highest number a unit has said among the lines in view; the list holds no others. */
const saidBy = async (page: Page, unit: string): Promise<number> =>
  Math.max(0, ...[...(await box(page).innerText()).matchAll(new RegExp(`${unit} said (\\d+)`, 'g'))].map((match) => Number(match[1])))

const name = freshName('talks')

test.beforeAll(async ({ browser }) => {
  const mei = await apiAs(browser, 'mei')
  const chatter = freshName('chatter')
  await publishChatter(mei, chatter)
  await untilState(mei, await requestService(mei, { name, package: chatter, count: 2, values: { everyMs: 60 } }), 'succeeded')
  await mei.dispose()
})

test('what two units print is followed, paused, searched, told apart, kept over a restart and taken home', async ({ open, browser }) => {
  const page = await open('mei')
  await page.goto(`/o/harbor/a/shop/services/${name}?environment=test`)
  await page.getByRole('tab', { name: 'Output' }).click()
  await expect(page).toHaveURL(/tab=output/)
  const [first, second] = [`${name}/0`, `${name}/1`]
  for (const unit of [first, second]) {
    const before = await saidBy(page, unit)
    await expect.poll(() => saidBy(page, unit)).toBeGreaterThan(before + 10)
  }

  await box(page).evaluate((element) => void (element.scrollTop = 0))
  await expect(box(page).getByText('<b>bold</b>').first()).toBeVisible()
  await expect(box(page).locator('img, b')).toHaveCount(0)
  await expect(box(page).getByText('Started').first()).toBeVisible()
  await box(page).hover()
  await page.mouse.wheel(0, 300)
  await page.mouse.wheel(0, -200)
  await expect(foot(page)).toContainText(/Paused at line \d+.*\d+ lines? came since/)
  await page.getByRole('button', { name: 'Follow' }).click()
  await expect(foot(page)).toContainText('Live')

  await page.getByRole('searchbox', { name: 'Find in log' }).fill('only a warning')
  await expect(page.getByText('1 of 2')).toBeVisible()
  await expect(box(page).locator('mark').first()).toHaveText('only a warning')
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('')

  await page.getByRole('button', { name: new RegExp(`^${second}`) }).click()
  await expect.poll(() => saidBy(page, second)).toBe(0)
  const before = await saidBy(page, first)
  await expect.poll(() => saidBy(page, first)).toBeGreaterThan(before)
  await page.getByRole('button', { name: new RegExp(`^${second}`) }).click()

  const mei = await apiAs(browser, 'mei')
  await untilState(mei, await requestChange(mei, name, 'test', { kind: 'restart' }), 'succeeded', 30_000)
  await mei.dispose()
  await page.getByRole('button', { name: 'Previous start' }).click()
  await expect(box(page).getByText('Ended').first()).toBeVisible()
  await expect(box(page).getByText('Restarted here')).toHaveCount(0)
  await page.getByRole('button', { name: 'Since last start' }).click()
  await box(page).evaluate((element) => void (element.scrollTop = 0))
  await expect(box(page).getByText('Restarted here').first()).toBeVisible()

  await page.getByRole('button', { name: 'All', exact: true }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()])
  const text = await (await download.createReadStream()).toArray().then((chunks) => Buffer.concat(chunks).toString())
  for (const unit of [first, second]) {
    const lines = text.split('\n').filter((line) => line.includes(`[${unit}]`))
    const starts = lines.findIndex((line) => line.includes('--- restarted ---'))
    const numbers = lines.slice(0, starts).flatMap((line) => Number(/said (\d+)/.exec(line)?.[1] ?? 0) || [])
    expect(numbers.length).toBeGreaterThan(20)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect(lines[starts - 1]).toContain('--- ended')
  }
})
