import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, agentBundle, buildContent, buildEntry, nextUnitId, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'

let hub: AgentHub
let agent: AgentProcess
const unitId = nextUnitId()

beforeAll(async () => {
  await agentBundle()
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome()
  await agent.join(hub)
})
afterAll(async () => {
  await agent.destroy([unitId])
  await hub.stop()
})

const stopAll = async () => execFileSync(process.execPath, [await agentBundle(), 'stop-all', '--home', agent.home], { stdio: 'pipe' })

test('stop-all ends what an agent left running, refuses while one works, and the next agent starts it again', async () => {
  const pack = await publishScripts(hub, { 'bin/run': 'sleep 1000 & exec sleep 1000' })
  const content = buildContent({ package: pack, process: { command: ['bin/run'], stop: { signal: 'SIGTERM', timeoutMs: 2_000 } } })
  const entry = buildEntry(unitId, content)
  hub.desire([entry])
  expect(await hub.done(entry.cause!)).toEqual({ ok: true })
  expect(pidsOfUnit(unitId).length).toBeGreaterThan(0)
  await expect(stopAll()).rejects.toThrow(/already works/)

  await agent.kill()
  expect(pidsOfUnit(unitId).length).toBeGreaterThan(0)
  await stopAll()
  expect(pidsOfUnit(unitId)).toEqual([])

  await agent.start()
  await vi.waitUntil(() => pidsOfUnit(unitId).length > 0, { timeout: 10_000 })
})
