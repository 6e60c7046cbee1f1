import type { Page } from '@playwright/test'
import pg from 'pg'
import { readDeploy, untilState } from './deploys'
import { databaseUrl } from './product-state'
import { box, line, openDeploy, talkers, untilSaid } from './talk'
import { expect, test } from './test'

let talk: Awaited<ReturnType<typeof talkers>>
test.beforeAll(async ({ browser }) => {
  talk = await talkers(browser)
})

const foot = (page: Page) => page.locator('.log-f')

test('the log follows its end; scrolling up pauses it and says how many lines came; Follow goes on', async ({ open }) => {
  const page = await open('mei')
  const { number } = await talk({ lines: 500, everyMs: 20 })
  await openDeploy(page, number)
  await untilSaid(page, 60)
  await box(page).hover()
  await page.mouse.wheel(0, -400)
  await expect(foot(page)).toContainText('Paused')
  await expect(foot(page)).toContainText(/\d+ lines/)
  const top = await box(page).evaluate((element) => element.scrollTop)
  await expect.poll(async () => Number(/(\d+) lines came/.exec(await foot(page).innerText())?.[1])).toBeGreaterThan(40)
  expect(await box(page).evaluate((element) => element.scrollTop)).toBe(top)
  await page.getByRole('button', { name: 'Follow' }).click()
  await expect(line(page, 'said 500')).toBeVisible()
})

test('a linked line holds the log while more lines come, until Follow is asked for', async ({ open }) => {
  const page = await open('mei')
  const { number } = await talk({ lines: 400, everyMs: 20 })
  await openDeploy(page, number, '#L4')
  await expect(box(page).locator('.here .no')).toHaveText('4')
  await expect(foot(page)).toContainText(/Paused at line \d+.*\d+ lines? came since/)
  await expect(box(page).locator('.here .no')).toHaveText('4')
  await page.getByRole('button', { name: 'Follow' }).click()
  await expect(foot(page)).toContainText('Live, line')
  await expect(line(page, 'said 400')).toBeVisible()
})

test('nothing that a program prints becomes markup, a script or a title', async ({ open }) => {
  const page = await open('mei')
  const { number, api } = await talk({ lines: 5 })
  await untilState(api, number, 'succeeded')
  await openDeploy(page, number)
  await expect(box(page).getByText('<b>bold</b>')).toBeVisible()
  await expect(box(page).locator('img, script, b')).toHaveCount(0)
  await expect(box(page).locator('.a-red')).toHaveText('red words')
  await expect(box(page).getByText('and plain ones')).toBeVisible()
  await expect(page).toHaveTitle(new RegExp(`#${number}`))
})

test('search finds what is not on screen, first error leads to the reason, and a line can be linked', async ({ open }) => {
  const page = await open('mei')
  const { number, api } = await talk({ lines: 900, fails: true })
  await untilState(api, number, 'failed')
  await openDeploy(page, number)
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('said 13')
  await expect(page.getByText('1 of 11')).toBeVisible()
  await expect(box(page).locator('mark').first()).toHaveText('said 13')
  await page.keyboard.press('Enter')
  await expect(page.getByText('2 of 11')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('')
  await page.getByRole('link', { name: 'First error' }).click()
  await expect(page).toHaveURL(/#L\d+$/)
  await expect(box(page).locator('.here')).toContainText('fatal: the disk is on fire')
  await expect(foot(page)).toContainText(/Ended, \d+ lines/)
  // Its address is this line's already: asked for once more, it is shown once more.
  await box(page).evaluate((element) => void (element.scrollTop = 0))
  await expect(box(page).locator('.here')).toHaveCount(0)
  await page.getByRole('link', { name: 'First error' }).click()
  await expect(box(page).locator('.here')).toContainText('fatal: the disk is on fire')
  await openDeploy(page, number, '')
  await box(page).getByRole('link', { name: /^\d+$/ }).last().waitFor()
  await page.goto('about:blank')
  await openDeploy(page, number, '#L300')
  await expect(box(page).locator('.here .no')).toHaveText('300')
})

/** A log of many lines, as years of chatty hooks would leave it. */
async function fillLog(recordId: string, lines: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl() })
  await client.connect()
  try {
    const { rows } = await client.query<{ lines: number }>('select lines::int from journal.log_cursor where record_id = $1', [recordId])
    const before = rows[0]?.lines ?? 0
    await client.query(
      `insert into journal.log_line (day, record_id, line, at, stream, text)
       select current_date, $1, $2 + n, now(), 'stdout', 'line ' || n || ' of a long day ' || repeat('x', (n % 90)::int)
       from generate_series(1, $3::bigint) as n`,
      [recordId, before, lines],
    )
    await client.query('update journal.log_cursor set lines = lines + $2 where record_id = $1', [recordId, lines])
  } finally {
    await client.end()
  }
}

interface TraceEvent {
  name: string
  pid: number
  tid: number
  ph: string
  tdur?: number
  args: { name?: string }
}

/** The longest task of the page's main thread in ms of processor time: other programs on this machine do not count. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const main = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`)
  const tasks = traceEvents.filter(
    ({ name, pid, tid, tdur }) => name.endsWith('RunTask') && tdur !== undefined && main.includes(`${pid} ${tid}`),
  )
  expect(tasks.length).toBeGreaterThan(100)
  return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1000
}

/** From end to end in leaps, and by wheel after each. */
async function scrollThrough(page: Page): Promise<void> {
  await box(page).hover()
  for (let i = 0; i < 12; i++) {
    await box(page).evaluate((element, part) => void (element.scrollTop = element.scrollHeight * part), ((i * 7) % 12) / 12)
    await page.mouse.wheel(0, 1500)
    await expect(box(page).locator('.ll:not(.waiting)').first()).toBeVisible()
  }
}

test('100,000 lines are scrolled without a main-thread task over 100 ms', async ({ open, browser }) => {
  const page = await open('mei')
  const { number, api } = await talk({ lines: 5 })
  await untilState(api, number, 'succeeded')
  await fillLog((await readDeploy(api, number)).id, 100_000)
  await openDeploy(page, number)
  await expect(box(page).getByText('line 100000 of a long day')).toBeVisible()
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  await scrollThrough(page)
  expect(longestTask(await browser.stopTracing())).toBeLessThanOrEqual(100)
})
