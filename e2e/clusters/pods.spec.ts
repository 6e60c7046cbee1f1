import { apiAs } from '@/e2e/people'
import { expect, test } from '@/e2e/test'
import { chartArchive, siteChart } from '@/lib/testing/chart-archive'
import { cutOff, kubeconfigOf, rejoin } from '@/lib/testing/kubernetes'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { addressOf, answerOf, everythingIn, prober } from './outside'
import { runCli } from './run-cli'
import { storyClusters } from './start-clusters'
import {
  approve,
  badge,
  choose,
  configure,
  type Environment,
  hasEnded,
  inCluster,
  inShop,
  install,
  names,
  publish,
  request,
  routeAt,
  serviceAt,
  visit,
} from './steps'
import { teller } from './teller'

test.describe.configure({ mode: 'serial' })
// Clusters come, go and are cut off as links of this machine, of which a browser asks again what was under way.
test.beforeEach(({ expectComplaints }) => expectComplaints(/ERR_NETWORK_CHANGED/))

const clusters = storyClusters()
const environments = ['test', 'production'] as const
const [host, secondHost] = ['shop.story.test', 'also.story.test']
const authority = makeCertificate({ names: [], isAuthority: true })
const certificate = makeCertificate({ names: [host], signer: authority })
const door = (environment: Environment) => ({ address: addressOf(clusters[environment]), host, ca: authority.chain })
const before: Partial<Record<Environment, string[]>> = {}

test('an operator adds a test and a production cluster, and grants them: namespaces appear on both', async ({ open }) => {
  const olga = await open('olga')
  for (const environment of environments) {
    before[environment] = await everythingIn(clusters[environment])
    await olga.goto('/platform/clusters')
    await olga.getByRole('link', { name: 'Add a cluster' }).click()
    await olga.getByLabel('Kubeconfig', { exact: true }).fill(kubeconfigOf(clusters[environment]))
    await olga.getByRole('button', { name: 'Look at it' }).click()
    await expect(olga.getByText(/^It answers: Kubernetes v?1\./)).toBeVisible()
    await olga.getByLabel('Name', { exact: true }).fill(names[environment])
    await choose(olga, 'Environment', environment === 'test' ? 'Test' : 'Production')
    await olga.getByRole('button', { name: 'Add the cluster' }).click()
    await olga.waitForURL(`/platform/clusters/${names[environment]}`)
    await olga.getByRole('button', { name: 'Grant it' }).click()
    await choose(olga, 'Organisation', /^Harbor/)
    await olga.getByRole('dialog').getByRole('button', { name: 'Grant it' }).click()
    await expect(olga.getByRole('table', { name: 'Namespaces' }).getByRole('row', { name: /harbor-shop/ })).toContainText('There')
    await expect(badge(olga)).toHaveText('Ready')
  }
})

test('a developer deploys to test and promotes to production, an admin approves, and pods run in both', async ({ open }) => {
  const [mei, jonas] = [await open('mei'), await open('jonas')]
  await mei.goto('/o/harbor/catalogue/hello-pods')
  await install(mei, 'web', /^pods-test/, async () => {
    await mei.getByLabel('Units', { exact: true }).fill('2')
    await mei.getByLabel('Greeting', { exact: true }).fill('hello from pods')
  })
  await mei.goto(serviceAt('web', 'test'))
  await mei.getByRole('button', { name: 'More', exact: true }).click()
  await mei.getByRole('menuitem', { name: 'Promote' }).click()
  await expect(mei.getByRole('dialog').getByText('Deployment/web-stable').first()).toBeVisible()
  await request(mei, 'Request approval')
  await approve(jonas, mei)
  await hasEnded(mei, 'Succeeded')
  await expect(mei.getByRole('table', { name: 'What runs in clusters now' })).toContainText(/pods-production.*Available.*2 of 2 available/)
  for (const environment of environments) {
    await mei.goto(serviceAt('web', environment))
    await expect(inCluster(mei, environment)).toContainText(/Available.*2 of 2 available/)
    await expect(mei.getByRole('table', { name: 'Pods' }).getByText('Ready', { exact: true })).toHaveCount(2)
  }
})

