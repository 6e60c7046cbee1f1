import type { Page } from '@playwright/test'
import { type Address, addresses, type Sees } from './addresses'
import { deploySomething, freshName } from './deploys'
import { type Person, people } from './people'
import { expect, test } from './test'

const service = freshName('walk')
let number = 0
const pages = (): readonly Address[] => addresses(number, service)

test.beforeAll(async ({ browser }) => {
  number = await deploySomething(browser, service)
})

/** What is refused says so in the same words whether it is not there or not theirs. */
async function expectRefusal(page: Page, sees: Sees): Promise<void> {
  if (sees === 'sign in') return expect(page).toHaveURL(/\/sign-in$/)
  const title = sees === 'denied' ? 'You may not see this' : 'There is nothing at this address'
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
}

for (const who of [...(Object.keys(people) as Person[]), 'nobody'] as const) {
  const person = who === 'nobody' ? null : who
  test(`${person ? people[person].part : 'a signed-out browser'} sees of every page what the table says`, async ({ open }) => {
    const page = await open(person)
    for (const { path, title, sees } of pages()) {
      await test.step(`${path}: ${sees[who]}`, async () => {
        const answer = await page.goto(path, { waitUntil: 'domcontentloaded' })
        expect(answer?.status()).toBe(sees[who] === 'not found' ? 404 : 200)
        if (sees[who] === 'content') await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
        else await expectRefusal(page, sees[who])
      })
    }
  })
}
