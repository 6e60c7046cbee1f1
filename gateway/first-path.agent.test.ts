import { afterAll, beforeAll, expect, test } from 'vitest'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { createService } from '@/lib/deploys/create-service'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { rollBackDeploy } from '@/lib/deploys/roll-back-deploy'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start()
}, 60_000)
afterAll(() => stack.stop())

const version = async (name: string, number: string) =>
  (await stack.database.db.packageVersion.findFirstOrThrow({ where: { version: number, package: { name } } })).id

const ended = (recordId: string) =>
  stack.until('the deploy to end', () => stack.database.db.deployRecord.findFirst({ where: { id: recordId, endedAt: { not: null } } }))

async function approved(recordId: string, wanted: 'succeeded' | 'failed' = 'succeeded') {
  const plan = await stack.database.db.plan.findFirstOrThrow({ where: { recordId } })
  await approveDeploy(await stack.person('jonas'), { recordId, planHash: plan.hash })
  const record = await ended(recordId)
  if (record.state !== wanted) throw new Error(`ended ${record.state}\n${await stack.report()}`)
  return record
}

const answers = async (): Promise<string[]> => {
  const live = await stack.database.db.allocation.findMany({
    where: { to: null },
    include: { unit: true },
    orderBy: { unit: { ordinal: 'asc' } },
  })
  return Promise.all(
    live.map(async ({ ports }) => {
      const port = (ports as { http: number }).http
      return fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.text(),
        (error: Error) => `no answer: ${error.message}`,
      )
    }),
  )
}

test('a service is installed, configured, upgraded into a failure that stops, and rolled back', async () => {
  const { db } = stack.database
  const mei = await stack.person('mei')
  const runtime = await db.runtime.findUniqueOrThrow({ where: { name: 'production' } })
  const created = await createService(mei, {
    organization: 'harbor',
    application: 'shop',
    name: 'greeter',
    packageVersionId: await version('greeter', '1.4.0'),
    runtimeId: runtime.id,
    count: 3,
    values: { message: 'good morning' },
  })
  await approved(created.recordId)
  for (const answer of await answers()) expect(answer).toContain('good morning')

  const stage = await db.stage.findFirstOrThrow({ where: { serviceId: created.serviceId } })
  const configured = await requestDeploy(mei, { stageId: stage.id, kind: 'configure', values: { message: 'good evening' } })
  await approved(configured.recordId)
  for (const answer of await answers()) expect(answer).toContain('good evening')

  const broken = await requestDeploy(mei, { stageId: stage.id, kind: 'upgrade', packageVersionId: await version('greeter', '1.6.0') })
  await approved(broken.recordId, 'failed')
  const held = await db.unit.findMany({ where: { held: true } })
  expect(held.map((unit) => unit.ordinal)).toEqual([0])

  const back = await rollBackDeploy(mei, { recordId: broken.recordId, cancelFirst: false })
  await approved(back.recordId)
  for (const answer of await answers()) expect(answer).toContain('good evening')
  expect(await db.unit.count({ where: { held: true } })).toBe(0)
}, 60_000)
