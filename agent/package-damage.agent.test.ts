import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(8, (one) => void ({ hub, agent, unitId } = one))

test('a package that was damaged in the cache is fetched anew before anything is started from it, after a crash and after a restart', async () => {
  const pack = await publishScripts(hub, { 'bin/run': 'echo up; exec sleep 1000', 'hooks/check': 'true' })
  const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 1000 } }
  const check = { run: ['hooks/check'], timeoutMs: 2000, everyMs: 200, failures: 2 }
  hub.desire([buildEntry(unitId, buildContent({ package: pack, process, check }))])
  await hub.unitState(unitId, 'running')
  const file = join(agent.home, 'cache', 'packages', pack.digest, 'bin', 'run')
  const whole = readFileSync(file, 'utf8')
  const end = () => {
    for (const pid of pidsOfUnit(unitId)) globalThis.process.kill(pid, 'SIGKILL')
  }

  truncateSync(file)
  const before = hub.units(unitId).length
  end()
  await hub.unitState(unitId, 'running', before)
  expect(readFileSync(file, 'utf8')).toBe(whole)
  expect(hub.units(unitId).at(-1)).toMatchObject({ restarts: 1 })

  await agent.kill()
  // As long, and as old: only its content tells.
  chmodSync(file, 0o755)
  writeFileSync(file, whole.replace('up', 'no'))
  chmodSync(file, 0o555)
  end()
  const later = hub.units(unitId).length
  await agent.start()
  await hub.unitState(unitId, 'running', later)
  expect(readFileSync(file, 'utf8')).toBe(whole)
  expect(agent.output).toContain('bin/run has another content')
})
