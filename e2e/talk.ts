import type { Browser, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { freshName, requestService, type Wanted } from './deploys'
import { publishTalker } from './packages'
import { apiAs } from './people'

export const box = (page: Page) => page.getByRole('log')
export const line = (page: Page, text: string) => box(page).getByText(text, { exact: true })
export const openDeploy = (page: Page, number: number, hash = '') => page.goto(`/o/harbor/deploys/${number}${hash}`)

/** Waits until the lines in view have come that far; which of them are seen depends on how fast they come. */
export const untilSaid = (page: Page, number: number) =>
  expect
    .poll(async () => Math.max(0, ...[...(await box(page).innerText()).matchAll(/said (\d+)/g)].map((match) => Number(match[1]))))
    .toBeGreaterThanOrEqual(number)

/** Publishes a package whose services talk; then each call makes one: its deploy's number. */
export async function talkers(browser: Browser) {
  const name = freshName('talker')
  const api = await apiAs(browser, 'mei')
  await publishTalker(api, name)
  return async (values: Wanted['values']) => ({
    api,
    number: await requestService(api, { name: freshName('talks'), package: name, values: values ?? {} }),
  })
}
