import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { rollBackDeploy } from '@/lib/deploys/roll-back-deploy'
import { setStanding } from '@/lib/policies/set-standing'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { whyMachineChanged, whyServiceChanged } from './why-changed'

let database: TestDatabase
let small: SmallWorld
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
})

test('a service and a machine say which deploy, asked by whom, approved by whom and going back to what, and what was set', async () => {
  await small.install()
  const dev = await small.person('dev')
  const ask = { stageId: small.stageId, kind: 'configure' as const, values: { message: 'two' }, reason: 'a new word' }
  const { recordId } = await requestDeploy(dev, ask)
  await small.approve(recordId)
  await small.finish(recordId)
  const back = await rollBackDeploy(dev, { recordId, cancelFirst: false })
  await small.approve(back.recordId)
  await small.finish(back.recordId)
  const { slug: organization } = await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })
  const admin = await small.person('admin')
  const rules = { kinds: ['repair' as const], maxUnits: 1 }
  await setStanding(admin, { organization, application: 'app', service: 'web', rules, version: 0 })

  const why = { organization, application: 'app', name: 'web', environment: 'production' as const }
  const { items } = await whyServiceChanged(dev, why)
  const [rollback, change, install] = items.flatMap((item) => item.deploy ?? [])
  expect(rollback).toMatchObject({
    organization,
    deploy: { requester: { id: dev.id } },
    decisions: [{ person: { id: admin.id }, decision: 'approve' }],
    because: [{ how: 'rollbackOf', deploy: { number: 2 }, decisions: [{ person: { id: admin.id } }] }],
  })
  expect(change).toMatchObject({ deploy: { reason: 'a new word' }, because: [] })
  expect(install?.deploy.number).toBe(1)
  const event = items.flatMap((item) => item.event ?? []).find((one) => one.name === 'policy.standing_changed')
  expect(event).toMatchObject({ actor: { id: admin.id }, data: { before: null, after: rules } })

  const { machineId } = await db.allocation.findFirstOrThrow({ where: { to: null } })
  const { name } = await db.machine.findUniqueOrThrow({ where: { id: machineId } })
  await expect(whyMachineChanged(dev, { name })).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|not_found/) })
  const ofOthers = await whyMachineChanged({ ...dev, isOperator: true, grants: [] }, { name })
  expect(ofOthers.items.filter((item) => item.deploy)).toEqual([])
  const own = await whyMachineChanged({ ...dev, isOperator: true }, { name })
  expect(own.items.flatMap((item) => item.deploy?.deploy.number ?? [])).toContain(2)
})