test('a route of test answers over HTTPS from outside; promoted with a certificate by one admin and signed by another one, so does production', async ({
  open,
  playwright,
  launchOptions,
}) => {
  const [mei, jonas, sam] = [await open('mei'), await open('jonas'), await open('sam')]
  const upload = async (page: typeof mei) => {
    await page.getByLabel('Certificate', { exact: true }).fill(certificate.chain)
    await page.getByLabel('Private key', { exact: true }).fill(certificate.key)
  }
  await mei.goto(`${inShop}/routes`)
  await mei.getByRole('link', { name: 'New route' }).click()
  await mei.getByLabel('Host', { exact: true }).fill(host)
  await mei.getByRole('button', { name: 'Certificate', exact: true }).click()
  await upload(mei)
  await mei.getByRole('button', { name: 'Review the plan' }).click()
  await request(mei, 'Make the route')
  await hasEnded(mei, 'Succeeded')

  await jonas.goto('/o/harbor/settings/members')
  await choose(jonas, 'Role of Sam Okoro', 'Admin')
  await jonas.goto(routeAt(host, 'test'))
  await jonas.getByRole('button', { name: 'Promote', exact: true }).click()
  await upload(jonas)
  await request(jonas, 'Request approval')
  await approve(sam, jonas)
  await hasEnded(jonas, 'Succeeded')
  for (const environment of environments) {
    await mei.goto(routeAt(host, environment))
    await mei.getByRole('button', { name: 'Check now' }).first().click()
    await expect(badge(mei)).toHaveText('Works')
    const rule = `MAP ${host} ${addressOf(clusters[environment])}`
    const args = [...(launchOptions.args ?? []), `--host-resolver-rules=${rule}`]
    const outside = await playwright.chromium.launch({ ...launchOptions, args })
    expect(await visit(outside, `https://${host}/index.html`)).toContain('hello from pods')
    await outside.close()
  }
  await expect(mei.getByRole('list', { name: 'Why did this change?' })).toContainText('Sam Okoro')
})

