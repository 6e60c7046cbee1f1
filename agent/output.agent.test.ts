import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secretPlaceholder } from '@/lib/protocol/desired'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(8, (one) => void ({ hub, agent, unitId } = one))

const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }

/** A unit that runs this script; somebody looks at it unless told otherwise. */
async function run(script: string, { env = {}, secrets = {}, isWatched = true } = {}) {
  const pack = await publishScripts(hub, { 'bin/run': script })
  const entry = buildEntry(unitId, buildContent({ package: pack, process, env }))
  hub.desire([entry], secrets)
  await hub.done(entry.cause!)
  if (isWatched) watch()
  return entry
}

const watch = (unitIds = [unitId]) => hub.send(hub.machine.socket, { type: 'output-want', unitIds, leaseMs: 60_000 })
const said = (pattern: RegExp) => hub.output.lines(unitId).filter((line) => pattern.test(line))
const untilSaid = (pattern: RegExp, count = 1) => hub.until(`${pattern} to be heard`, () => said(pattern).length >= count, 20_000)
const numbers = () => said(/^n \d+$/).map((line) => Number(line.slice(2)))
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

const counting = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "n $i"; sleep 0.01; done; echo all; exec sleep 1000'

test('what a unit prints is followed through cut links and a killed agent, nothing lost and nothing twice', async () => {
  await run(counting)
  await untilSaid(/^n 40$/)
  hub.dropAll()
  await hub.until('another session', () => hub.machine.inventories.length >= 2)
  watch()
  await untilSaid(/^n 120$/)
  await agent.kill()
  await agent.start()
  const sessions = hub.machine.inventories.length
  await hub.until('the next agent', () => hub.machine.inventories.length > sessions)
  watch()
  await untilSaid(/^all$/)
  expect(numbers()).toEqual(upTo(300))
})

test('a hub that never asked for output is never sent any; one that nobody looks at gets it in few frames', async () => {
  await run('i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo "n $i"; sleep 0.05; done; echo all; exec sleep 1000', { isWatched: false })
  await hub.until('some heartbeats', () => hub.machine.inventories.length > 0 && pidExists())
  expect(hub.output.frames).toBe(0)
  watch([])
  await untilSaid(/^all$/)
  expect(numbers()).toEqual(upTo(30))
  expect(hub.output.frames).toBeLessThan(6)
})

const pidExists = () => hub.units(unitId).some(({ state }) => state === 'running' || state === 'ready')

test('each start is told apart, with the last words of the one before and its exit code', async () => {
  await run('echo "run of $$"; if [ ! -e died ]; then touch died; printf "last words"; exit 7; fi; exec sleep 1000')
  await untilSaid(/^run of/, 2)
  expect(hub.output.lines(unitId, 1).at(-1)).toBe('last words')
  expect(hub.output.lines(unitId, 2)).toHaveLength(1)
  expect(hub.output.ends).toEqual([{ unitId, run: 1, exitCode: 7 }])
})

test('a unit that prints without measure fills no disk, and what is passed over is counted to the byte', async () => {
  const line = 'x'.repeat(1000)
  await run(`yes "${line}" | head -c 60000000; echo; echo done; exec sleep 1000`)
  await untilSaid(/^done$/)
  const [folder = ''] = readdirSync(join(agent.home, 'runs')).filter((name) => name.startsWith(unitId))
  const path = join(agent.home, 'runs', folder, 'stdout')
  expect(statSync(path).size).toBeGreaterThan(60_000_000)
  await hub.until('the older part to be given back', () => statSync(path).blocks * 512 < 20_000_000)
  const told = hub.output
    .lines(unitId)
    .filter((text) => text !== 'gap')
    .reduce((sum, text) => sum + text.length + 1, 0)
  expect(told + hub.output.skippedBytes(unitId)).toBe(statSync(path).size)
  expect(hub.output.lines(unitId).filter((text) => text.startsWith('x') && text !== line).length).toBeLessThanOrEqual(1)
  expect(told).toBeLessThan(10_000_000)
  expect(Number(execFileSync('du', ['-sk', agent.home]).toString().split('\t')[0])).toBeLessThan(40_000)
})

test('no secret leaves the machine, printed in halves or in a line without end', async () => {
  const script =
    'printf "half hunter"; sleep 0.4; echo "2-and-more"; i=0; while [ $i -lt 9000 ]; do printf "$PASSWORD"; i=$((i+1)); done; exec sleep 1000'
  await run(script, { env: { PASSWORD: secretPlaceholder('sec_1', 1) }, secrets: { 'sec_1@1': 'hunter2-and-more' } })
  await hub.until('most of the long line', () => hub.output.lines(unitId).join('').length > 30_000)
  expect(hub.output.lines(unitId)[0]).toBe('half ••••••')
  expect(hub.output.lines(unitId).join('\n')).not.toMatch(/hunter|more|and-/)
})
