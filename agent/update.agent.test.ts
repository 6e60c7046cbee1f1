import { readFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { currentAgentVersion } from '@/lib/protocol/agent-version'
import type { CommandEntry } from '@/lib/protocol/command'
import { AgentHub } from '@/lib/testing/agent-hub'
import {
  AgentProcess,
  agentBundle,
  buildAgent,
  buildContent,
  buildEntry,
  nextTask,
  nextUnitId,
  pidsOfUnit,
  publishScripts,
} from '@/lib/testing/agent-process'

let hub: AgentHub
let agent: AgentProcess
let next: Buffer
const unitId = nextUnitId()

beforeAll(async () => {
  await agentBundle()
  next = readFileSync(await buildAgent('0.9.0'))
}, 30_000)
beforeEach(async () => {
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome(20)
  await agent.join(hub)
})
afterEach(async () => {
  await agent.kill('SIGTERM')
  await agent.destroy([unitId])
  await hub.stop()
})

const update = (file: Buffer, change: Partial<CommandEntry> = {}): CommandEntry => ({
  argv: null,
  script: null,
  timeoutMs: 60_000,
  agent: { version: '0.9.0', ...hub.publish(file) },
  cause: nextTask(),
  unitId: null,
  wanted: 'run',
  ...change,
})
async function restart(): Promise<void> {
  await agent.kill()
  const sessions = hub.machine.inventories.length
  await agent.start()
  await hub.until('the next session', () => hub.machine.inventories.length > sessions)
}
const versions = () => hub.machine.versions
const stepsOf = ({ cause }: CommandEntry) => hub.callbacks(cause).flatMap((callback) => callback.step?.name ?? [])

test('a good one waits until no command runs, holds back new ones, and takes over units and tasks; later starts begin with it', async () => {
  const pack = await publishScripts(hub, { 'bin/run': 'exec sleep 1000' })
  const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }
  const unit = buildEntry(unitId, buildContent({ package: pack, process }))
  hub.desire([unit])
  await hub.done(unit.cause!)
  const pids = pidsOfUnit(unitId)
  const long: CommandEntry = { ...update(next), agent: undefined, script: 'echo begun; sleep 1; echo over' }
  hub.order(long)
  await hub.until('its beginning', () => hub.callbacks(long.cause).some((callback) => callback.step))
  const wanted = update(next)
  hub.order(wanted)
  await hub.until('its wait', () => stepsOf(wanted).includes('wait'))
  const held: CommandEntry = { ...long, cause: nextTask(), script: 'echo held' }
  hub.order(held)
  expect(await hub.done(wanted.cause)).toEqual({ ok: true })
  expect(await hub.done(long.cause)).toMatchObject({ ok: true, result: { output: 'begun\nover\n' } })
  expect(await hub.done(held.cause)).toMatchObject({ ok: true, result: { output: 'held\n' } })
  expect(versions().at(-1)).toBe('0.9.0')
  expect(pidsOfUnit(unitId)).toEqual(pids)
  expect(hub.units(unitId).some((news) => news.state === 'stopped' || news.state === 'error')).toBe(false)

  await restart()
  expect(versions().at(-1)).toBe('0.9.0')
  // Who installs the agent anew means it.
  agent.file = await buildAgent('0.9.5')
  await restart()
  expect(versions().at(-1)).toBe('0.9.5')
})

test.each([
  ['ends at once', 'process.exit(3)', 'exit code 3'],
  ['is not heard', 'setInterval(() => {}, 1000)', 'not heard in time'],
])('one that %s is taken back, and the one before it says why', async (_, text, why) => {
  const wanted = update(Buffer.from(text))
  hub.order(wanted)
  const ended = await hub.done(wanted.cause)
  expect(ended).toMatchObject({ ok: false, code: 'update_failed' })
  expect(ended.message).toContain(why)
  expect(versions().at(-1)).toContain(currentAgentVersion)
  // It is none the worse for it: a good one follows.
  const good = update(next)
  hub.order(good)
  expect(await hub.done(good.cause)).toEqual({ ok: true })
  expect(versions().at(-1)).toBe('0.9.0')
})

test('one whose file is not as announced, or that is wanted no more, changes nothing', async () => {
  const { digest } = hub.publish(next)
  const wrong = update(Buffer.from('other'), { agent: { version: '0.9.0', digest, sizeBytes: 3 } })
  hub.order(wrong)
  expect(await hub.done(wrong.cause)).toMatchObject({ ok: false, code: 'package_corrupt' })
  const never = update(next, { wanted: 'stop' })
  hub.order(never)
  expect(await hub.done(never.cause)).toMatchObject({ ok: false, code: 'cancelled' })
  expect(versions()).toEqual([expect.stringContaining(currentAgentVersion)])
})
