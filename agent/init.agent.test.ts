import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InitCheck, InitNews } from '@/lib/protocol/init'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, agentBundle, publishScripts } from '@/lib/testing/agent-process'
import { isAtLeast } from './init-checks'

let hub: AgentHub
let agent: AgentProcess

beforeAll(async () => {
  await agentBundle()
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome()
  await agent.join(hub)
})
afterAll(async () => {
  await agent.destroy()
  await hub.stop()
  expect(hub.wrongs).toEqual([])
})

let runs = 0

/** Each policy is called by its place. */
function order(...checks: InitCheck[]): string {
  runs += 1
  const runId = `run-${runs}`
  hub.machine.init = { runId, policies: checks.map((check, index) => ({ id: `p${index}`, check })) }
  hub.desire([])
  return runId
}

const newsOf = (runId: string): InitNews[] =>
  hub.machine.news.flatMap((item) => ('init' in item && item.init.runId === runId ? [item.init] : []))
const ended = (runId: string, policyId: string) =>
  hub.until(`${policyId} of ${runId}`, () => newsOf(runId).find((news) => news.policyId === policyId && news.state !== 'running'))

const memory: InitCheck = { kind: 'memory', memoryMib: 16, cores: 1 }

async function packageOf(script: string, timeoutMs = 20_000): Promise<InitCheck> {
  const { name, version, digest, sizeBytes } = await publishScripts(hub, { 'hooks/prepare': script })
  return { kind: 'package', name, version, digest, sizeBytes, run: ['hooks/prepare', 'two words'], timeoutMs }
}

test('policies are looked at in their order, each says what it found, and the first that fails ends the run with its reason', async () => {
  const runId = order(
    memory,
    { kind: 'system', distributions: [], versionAtLeast: null, kernelAtLeast: '2.6' },
    { kind: 'clock', withinMs: 60_000 },
    { kind: 'disk', path: agent.home, freeMib: 1, writeMibPerSecond: 1 },
    { kind: 'sysctl', key: 'kernel.ostype', value: 'Linux', set: false },
    { kind: 'user', user: 'root', uid: null, create: false },
    await packageOf('echo prepared for "$1" in "$(pwd)"'),
    { kind: 'programs', programs: ['sh', '/bin/ls', 'no-such-program'] },
    memory,
  )
  expect(await ended(runId, 'p7')).toMatchObject({
    state: 'failed',
    message: 'Missing: no-such-program. Install it, then run this again.',
  })
  const states = newsOf(runId).filter(({ state }) => state !== 'running')
  expect(states.map(({ policyId, state }) => `${policyId} ${state}`)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((n) => `p${n} passed`).concat('p7 failed'),
  )
  const clock = expect.stringMatching(/^clock_/)
  expect(states.map(({ said }) => said?.code)).toEqual([
    ...['memory_found', 'system_found', clock, 'disk_fast', 'sysctl_found', 'user_found', 'package_passed', 'program_missing'],
  ])
  expect(states[0]?.message).toMatch(/^\d+ MiB of memory, \d+ cores$/)
  expect(states[3]?.message).toMatch(/MiB a second$/)
  expect(states[6]?.log).toMatch(/^prepared for two words in .*\/cache\/packages\/[0-9a-f]{64}\n$/)
})

test.each<[string, InitCheck, RegExp]>([
  ['too little memory', { kind: 'memory', memoryMib: 90_000_000, cores: null }, /MiB of memory, less than 90000000\.$/],
  ['another system', { kind: 'system', distributions: ['plan9'], versionAtLeast: null, kernelAtLeast: null }, /not plan9\.$/],
  ['an old kernel', { kind: 'system', distributions: [], versionAtLeast: null, kernelAtLeast: '99.1' }, /older than 99\.1\.$/],
  ['a full disk', { kind: 'disk', path: '/', freeMib: 900_000_000, writeMibPerSecond: null }, /MiB are free at \/, less than/],
  ['no such folder', { kind: 'disk', path: '/no/such/folder', freeMib: 1, writeMibPerSecond: null }, /^There is no folder/],
  ['no user', { kind: 'user', user: 'tengen-nobody-here', uid: null, create: false }, /^There is no user tengen-nobody-here\.$/],
  ['another value', { kind: 'sysctl', key: 'kernel.ostype', value: 'Hurd', set: false }, /^kernel\.ostype is Linux, not Hurd\.$/],
  ['no such key', { kind: 'sysctl', key: 'kernel.no_such_key', value: '1', set: true }, /^This kernel has no kernel\.no_such_key\.$/],
])('%s is said with what is there', async (_name, check, message) => {
  const runId = order(check, memory)
  expect(await ended(runId, 'p0')).toMatchObject({ state: 'failed', message: expect.stringMatching(message) })
})

test('a program of a package that fails, or does not end, says so with what it printed', async () => {
  const failing = order(await packageOf('echo no licence >&2; exit 3'))
  expect(await ended(failing, 'p0')).toMatchObject({ message: 'hooks/prepare two words ended with exit code 3.', log: 'no licence\n' })
  const hanging = order(await packageOf('echo waiting; sleep 1000', 1000))
  expect(await ended(hanging, 'p0')).toMatchObject({
    message: expect.stringMatching(/^It did not end within 1 s; it and all it started were killed\.$/),
    log: expect.stringMatching(/^waiting\n/),
  })
})

test('an agent that dies while a program runs takes it up again, and runs nothing twice', async () => {
  const trace = join(agent.home, 'trace')
  const runId = order(
    memory,
    await packageOf(`echo begun >> ${trace}; while [ ! -e ${trace}.go ]; do sleep 0.05; done; echo ended >> ${trace}`),
    memory,
  )
  await hub.until('the program to begin', () => agent.has('trace'))
  await agent.kill()
  await agent.start()
  await hub.until('the agent to come back', () => newsOf(runId).filter(({ policyId }) => policyId === 'p1').length > 1)
  writeFileSync(`${trace}.go`, '')
  expect(await ended(runId, 'p2')).toMatchObject({ state: 'passed' })
  expect(readFileSync(trace, 'utf8')).toBe('begun\nended\n')
  expect(newsOf(runId).filter(({ policyId, state }) => policyId === 'p0' && state === 'passed')).toHaveLength(1)
})

test('versions are compared by their numbers', () => {
  expect(isAtLeast('6.18.44-fc', '6.9')).toBe(true)
  expect(isAtLeast('12', '12.1')).toBe(false)
  expect(isAtLeast('5.15.0-91-generic', '5.15')).toBe(true)
})
