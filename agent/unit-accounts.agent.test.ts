import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(undefined, (one) => void ({ hub, agent, unitId } = one))
afterAll(() => expect(hub.wrongs).toEqual([]))

const hook = (name: string) => ({ run: [`hooks/${name}`], timeoutMs: 10_000 })
const idle = 'echo up; exec sleep 1000'
const process = () => ({ command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } })
const folder = () => join(agent.home, 'apps', 'acme_shop', 'demo_0')

describe('whose a unit is', () => {
  test('as root a unit runs as its application’s own user, else as the agent', async () => {
    const pack = await publishScripts(hub, {
      'hooks/install': 'id -u; id -G; touch mine; touch /etc/tengen-must-not || echo kept out',
      'bin/run': idle,
    })
    const entry = buildEntry(unitId, buildContent({ package: pack, hooks: { install: hook('install') }, process: process() }))
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    const uid = Number(/stdout: (\d+)/.exec(hub.log(entry.cause!))?.[1])
    if (globalThis.process.getuid?.() === 0) {
      expect(uid).toBeGreaterThanOrEqual(200_000)
      expect(hub.log(entry.cause!)).toContain('kept out')
    } else expect(uid).toBe(globalThis.process.getuid?.())
    expect(statSync(join(folder(), 'mine')).uid).toBe(uid)
  })

  test('links that a unit lays in its own way lead the agent nowhere: neither is given away or changed what they show to, nor taken for data', async () => {
    const isRoot = globalThis.process.getuid?.() === 0
    const outside = mkdtempSync(join(tmpdir(), 'tengen-outside-'))
    writeFileSync(join(outside, 'kept'), 'not yours\n')
    const pack = await publishScripts(hub, {
      'bin/run': idle,
      'hooks/config-changed': `mv ../demo_0 ../aside && ln -s ${outside} ../demo_0 || echo kept out`,
    })
    const data = [{ name: 'state', path: 'deep/kept', sizeMib: 1, keep: true, shared: false }]
    const content = buildContent({ package: pack, process: process(), hooks: { 'config-changed': hook('config-changed') }, data })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    const ended = await hub.done(entry.cause!)
    if (isRoot) {
      expect([ended, hub.log(entry.cause!)]).toEqual([{ ok: true }, expect.stringContaining('kept out')])
      const { uid, mode } = statSync(join(folder(), '..'))
      expect([uid, mode & 0o777]).toEqual([0, 0o710])
      expect(statSync(folder()).uid).toBeGreaterThanOrEqual(200_000)
      // One that was laid while the folder was still the application's.
      rmSync(join(folder(), 'deep'), { recursive: true })
      symlinkSync(outside, join(folder(), 'deep'))
    }
    hub.desire([buildEntry(unitId, null, { wanted: 'absent', keepData: true, generation: 1 })])
    const removed = await hub.unitState(unitId, 'removed')
    if (isRoot) expect(removed.left).toEqual([])
    expect([readFileSync(join(outside, 'kept'), 'utf8'), statSync(outside).uid]).toEqual(['not yours\n', globalThis.process.getuid?.()])
    rmSync(outside, { recursive: true })
  })
})
