import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishAgent } from '@/lib/agents/publish-agent'
import { updateAgents } from '@/lib/agents/update-agents'
import { UpdateAgentsSchema } from '@/lib/agents/views'
import { buildAgent } from '@/lib/testing/agent-process'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start({ pace: 10 })
}, 60_000)
afterAll(() => stack.stop())

const versions = async () => (await stack.database.db.machine.findMany({ orderBy: { name: 'asc' } })).map((machine) => machine.agentVersion)
const update = async () => (await updateAgents(await stack.person('olga'), UpdateAgentsSchema.parse({ pool: 'production' }))).recordId

test('a pool is given the next agent machine by machine; one that does not work ends with the first, and its units run on', async () => {
  const { db } = stack.database
  const { recordId, stageId } = await stack.install('steady', 'greeter', '1.4.0', 3, { message: 'not touched' })
  await stack.ended(recordId)
  // A check that runs just now is a process of its unit too: the process meant is the one that the agent tells of.
  const units = () => db.unit.findMany({ where: { stageId }, select: { id: true, pid: true, restarts: true }, orderBy: { ordinal: 'asc' } })
  const before = await units()

  await publishAgent(await buildAgent('0.9.0'), '0.9.0')
  await stack.ended(await update())
  expect(await versions()).toEqual(['0.9.0', '0.9.0', '0.9.0'])

  const broken = path.join(mkdtempSync(path.join(tmpdir(), 'tengen-agent-')), 'agent.mjs')
  writeFileSync(broken, 'process.exit(3)')
  await publishAgent(broken, '0.9.1')
  const failed = await stack.ended(await update(), 'failed')
  const tasks = await db.task.findMany({ where: { recordId: failed.id, verb: 'run' }, orderBy: { index: 'asc' } })
  expect(tasks.map((task) => [task.state, task.code])).toEqual([
    ['failed', 'update_failed'],
    ['skipped', 'not_reached'],
    ['skipped', 'not_reached'],
  ])
  await stack.until('the agent of before to work again', async () => (await db.machine.count({ where: { connected: true } })) === 3)
  expect(await versions()).toEqual(['0.9.0', '0.9.0', '0.9.0'])
  expect(await units()).toEqual(before)
  for (const { id, pid } of before) expect(stack.pidsOf(id)).toContain(pid)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('not touched')
}, 60_000)
