import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { asOfStage } from '@/lib/deploys/stage-record'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import type { PersonActor } from './actor'
import { authorizeTopic } from './authorize-topic'

let database: TestDatabase
let small: SmallWorld
beforeAll(async () => {
  database = await testDatabase()
  small = await SmallWorld.make()
})
afterAll(() => database.dispose())

const nobody: PersonActor = { kind: 'person', id: 'nobody', name: 'Nobody', isOperator: false, isReviewer: false, grants: [] }
const outsider: PersonActor = { ...nobody, id: 'out', grants: [{ organizationId: 'another', applicationId: null, role: 'owner' }] }
const operator: PersonActor = { ...nobody, id: 'op', isOperator: true }

test('news of an organisation and its records goes to its members only, platform news to operators, one’s own to oneself', async () => {
  const recordId = await small.requestInstall()
  const record = asOfStage(await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } }))
  const dev = await small.person('dev')
  const output = `output:${(await db.stage.findFirstOrThrow({ where: { service: { applicationId: record.applicationId ?? '' } } })).id}`
  const applicationViewer: PersonActor = {
    ...nobody,
    id: 'app',
    grants: [{ organizationId: record.organizationId, applicationId: record.applicationId, role: 'viewer' }],
  }
  const otherApplication: PersonActor = {
    ...applicationViewer,
    grants: [{ organizationId: record.organizationId, applicationId: 'another', role: 'owner' }],
  }
  const may = async (actor: PersonActor) =>
    Object.fromEntries(
      await Promise.all(
        [
          `org:${record.organizationId}`,
          `record:${recordId}`,
          'record:none',
          output,
          'output:none',
          'platform',
          `user:${dev.id}`,
          'nonsense',
          '',
        ].map(
          async (topic) => [topic.split(':')[0] + (topic.endsWith(':none') ? ' unknown' : ''), await authorizeTopic(actor, topic)] as const,
        ),
      ),
    )
  const none = {
    org: false,
    record: false,
    'record unknown': false,
    output: false,
    'output unknown': false,
    platform: false,
    user: false,
    nonsense: false,
    '': false,
  }
  expect(await may(dev)).toEqual({ ...none, org: true, record: true, output: true, user: true })
  expect(await may(applicationViewer)).toEqual({ ...none, org: true, record: true, output: true })
  expect(await may(otherApplication)).toEqual({ ...none, org: true })
  expect(await may(operator)).toEqual({ ...none, platform: true })
  expect(await may(outsider)).toEqual(none)
  expect(await may(nobody)).toEqual(none)
})
