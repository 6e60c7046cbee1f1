import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os, { networkInterfaces } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { processesOf } from '@/lib/testing/processes-of'
import { withOwner } from './backup'
import { demoAgents, hasJoined } from './demo-agents'
import { homeAt } from './home'
import { readState } from './lock'

/** One folder through its life: begun twice at once, killed, begun again, ended, saved and restored. Each test goes on where the last one stopped. */
const root = path.join(import.meta.dirname, '../..')
const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-home-'))
const file = path.join(folder, 'saved.gz')
/** An address of this machine that is not loopback; where there is none, all of them. */
const address = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address
const listen = ['--listen', address ?? '0.0.0.0']
const env = { ...process.env, TENGEN_HOME: folder }
let runs: Run

interface Run {
  readonly child: ChildProcess
  said: string
}

function start(): Run {
  const child = spawn(process.execPath, ['scripts/up.mjs', ...listen], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const run: Run = { child, said: '' }
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => void (run.said += chunk))
  return run
}

const hasEnded = ({ child }: Run) => child.exitCode !== null || child.signalCode !== null
const isUp = ({ said }: Run) => said.includes('Logs:')
const settled = (all: readonly Run[]) =>
  vi.waitUntil(() => all.every((run) => isUp(run) || hasEnded(run)), { timeout: 90_000, interval: 50 })
const command = (...args: string[]) => spawnSync(process.execPath, ['scripts/up.mjs', ...args], { cwd: root, env, encoding: 'utf8' })

beforeAll(() => chmodSync(folder, 0o755))
afterAll(() => {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

test('of two starts at once one runs, and the other says which and ends', async () => {
  const both = [start(), start()]
  await settled(both)
  runs = both.find(isUp) as Run
  const other = both.find((run) => run !== runs) as Run
  await vi.waitUntil(() => hasEnded(other), { timeout: 10_000 })
  expect([other.child.exitCode, other.said]).toEqual([0, expect.stringContaining(`(pid ${runs.child.pid}`)])
}, 120_000)

test('elsewhere than on loopback it serves, its agents come, and the demo sign-in is refused', async () => {
  expect(runs.said).toContain(address ? `runs at http://${address}:` : 'runs at http://localhost:')
  expect(runs.said).toContain('The demo sign-in is refused')
  const { agents } = homeAt(root, folder)
  await vi.waitUntil(() => demoAgents.every(({ machineName }) => hasJoined(agents, machineName)), { timeout: 15_000 })
  const link = command('--link')
  expect([link.status, link.stdout]).toEqual([1, expect.stringContaining('exists on loopback only')])
})

test('after kill -9 of everything at once it starts again, builds and migrates nothing anew', async () => {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => hasEnded(runs) && processesOf(folder).length === 0, { timeout: 10_000 })
  runs = start()
  await settled([runs])
  expect(runs.said).toContain('Tengen runs at')
  for (const step of ['Build programs', 'Build pages']) expect(runs.said).toMatch(new RegExp(`${step} +unchanged`))
  expect(runs.said).not.toContain('Migrate and seed')
}, 120_000)

test('Ctrl-C ends everything', async () => {
  runs.child.kill('SIGINT')
  await vi.waitUntil(() => hasEnded(runs), { timeout: 30_000 })
  expect([runs.child.exitCode, processesOf(folder)]).toEqual([0, []])
}, 60_000)

test('Ctrl-C in the middle of a start leaves nothing behind either', async () => {
  runs = start()
  await vi.waitUntil(() => hasEnded(runs) || readState(homeAt(root, folder))?.children.length, { timeout: 30_000, interval: 5 })
  runs.child.kill('SIGINT')
  // What only prepares something is not told to end, and does so by itself.
  await vi.waitUntil(() => hasEnded(runs) && processesOf(folder).length === 0, { timeout: 30_000 })
  expect(isUp(runs)).toBe(false)
}, 60_000)

test('what was saved comes back into a database of its own, in a new era', async () => {
  const saved = command('backup', file)
  expect([saved.status, saved.stdout]).toEqual([0, expect.stringContaining('The master key is not in it')])
  expect(command('restore', file)).toMatchObject({ status: 1, stdout: expect.stringContaining('nobody to ask') })
  const restored = command('restore', file, '--yes')
  expect([restored.status, restored.stdout]).toEqual([0, expect.stringContaining('Restored.')])
  const { rows } = await withOwner(homeAt(root, folder), async (ownerUrl) => {
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    return client.query('select era, (select count(*)::int from "Machine") as machines from "Hub"').finally(() => client.end())
  })
  expect(rows).toEqual([{ era: 2, machines: 3 }])
  expect(processesOf(folder)).toEqual([])
}, 90_000)
