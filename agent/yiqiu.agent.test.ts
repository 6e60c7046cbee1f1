import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importAppspec } from '@/lib/package-format/import-appspec'
import { packageOfProgram } from '@/lib/package-format/program-entries'
import { readArchive } from '@/lib/package-format/read-archive'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildEntry, nextTask, pidsOfUnit } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'
import { freePort } from '@/lib/testing/free-port'
import { renderedPackage } from '@/lib/testing/rendered-package'

const fixture = join(import.meta.dirname, '../lib/testing/fixtures/yiqiu-echo')
let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(4, (one) => void ({ hub, agent, unitId } = one))

/** As its author would zip it: without any bit that says what may be executed. */
function zipped(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'tengen-zip-'))
  try {
    const file = join(folder, 'echo.zip')
    execFileSync('/usr/bin/python3', ['-m', 'zipfile', '-c', file, ...readdirSync(fixture)], { cwd: fixture })
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('an imported yiqiu package installs, runs, passes its check, is upgraded over what it wrote, and stops', async () => {
  const port = await freePort()
  const entries = await readArchive(zipped())
  const { manifest } = importAppspec(entries, 'echo.zip')
  if (manifest === null) throw new Error('The fixture was refused.')
  const withPort = manifest.replace(/# ports:\n\s+# {3}- \{ name: http/, 'ports:\n      - { name: http')
  const reach = async (text: string, wanted: 'running' | 'stopped' = 'running') => {
    const content = await renderedPackage(hub, packageOfProgram(entries, text), { ports: { http: port } })
    const entry = buildEntry(unitId, content, { check: wanted === 'running' ? nextTask() : null, wanted })
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    if (entry.check) expect(await hub.done(entry.check)).toEqual({ ok: true })
    return hub.log(entry.cause!)
  }
  const steps = () => agent.read('apps', 'acme_shop', 'demo_0', 'yiqiu', 'steps').trim().split('\n')

  await reach(withPort)
  expect(await (await fetch(`http://127.0.0.1:${port}/index.html`)).text()).toBe('hello from yiqiu\n')
  expect(steps()).toEqual(['prepared', 'configured'])
  expect(await reach(withPort.replace('version: 1.0.0', 'version: 1.1.0'))).toContain('an earlier version is there')
  expect(steps()).toEqual(['prepared', 'configured', 'stopping', 'prepared', 'configured'])
  await reach(withPort.replace('version: 1.0.0', 'version: 1.1.0'), 'stopped')
  expect(steps().at(-1)).toBe('stopping')
  expect(pidsOfUnit(unitId)).toEqual([])
})
