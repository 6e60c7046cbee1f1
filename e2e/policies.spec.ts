import type { Page } from '@playwright/test'
import { freshName } from './deploys'
import { linkInMail } from './mails'
import { OwnPool } from './own-pool'
import { expect, test } from './test'

/** An organisation of the story's own: what it asks of changes is nobody else's business. */
const slug = freshName('yard')
const pool = new OwnPool('127.0.0.96', 1)
const week = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
const nilsMail = 'nils@demo.tengen.test'

test.afterAll(() => pool.close())

async function makeOrganization(owner: Page): Promise<void> {
  await owner.goto('/me')
  await owner.getByRole('button', { name: 'New organisation' }).click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(slug)
  await dialog.getByLabel('Address').fill(slug)
  await dialog.getByLabel('First application').fill('Shop')
  await dialog.getByRole('button', { name: 'Make it' }).click()
  await owner.waitForURL(`/o/${slug}/overview`)
}

/** The owner makes a link, for that e-mail alone where one is said, and somebody joins by it. */
async function invite(owner: Page, who: Page, role: string, email?: string): Promise<void> {
  await owner.goto(`/o/${slug}/settings/members`)
  await owner.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('Role').click()
  await owner.getByRole('option', { name: role }).click()
  if (email) await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await who.goto((await dialog.locator('code').textContent()) ?? '')
  await who.getByRole('button', { name: /^Join as/ }).click()
  await who.waitForURL(`/o/${slug}/overview`)
}

const editPolicy = async (owner: Page) => {
  await owner.goto(`/o/${slug}/settings/policies`)
  await owner.locator('#test').getByRole('button', { name: 'Change…' }).click()
  return owner.getByRole('dialog')
}

/** Two approvals, and hours of a day that is not today. */
async function setPolicy(owner: Page): Promise<void> {
  const dialog = await editPolicy(owner)
  await dialog.getByLabel('Approvals').fill('2')
  await dialog.getByRole('button', { name: 'Add hours' }).click()
  const open = week[(new Date().getUTCDay() + 3) % 7]
  const days = dialog.getByRole('group', { name: 'Days' })
  for (const day of week) {
    const button = days.getByRole('button', { name: day, exact: true })
    if (((await button.getAttribute('aria-pressed')) === 'true') !== (day === open)) await button.click()
  }
  await dialog.getByRole('button', { name: 'Set the policy' }).click()
  await expect(owner.getByText('2 approvals by admins and owners', { exact: false }).first()).toBeVisible()
  await expect(owner.getByText('Closed now', { exact: false })).toBeVisible()
}

const state = (page: Page) => page.getByTestId('deploy-state')
const approve = (page: Page) => page.getByRole('button', { name: /^Approve plan/ }).first()

test('an owner invites and sets a policy; who is refused asks for the role and gets it; two approve, one by the link in a mail on a phone', async ({
  open,
  browser,
}) => {
  test.slow()
  const [jonas, mei, nils] = [await open('jonas'), await open('mei'), await open('nils', phone)]
  await makeOrganization(jonas)
  const machine = pool.open(browser, slug)
  await invite(jonas, mei, 'Viewer')
  await invite(jonas, nils, 'Admin', nilsMail)
  await setPolicy(jonas)

  await test.step('a viewer is told what they lack and who has it, asks for it, and is given it', async () => {
    await mei.goto(`/o/${slug}/a/shop/services/new?package=static-site`)
    await expect(mei.getByText('Jonas Weber').first()).toBeVisible()
    await mei.getByRole('link', { name: 'Ask for it' }).click()
    const dialog = mei.getByRole('dialog', { name: 'Ask for a role' })
    await expect(dialog.getByLabel('Role')).toContainText('developer')
    await dialog.getByRole('textbox').fill('The shop needs its site.')
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(dialog).toBeHidden()
    await jonas.goto(`/o/${slug}/settings/members`)
    const request = jonas.getByRole('row', { name: /The shop needs its site/ })
    await request.getByRole('button', { name: 'Give it' }).click()
    await expect(request).toBeHidden()
  })

  await test.step('what the developer asks for says that two are needed', async () => {
    await machine
    await mei.goto(`/o/${slug}/a/shop/services/new?package=static-site`)
    await mei.getByLabel('Name').fill('site')
    await mei.getByRole('button', { name: 'Review plan' }).click()
    await mei.getByRole('button', { name: 'Request approval' }).click()
    await mei.waitForURL(/\/deploys\/\d+/)
    await expect(state(mei)).toHaveText('Awaiting approval')
  })

  await test.step('one approves here, one by the mail, and it waits for its hours', async () => {
    await jonas.goto(mei.url())
    await approve(jonas).click()
    await expect(jonas.getByText('1 of 2', { exact: false }).first()).toBeVisible()
    await nils.goto(await linkInMail(nilsMail, new RegExp(`/o/${slug}/deploys/`)))
    expect(new URL(nils.url()).pathname).toBe(new URL(mei.url()).pathname)
    expect(await nils.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.viewport.width)
    await approve(nils).tap()
    await expect(state(nils)).toHaveText('Queued')
    await expect(mei.getByText(/^Approved; it starts by itself/)).toBeVisible()
  })

  await test.step('once the hours are lifted it starts at once', async () => {
    const dialog = await editPolicy(jonas)
    await dialog.getByRole('button', { name: 'Remove these hours' }).click()
    await expect(dialog.getByText('may start', { exact: false })).toBeVisible()
    await dialog.getByRole('button', { name: 'Set the policy' }).click()
    await expect(state(mei)).toHaveText('Succeeded')
  })
})
