import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { leaseWord } from '@/lib/protocol/lease'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(10, (one) => void ({ hub, agent, unitId } = one))

const leaseMs = 4500
/** What the hub waits beyond it. */
const marginMs = 500
/** Of the test's hub. */
const heartbeatMs = 500
/** It hears no word to stop, and a part of it has left its group. */
const stubborn = 'trap "" TERM; setsid sleep 1000 & echo up; while :; do sleep 0.05; done'
const process = { command: [leaseWord, 'bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 400 } }

async function runLeased(script: string) {
  hub.leaseMs = leaseMs
  const content = buildContent({ package: await publishScripts(hub, { 'bin/run': script, 'hooks/check': 'true' }), process })
  const entry = buildEntry(unitId, { ...content, check: { run: ['hooks/check'], timeoutMs: 2000, everyMs: 200, failures: 2 } })
  hub.desire([entry])
  await hub.unitState(unitId, 'running')
  return entry
}

/** How long it takes until nothing of the unit lives. */
async function goneAfterMs(): Promise<number> {
  const began = performance.now()
  while (pidsOfUnit(unitId).length > 0 && performance.now() < began + 3 * leaseMs) await sleep(20)
  return performance.now() - began
}

/** Questions of the agent's present connection. */
const asked = (count: number) =>
  hub.until(`${count} questions`, () => {
    const last = hub.machine.said.get('lease-ask')
    return last?.type === 'lease-ask' && last.seq >= count
  })

const runsAgain = (before: number) => hub.unitState(unitId, 'running', before)

describe('a leased unit', () => {
  test('runs on while its lease is renewed; frozen, its agent renews nothing, and it ends in time; lent anew it runs, and nothing crashed', async () => {
    await runLeased('echo up; exec sleep 1000')
    await asked(1.5 * (leaseMs / heartbeatMs))
    expect(hub.units(unitId).at(-1)).toMatchObject({ state: 'running', restarts: 0 })
    const before = hub.units(unitId).length
    agent.signal('SIGSTOP')
    expect(await goneAfterMs()).toBeLessThan(leaseMs + marginMs)
    agent.signal('SIGCONT')
    expect(await hub.unitState(unitId, 'installed', before)).toMatchObject({ code: 'lease_over', restarts: 0 })
    expect(await runsAgain(before)).toMatchObject({ restarts: 0 })
  })

  test('ends in time when its agent is killed and it does not want to; the next agent starts nothing that is not lent', async () => {
    await runLeased(stubborn)
    await agent.kill()
    expect(await goneAfterMs()).toBeLessThan(leaseMs + marginMs)
    hub.leaseMs = null
    hub.machine.said.delete('lease-ask')
    const before = hub.units(unitId).length
    await agent.start()
    expect(await hub.unitState(unitId, 'installed', before)).toMatchObject({ code: 'lease_over' })
    await asked(2)
    expect(pidsOfUnit(unitId)).toEqual([])
    hub.leaseMs = leaseMs
    await runsAgain(before)
  })

  test('ends in time when nothing but a hook of it runs', async () => {
    hub.leaseMs = leaseMs
    const pack = await publishScripts(hub, { 'bin/run': 'exec sleep 1000', 'hooks/install': 'trap "" TERM; while :; do sleep 0.05; done' })
    hub.desire([
      buildEntry(unitId, buildContent({ package: pack, process, hooks: { install: { run: ['hooks/install'], timeoutMs: 60_000 } } })),
    ])
    await hub.until('its hook', () => pidsOfUnit(unitId).length > 0)
    await agent.kill()
    expect(await goneAfterMs()).toBeLessThan(leaseMs + marginMs)
  })

  test('does not outlive a boot, nor does it lose its guard for long', async () => {
    const { generation } = await runLeased('echo up; exec sleep 1000')
    const run = hub.units(unitId).length
    const [pid] = pidsOfUnit(unitId)
    const guard = () => {
      const { process: known } = JSON.parse(agent.read('state', 'units', `${unitId}.json`)) as { process: { runId: string } }
      return JSON.parse(agent.read('runs', known.runId, 'guard.json')) as { pid: number }
    }
    const { pid: first } = guard()
    globalThis.process.kill(first, 'SIGKILL')
    await hub.until('another guard', () => guard().pid !== first)
    expect(pidsOfUnit(unitId)).toContain(pid)
    await agent.kill()
    const file = join(agent.home, 'state', 'leases', `${unitId}-${generation}`)
    expect(existsSync(file)).toBe(true)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\S+/, 'another-boot'))
    expect(await goneAfterMs()).toBeLessThan(1500)
    await agent.start()
    await runsAgain(run)
  })
})
