import type { Page } from '@playwright/test'
import { type Address, addresses } from './addresses'
import { commandSomething, deploySomething, freshName } from './deploys'
import { type Person, people } from './people'
import { expect, test } from './test'

const service = freshName('walk')
/** Each looks for itself. */
test.describe.configure({ mode: 'parallel' })
const there = { number: 0, name: service, command: 0 }
const pages = (): readonly Address[] => addresses(there)

test.beforeAll(async ({ browser }) => {
  // Once for all that this worker takes of the file.
  there.number ||= await deploySomething(browser, service)
  there.command ||= await commandSomething(browser)
})

/** For these the accessibility walk opens every page and reads its title; for Mei they are the pages of Jonas. Here only the door is asked. */
const looksElsewhere: readonly string[] = ['jonas', 'olga', 'mei']

/** What is not there and not theirs is refused by the same words at every address, so each window looks at one and asks the door for the others. */
async function expectRefusal(page: Page, path: string, sees: 'not found' | 'sign in'): Promise<void> {
  const answer = await page.request.get(path)
  expect(answer.status()).toBe(sees === 'not found' ? 404 : 200)
  if (sees === 'sign in') expect(new URL(answer.url()).pathname).toBe('/sign-in')
}

const titleIn = (html: string): string | undefined => /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1]?.replace(/<[^>]+>/g, '')

async function expectPage(page: Page, path: string, title: Address['title'], isOpened: boolean): Promise<void> {
  if (!isOpened) {
    const answer = await page.request.get(path)
    expect([answer.status(), titleIn(await answer.text())]).toEqual([200, expect.stringMatching(title)])
    return
  }
  const answer = await page.goto(path, { waitUntil: 'domcontentloaded' })
  expect(answer?.status()).toBe(200)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
}

for (const who of [...(Object.keys(people) as Person[]), 'nobody'] as const) {
  const person = who === 'nobody' ? null : who
  test(`${person ? people[person].part : 'a signed-out browser'} sees of every page what the table says`, async ({ open }) => {
    const page = await open(person)
    for (const { path, title, sees } of pages()) {
      const seen = sees[who]
      await test.step(`${path}: ${seen}`, async () => {
        if (seen === 'content') await expectPage(page, path, title, !looksElsewhere.includes(who))
        else if (seen === 'denied') await expectPage(page, path, 'You may not see this', true)
        else await expectRefusal(page, path, seen)
      })
    }
    await page.goto('/o/nowhere/overview')
    if (person) await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing at this address')
    else await expect(page).toHaveURL(/\/sign-in\?to=%2Fo%2Fnowhere%2Foverview$/)
  })
}
