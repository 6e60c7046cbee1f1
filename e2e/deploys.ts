import { type APIRequestContext, type Browser, expect } from '@playwright/test'
import { apiAs } from './people'

const harbor = '/api/v1/organizations/harbor'

export interface Wanted {
  name: string
  package?: string
  version?: string
  runtime?: string
  count?: number
  values?: Record<string, unknown>
  /** Requirement → services that fulfil it. */
  relations?: Record<string, { serviceId: string }[]>
  reason?: string
}

interface Choices {
  package: { versionId: string; components: { name: string }[] }
  runtimes: { id: string; name: string }[]
}

interface Deploy {
  id: string
  state: string
  message: string | null
  planHash: string | null
  log: { lines: number }
}

async function body<T>(answer: Awaited<ReturnType<APIRequestContext['get']>>): Promise<T> {
  if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Names of services that no other story, and no earlier run, uses. */
let count = 0
export const freshName = (stem: string): string =>
  `${stem}-${Date.now().toString(36)}${process.env.TEST_PARALLEL_INDEX ?? 0}${(count++).toString(36)}`

/** Asks for a new service of the application Shop; answers the number of its first deploy. */
export async function requestService(api: APIRequestContext, wanted: Wanted): Promise<number> {
  const {
    name,
    package: packageName = 'greeter',
    version,
    runtime = 'test',
    count: units = 1,
    values = {},
    relations = {},
    reason,
  } = wanted
  const inShop = `${harbor}/applications/shop`
  const query = new URLSearchParams({ package: packageName, ...(version ? { version } : {}) })
  const choices = await body<Choices>(await api.get(`${inShop}/new-service?${query}`))
  const runtimeId = choices.runtimes.find((one) => one.name === runtime)?.id
  const data = {
    name,
    packageVersionId: choices.package.versionId,
    runtimeId,
    count: units,
    values,
    relations,
    ...(reason ? { reason } : {}),
  }
  return (await body<{ number: number }>(await api.post(`${inShop}/services`, { data }))).number
}

export const serviceIdOf = async (api: APIRequestContext, name: string, environment: 'test' | 'production' = 'test'): Promise<string> =>
  (await readService(api, name, environment)).id

export interface Shown {
  id: string
  stageId: string
  placements: { id: string; units: { id: string }[] }[]
}

/** A service as its page shows it. */
export const readService = async (api: APIRequestContext, name: string, environment: 'test' | 'production' = 'test'): Promise<Shown> =>
  body<Shown>(await api.get(`${harbor}/applications/shop/services/${name}?environment=${environment}`))

export const readDeploy = async (api: APIRequestContext, number: number): Promise<Deploy> =>
  body<Deploy>(await api.get(`${harbor}/deploys/${number}`))

/** A plan that changed since it was looked at is looked at and decided anew, as its page asks for. */
export async function approveDeploy(admin: APIRequestContext, number: number): Promise<void> {
  await untilState(admin, number, 'awaiting_approval')
  const { planHash } = await readDeploy(admin, number)
  const answer = await admin.post(`${harbor}/deploys/${number}/approve`, { data: { planHash } })
  const { code } = (await answer.json()) as { code?: string }
  if (code === 'plan_changed' || code === 'conflict') return approveDeploy(admin, number)
  await body(answer)
}

/** Asks for a change of a service that is there. */
export async function requestChange(
  api: APIRequestContext,
  name: string,
  environment: 'test' | 'production',
  change: object,
): Promise<number> {
  const { stageId } = await readService(api, name, environment)
  return (await body<{ number: number }>(await api.post(`${harbor}/deploys`, { data: { stageId, ...change } }))).number
}

/** Of one that failed against all expectation, why. */
const wordOf = ({ state, message }: Deploy, wanted: string): string =>
  state === 'failed' && wanted !== 'failed' ? `failed: ${message}` : state

export async function untilState(api: APIRequestContext, number: number, state: string, timeout = 20_000): Promise<void> {
  await expect
    .poll(async () => wordOf(await readDeploy(api, number), state), { message: `#${number} becomes ${state}`, timeout, intervals: [150] })
    .toBe(state)
}

/** Takes a service of a story away again, so that the next one finds room. */
export async function removeService(api: APIRequestContext, name: string, environment: 'test' | 'production' = 'test'): Promise<number> {
  return requestChange(api, name, environment, { kind: 'remove', keepData: false })
}

/** A service with a succeeded deploy, for those who only look; the number of that deploy. */
export async function deploySomething(browser: Browser, name: string): Promise<number> {
  const mei = await apiAs(browser, 'mei')
  const number = await requestService(mei, { name, package: 'static-site', reason: 'Something to look at.' })
  await untilState(mei, number, 'succeeded')
  await mei.dispose()
  return number
}

/** A command on a machine, for those who only look; the number of its record. */
export async function commandSomething(browser: Browser): Promise<number> {
  const olga = await apiAs(browser, 'olga')
  const data = { machines: ['test-1'], argv: ['true'] }
  const { number } = await body<{ number: number }>(await olga.post('/api/v1/platform/commands', { data }))
  await olga.dispose()
  return number
}