test('a developer opens a terminal in a pod, which tells no secret, and what is said there is read in the log of all pods', async ({
  open,
}) => {
  const mei = await open('mei')
  await configure(mei, 'test', { Token: 'swordfish-of-test' })
  await hasEnded(mei, 'Succeeded')
  await mei.goto(serviceAt('web', 'test', 'terminal'))
  await mei.getByRole('button', { name: 'Open terminal' }).click()
  await expect(mei.getByText('recorded', { exact: true })).toBeVisible()
  const screen = mei.locator('.xterm-rows')
  await expect(screen).toContainText(/[$#]\s*$/)
  await mei.keyboard.type('echo said in a terminal with $TOKEN > /proc/1/fd/1; echo $((40+2)) with $TOKEN.; exit 3\n')
  await expect(screen).toContainText('42 with ••••••.')
  await expect(mei.getByText('Exit code 3').first()).toBeVisible()
  await mei.goto(serviceAt('web', 'test', 'units'))
  const pods = mei.getByRole('table', { name: 'Pods' })
  await pods.getByRole('row').filter({ hasText: 'Ready' }).getByRole('button').first().click()
  await mei.getByRole('button', { name: 'All pods' }).click()
  await expect(mei.getByText('said in a terminal with ••••••', { exact: true })).toBeVisible()
})

test('an image that is not there is stopped with the real reason while the old pods serve, and the way back is one click', async ({
  open,
}) => {
  const [mei, jonas] = [await open('mei'), await open('jonas')]
  const asking = prober(door('production'))
  await configure(mei, 'production', { Image: '127.0.0.1:9/missing:2' })
  await approve(jonas, mei)
  await hasEnded(mei, 'Failed')
  await expect(mei.getByText(/(ErrImagePull|ImagePullBackOff).*127\.0\.0\.1:9\/missing:2/).first()).toBeVisible()
  await expect(mei.getByRole('table', { name: 'What runs in clusters now' })).toContainText(/Failed.*r1.*2 of 2 available/)
  await mei
    .getByRole('button', { name: /^Roll back to r1/ })
    .first()
    .click()
  await request(mei, 'Request approval')
  await approve(jonas, mei)
  await hasEnded(mei, 'Succeeded')
  const { asked, failed } = await asking.stop()
  expect(failed).toEqual([])
  expect(asked).toBeGreaterThan(200)
})

test('a service on machines is told where pods are reached, and hears of a further address by itself', async ({ open }) => {
  const mei = await open('mei')
  const said = (text: string) => mei.getByRole('log').getByText(text, { exact: true })
  await publish(mei, 'teller', teller())
  await install(mei, 'teller', /^test /, () => choose(mei, 'web', /^web/))
  await mei.goto(serviceAt('teller', 'test', 'output'))
  await expect(said(`web is at ${host}:443`)).toBeVisible()

  await mei.goto(`${inShop}/routes/new`)
  await mei.getByLabel('Host', { exact: true }).fill(secondHost)
  await mei.getByRole('button', { name: 'Review the plan' }).click()
  await request(mei, 'Make the route')
  await hasEnded(mei, 'Succeeded')
  await mei.goto(serviceAt('teller', 'test', 'output'))
  await expect(said(`web is at ${secondHost}:80 and ${host}:443`)).toBeVisible({ timeout: 60_000 })
  await mei.goto(serviceAt('teller', 'test', 'relations'))
  await expect(mei.getByRole('table', { name: 'Needs web' }).getByRole('row', { name: /^web/ })).toContainText('In step')
})

test('a Helm chart is published, installed, upgraded and rolled back', async ({ open }) => {
  const mei = await open('mei')
  await publish(mei, 'site', await chartArchive(siteChart('1.0.0')))
  await install(mei, 'page', /^pods-test/, () => mei.getByLabel('Greeting', { exact: true }).fill('first'))
  const files = siteChart('1.1.0')
  const more = files['values.yaml']?.replace('replicaCount: 2', 'replicaCount: 3') ?? ''
  await publish(mei, 'site', await chartArchive({ ...files, 'values.yaml': more }))
  await mei.goto(serviceAt('page', 'test'))
  await expect(inCluster(mei, 'test')).toContainText(/Available.*3 of 3 available/)

  await mei.getByRole('button', { name: 'Upgrade', exact: true }).click()
  await expect(mei.getByRole('dialog').getByText('Deployment/page-stable-site').first()).toBeVisible()
  await request(mei, 'Upgrade')
  await hasEnded(mei, 'Succeeded')
  await mei.goto(serviceAt('page', 'test'))
  await expect(inCluster(mei, 'test')).toContainText(/Available.*r2.*4 of 4 available/)

  await mei.getByRole('table', { name: 'Releases' }).getByRole('row', { name: /^r1/ }).getByRole('button', { name: 'Roll back' }).click()
  await request(mei, 'Roll back')
  await hasEnded(mei, 'Succeeded')
  await mei.goto(serviceAt('page', 'test'))
  await expect(inCluster(mei, 'test')).toContainText(/Available.*r1.*3 of 3 available/)
})

test('the command line writes services, routes and the values of a chart as one file, changes them by it, and then has nothing to do', async ({
  browser,
}) => {
  const mei = await apiAs(browser, 'mei')
  const made = await mei.post('/api/v1/me/tokens', { data: { name: 'story', scopes: ['read', 'deploy'], days: 1 } })
  const { token } = (await made.json()) as { token: string }
  const tengen = (words: string[], stdin = '') => runCli(words, { token, stdin })
  const file = await tengen(['export'])
  expect(file).toContain(secondHost)
  expect(await tengen(['apply', '-f', '-', '--yes'], file)).toContain('Nothing to do')
  const other = file.replace('greeting: first', 'greeting: from a file').replace(/(also\.story\.test:[\s\S]*?path: )\//, '$1/index.html')
  expect(other).not.toBe(file)
  expect(await tengen(['apply', '-f', '-', '--yes', '--wait'], other)).toContain('Done: 2 of 2')
  expect(await tengen(['apply', '-f', '-', '--yes'], other)).toContain('Nothing to do')
  expect(await tengen(['export'])).toBe(other)
})

test('a cluster that is cut off turns grey, what was approved meanwhile is put off, and it catches up when it comes back', async ({
  open,
}) => {
  const [mei, jonas, olga] = [await open('mei'), await open('jonas'), await open('olga')]
  await mei.goto(serviceAt('web', 'production'))
  await expect(inCluster(mei, 'production')).toContainText('Available')
  await cutOff(clusters.production)
  await expect(inCluster(mei, 'production')).toContainText(/Unknown for/, { timeout: 60_000 })
  await olga.goto(`/platform/clusters/${names.production}`)
  await expect(olga.getByText(/^It has not answered for/)).toBeVisible()
  // A cluster that was silent just now is asked in vain first.
  await expect(badge(olga)).toHaveText('Offline', { timeout: 60_000 })
  await configure(mei, 'production', { Greeting: 'back again' })
  await approve(jonas, mei)
  await hasEnded(mei, 'Deferred')
  await expect(mei.getByText(/not reachable and will be brought to it when it returns/)).toBeVisible()
  await rejoin(clusters.production)
  await mei.goto(serviceAt('web', 'production'))
  await expect(inCluster(mei, 'production')).toContainText(/Available.*2 of 2 available/, { timeout: 60_000 })
  await expect(badge(olga)).toHaveText('Ready', { timeout: 60_000 })
  await expect.poll(() => answerOf(door('production')), { timeout: 60_000 }).toContain('back again')
})

test('what was made is removed, what lives in production by its removal, then the clusters, and both are as they were before', async ({
  open,
}) => {
  test.setTimeout(300_000)
  const [mei, jonas, olga] = [await open('mei'), await open('jonas'), await open('olga')]
  const gone = async (at: string, verb: RegExp) => {
    await mei.goto(`${at}&act=remove`)
    await request(mei, verb)
    await hasEnded(mei, 'Succeeded')
  }
  for (const at of [routeAt(host, 'test'), routeAt(secondHost, 'test')]) await gone(at, /^Remove$/)
  for (const at of [serviceAt('teller', 'test'), serviceAt('page', 'test'), serviceAt('web', 'test')])
    await gone(at, /^Remove [1-9]\d* units?$/)
  for (const environment of environments) {
    await olga.goto(`/platform/clusters/${names[environment]}`)
    await olga.getByRole('button', { name: 'Remove', exact: true }).click()
    const dialog = olga.getByRole('dialog')
    await dialog.getByRole('textbox').fill(names[environment])
    await dialog.getByRole('button', { name: 'Remove the cluster' }).click()
    // An admin of the organisation decides about each, as about any other removal in production.
    for (const name of environment === 'production' ? [new RegExp(`^${host}`), /^web/] : []) {
      const row = olga.getByRole('table', { name: 'What lives there' }).getByRole('row', { name })
      await expect(row).toContainText('Awaiting approval', { timeout: 60_000 })
      const [, number] = /#(\d+)/.exec(await row.innerText()) ?? []
      await mei.goto(`/o/harbor/deploys/${number}`)
      await approve(jonas, mei)
      await hasEnded(mei, 'Succeeded')
    }
    await olga.waitForURL('/platform/clusters', { timeout: 60_000 })
    await expect.poll(() => everythingIn(clusters[environment]), { timeout: 30_000 }).toEqual(before[environment])
  }
})
