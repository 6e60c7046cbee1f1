import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { UnitContent } from '@/lib/protocol/desired'
import type { Facts, Samples } from '@/lib/protocol/messages'
import type { SampleSlot } from '@/lib/protocol/samples'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, agentBundle, buildContent, buildEntry, nextUnitId, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'
import { findGroups } from './find-groups'
import { type GroupTree, pidsIn } from './group-tree'

let hub: AgentHub
let agent: AgentProcess
let unitId: string
/** Undefined where this machine lets nobody make groups: then the agent must say so itself. */
let tree: GroupTree | undefined

beforeAll(async () => {
  await agentBundle()
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome(10)
  // Before the agent does: who looks makes a group, and takes it away again.
  const found = findGroups(agent.home)
  tree = 'tree' in found ? found.tree : undefined
  await agent.join(hub)
})
beforeEach(() => void (unitId = nextUnitId()))
afterEach(async () => {
  hub.desire([buildEntry(unitId, null, { wanted: 'absent', generation: 9 })])
  await hub.unitState(unitId, 'removed')
  // Nothing is left of its groups.
  if (tree) expect(tree.names()).toEqual([])
})
afterAll(async () => {
  await agent.destroy([unitId])
  await hub.stop()
  expect(hub.wrongs).toEqual([])
})

const resources = (cpuMillis: number, memoryMib: number) => ({ cpuMillis, memoryMib, diskMib: 0 })
const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }

async function contentOf(script: string, size: UnitContent['resources']): Promise<UnitContent> {
  return buildContent({ package: await publishScripts(hub, { 'bin/run': script }), process, resources: size })
}

async function holdsSizes(): Promise<boolean> {
  const facts = await hub.until('facts', () => hub.machine.said.get('facts') as Facts | undefined)
  expect(facts.sizesBy).toBe(tree?.by ?? 'none')
  if (!tree) expect(facts.sizesReason).toMatch(/\w/)
  return tree !== undefined
}

/** Doubles a text in the shell's memory until it is stopped. */
const hungry = 'sleep 0.2; a=xxxxxxxxxxxxxxxx; while :; do a="$a$a"; done'

test('a program that takes more memory than its size is killed, and the unit says by what', async () => {
  if (!(await holdsSizes())) return
  const entry = buildEntry(unitId, await contentOf(hungry, resources(0, 48)))
  hub.desire([entry])
  const killed = await hub.until('the kill', () => hub.units(unitId).find((news) => news.code === 'memory_limit'))
  expect(killed).toMatchObject({ message: 'The process was killed by the memory limit of 48 MiB and is started again.', exitCode: 137 })
  const given = await hub.unitState(unitId, 'error')
  expect(given).toMatchObject({ code: 'memory_limit', message: 'The process was killed by the memory limit of 48 MiB, again and again.' })
}, 60_000)

test('a busy loop gets the CPU of its size, another size without a restart, and an agent that comes back goes on with both', async () => {
  if (!(await holdsSizes())) return
  const content = await contentOf('trap "" HUP; while :; do :; done', resources(200, 64))
  hub.desire([buildEntry(unitId, content)])
  const { pid } = await hub.unitState(unitId, 'running')
  const group = `${unitId}-1`
  expect(pidsIn(tree as GroupTree, group)).toContain(pid)
  expectNear(await shareOf(group, 400), 0.2)

  const larger = buildEntry(unitId, { ...content, resources: resources(600, 32) })
  hub.desire([larger])
  expect(await hub.done(larger.cause!)).toEqual({ ok: true })
  expect(hub.log(larger.cause!)).not.toContain('started')

  // What it uses is told without anybody asking.
  const told = await hub.until('samples of the unit', () => (slotOf(unitId)?.cpuMillis ? slotOf(unitId) : undefined), 20_000)
  expect(told.cpuMillis).toBeLessThan(800)
  expect(told).toMatchObject({ memoryMib: expect.any(Number), diskMib: expect.any(Number), restarts: 0 })
  expect(slotOf(null)?.cpuMillis).toBeGreaterThan(0)

  await agent.kill()
  await agent.start()
  const seen = hub.machine.inventories.length
  await hub.until('the agent to come back', () => hub.machine.inventories.length > seen)
  expect(pidsOfUnit(unitId)).toContain(pid)
  expectNear(await shareOf(group, 1200), 0.6)

  const smaller = buildEntry(unitId, { ...content, resources: resources(600, 16) })
  hub.desire([smaller])
  expect(await hub.done(smaller.cause!)).toEqual({ ok: true })
  expect(pidsOfUnit(unitId)).toContain(pid)
}, 60_000)

/** A machine that is busy with other things gives less; more only for the moment in which the limit begins to hold. */
function expectNear(share: number, wanted: number): void {
  expect(share).toBeLessThan(wanted * 1.4)
  expect(share).toBeGreaterThan(wanted * 0.4)
}

function slotOf(subject: string | null): SampleSlot | undefined {
  const samples = hub.machine.said.get('samples') as Samples | undefined
  return samples?.subjects.find((one) => one.unitId === subject)?.slots.at(-1)
}

/** Of one core, while it uses so much of it; by the kernel's own count of the group. */
async function shareOf(group: string, cpuMs: number): Promise<number> {
  const usedMs = () => tree?.usage(group).cpuMs ?? 0
  const [before, began] = [usedMs(), performance.now()]
  await hub.until(`${group} to use ${cpuMs} ms`, () => usedMs() - before >= cpuMs)
  return (usedMs() - before) / (performance.now() - began)
}
