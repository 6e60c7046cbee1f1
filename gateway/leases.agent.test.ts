import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import { transaction } from '@/lib/db/transaction'
import { operateMachine } from '@/lib/machines/operate-machine'
import { readFolder } from '@/lib/package-format/pack-folder'
import type { AgentProcess } from '@/lib/testing/agent-process'
import { Link } from '@/lib/testing/link'
import { Random } from '@/lib/testing/model/random'
import { Stack } from '@/lib/testing/stack'

const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-shared-'))
const file = path.join(folder, 'count')
const links = new Map<string, Link>()
let stack: Stack
let stageId: string

beforeAll(async () => {
  // The accounts of applications must be able to pass and to write.
  chmodSync(folder, 0o755)
  writeFileSync(file, '')
  chmodSync(file, 0o666)
  stack = await Stack.start({ pace: 12, machines: [] })
  for (const name of ['m1', 'm2', 'm3']) {
    const link = await Link.start(Number(new URL(stack.url).port), new Random(1))
    links.set(name, link)
    await stack.addAgent(name, { hubUrl: link.url })
  }
  const entries = await readFolder(path.join(import.meta.dirname, '../lib/testing/fixtures/leased-writer'))
  await transaction((tx) => publishEntries(tx, systemActor('test'), { organizationId: null, origin: 'shipped', entries }))
  await stack.until(
    'three machines',
    async () => (await stack.database.db.machine.count({ where: { state: 'ready', cpuMillis: { gt: 0 } } })) === 3,
  )
  const installed = await stack.install('writer', 'leased-writer', '1.0.0', 1, { file })
  await stack.ended(installed.recordId)
  stageId = installed.stageId
}, 60_000)

afterAll(async () => {
  for (const link of links.values()) link.close()
  await stack.stop()
  rmSync(folder, { recursive: true })
})

async function unitNow() {
  const unit = await stack.database.db.unit.findFirstOrThrow({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null }, include: { machine: true } } },
  })
  return { ...unit, machine: unit.allocations[0]?.machine ?? { id: '', name: '' } }
}

/** Fences in the order in which they wrote, each with how many lines: one after the other, and no number twice or missing. */
function writers(): [fence: number, lines: number][] {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
  const wrong = lines.findIndex(([count], index) => count !== index + 1)
  expect(wrong < 0 ? [] : lines.slice(Math.max(0, wrong - 3), wrong + 3)).toEqual([])
  const found: [number, number][] = []
  for (const [, fence = 0] of lines) {
    const last = found.at(-1)
    if (last?.[0] === fence) last[1] += 1
    else found.push([fence, 1])
  }
  return found
}

const linesNow = () => writers().at(-1)?.[1] ?? 0

interface Cut {
  readonly agent: AgentProcess
  readonly link: Link
}

const cuts: [how: string, cut: (of: Cut) => unknown, back: (of: Cut) => unknown][] = [
  ['the wire is cut', ({ link }) => link.cut(), ({ link }) => link.heal()],
  ['its agent is frozen', ({ agent }) => agent.signal('SIGSTOP'), ({ agent }) => agent.signal('SIGCONT')],
  ['its agent is killed', ({ agent }) => agent.kill(), ({ agent }) => agent.start()],
]

test.each(cuts)(
  'a writer that locks nothing runs on while %s, and its next one begins after it has ended; it returns, and nothing is resurrected',
  async (_how, cut, back) => {
    const { db } = stack.database
    const before = await unitNow()
    const of = { agent: stack.agents.get(before.machine.name)!, link: links.get(before.machine.name)! }
    await cut(of)
    const written = linesNow()
    await stack.until('it to run on', async () => linesNow() > written + 50, 5_000)

    const failover = await stack.until('a failover', () =>
      db.deployRecord.findFirst({ where: { stageId, kind: 'failover', endedAt: null } }),
    )
    await stack.ended(failover.id)
    const after = await unitNow()
    expect(after).toMatchObject({ id: before.id, ordinal: before.ordinal, generation: before.generation + 1, state: 'running' })
    expect(after.machine.name).not.toBe(before.machine.name)
    expect(writers().map(([fence]) => fence)).toEqual(Array.from({ length: after.generation }, (_, index) => index + 1))

    await back(of)
    await stack.until('its machine to say that nothing is left', () =>
      db.ledger.findFirst({ where: { unitId: before.id, generation: before.generation, closedAs: 'gone' } }),
    )
    await repair(before.machine.id)
    const count = linesNow()
    await stack.until('the new one to write on', async () => linesNow() > count + 50, 5_000)
    expect(writers()).toHaveLength(after.generation)
    expect(await unitNow()).toMatchObject({ state: 'running', generation: after.generation, restarts: 0 })
  },
  40_000,
)

/** Lost machines together would make automation rest. One that returns before it was given up as empty is ready by itself. */
async function repair(machineId: string): Promise<void> {
  const olga = await stack.person('olga')
  const settled = { id: machineId, state: { in: ['error' as const, 'ready' as const] } }
  const { state } = await stack.until('its fault to be over', () => stack.database.db.machine.findFirst({ where: settled }))
  if (state === 'ready') return
  for (const act of ['repaired', 'init', 'bring_online'] as const) await operateMachine(olga, { machineId, act })
}
