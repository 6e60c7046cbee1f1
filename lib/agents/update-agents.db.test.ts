import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { recordNews } from '@/lib/deploys/record-news'
import { ensureHub } from '@/lib/machines/hub'
import { CommandContent } from '@/lib/protocol/command'
import { buildMachine } from '@/lib/testing/build-organization'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getAgents } from './get-agents'
import { publishAgent } from './publish-agent'
import { previewAgentUpdate, updateAgents } from './update-agents'
import { UpdateAgentsSchema } from './views'

let database: TestDatabase
const operator: PersonActor = { kind: 'person', id: 'op', name: 'op', isOperator: true, isReviewer: false, grants: [] }
const ask = UpdateAgentsSchema.parse({ pool: 'big' })

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  await ensureHub(db)
  const pool = await db.runtime.create({ data: { name: 'big', environment: 'production' } })
  for (let i = 0; i < 12; i++) await buildMachine(pool.id, `m${String(i).padStart(2, '0')}`)
  await db.machine.updateMany({ data: { agentVersion: '0.4.0' } })
  await db.machine.update({ where: { name: 'm11' }, data: { agentVersion: '0.9.0' } })
  await db.machine.update({ where: { name: 'm10' }, data: { agentVersion: '0.3.0' } })
  await db.agentBuild.create({ data: { digest: 'a'.repeat(64), version: '0.9.0', sizeBytes: 10 } })
})

test('what a hub came with last is what machines are given, also where one of before came back', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tengen-agents-'))
  const publish = async (version: string) => {
    const file = path.join(folder, version)
    writeFileSync(file, `1 // ${version}\n// tengen-agent ${version}\n`)
    await publishAgent(file)
    return (await getAgents(operator)).build?.version
  }
  for (const version of ['0.9.1+aaaaaaaa', '0.9.1+bbbbbbbb', '0.9.1+aaaaaaaa']) expect(await publish(version)).toBe(version)
  expect(await db.agentBuild.count()).toBe(3)
})

const running = (recordId: string) => db.task.findMany({ where: { recordId, state: 'running', verb: 'run' }, orderBy: { index: 'asc' } })
async function say(recordId: string, done: { ok: boolean; code?: string }): Promise<void> {
  for (const { id, machineId, attempt } of await running(recordId)) {
    await recordNews(machineId ?? '', [{ seq: 1, callback: { recordId, taskId: id, attempt, seq: 1, done } }])
  }
  await carryJobs()
}
const state = async (recordId: string) => (await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).state

test('agents are updated in waves, those that are behind and can be; one record a pool at a time', async () => {
  const preview = await previewAgentUpdate(operator, ask)
  expect(preview).toMatchObject({ version: '0.9.0', waves: [1, 1, 8] })
  expect(preview.leftOut.map((target) => [target.name, target.whyNot?.code])).toEqual([['m10', 'command_old_agent']])
  const { recordId, number } = await updateAgents(operator, { ...ask, expectedHash: preview.expectedHash })
  await carryJobs()
  await expect(updateAgents(operator, ask)).rejects.toMatchObject({ details: { reason: 'update_under_way' } })
  expect((await getAgents(operator)).pools).toMatchObject([{ machines: 12, behind: 11, live: number }])
  const [first] = await running(recordId)
  const wish = await db.desiredCommand.findFirstOrThrow({ where: { taskId: first?.id } })
  const content = (await db.blobChunk.findFirstOrThrow({ where: { digest: wish.contentDigest } })).bytes
  expect(CommandContent.parse(JSON.parse(Buffer.from(content).toString())).agent).toMatchObject({
    version: '0.9.0',
    digest: 'a'.repeat(64),
  })
  expect(await running(recordId)).toHaveLength(1)
  await say(recordId, { ok: true })
  expect(await running(recordId)).toHaveLength(1)
  await say(recordId, { ok: true })
  expect(await running(recordId)).toHaveLength(8)
  await say(recordId, { ok: true })
  expect(await state(recordId)).toBe('succeeded')
})

test('the first failure stops the waves that have not begun; nobody but an operator asks', async () => {
  const { recordId } = await updateAgents(operator, { ...ask, first: 2 })
  await carryJobs()
  await say(recordId, { ok: false, code: 'update_failed' })
  expect(await state(recordId)).toBe('failed')
  const skipped = await db.task.count({ where: { recordId, verb: 'run', state: 'skipped', code: 'not_reached' } })
  expect(skipped).toBe(8)
  expect(await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).toMatchObject({
    message: 'It succeeded on 0 of 10 targets.',
  })
  await expect(updateAgents({ ...operator, isOperator: false }, ask)).rejects.toMatchObject({ code: 'not_found' })
})
