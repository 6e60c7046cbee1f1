import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { tendMachine } from '@/lib/machines/tend-machine'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start({ pace: 10 })
}, 60_000)
afterAll(() => stack.stop())

const machine = (name: string) => stack.database.db.machine.findUniqueOrThrow({ where: { name } })
const units = (stageId: string) =>
  stack.database.db.unit.findMany({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null }, include: { machine: true } } },
    orderBy: { ordinal: 'asc' },
  })

test('a machine is cut off: unknown, fault, its unit elsewhere under its own name; it returns, and the old one is gone there', async () => {
  const { db } = stack.database
  const { recordId, stageId } = await stack.install('shop-front', 'greeter', '1.4.0', 2, { message: 'still here' })
  await stack.ended(recordId)
  const [before] = await units(stageId)
  const unitId = before?.id ?? ''
  const lost = before?.allocations[0]?.machine.name ?? ''
  const oldPids = stack.pidsOf(unitId)
  expect(oldPids.length).toBeGreaterThan(0)

  stack.agents.get(lost)?.signal('SIGSTOP')
  await stack.until('the machine to have a fault', async () => (await machine(lost)).state === 'error_detected', 20_000)
  const failover = await stack.until('a failover', () => db.deployRecord.findFirst({ where: { stageId, kind: 'failover' } }))
  await stack.ended(failover.id)
  expect(failover.cause).toMatchObject({ code: 'machine_lost', values: { machines: lost } })
  const [after] = await units(stageId)
  expect(after).toMatchObject({ id: unitId, ordinal: 0, state: 'running', generation: 2 })
  expect(after?.allocations[0]?.machine.name).not.toBe(lost)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('still here')
  await stack.until('the machine to be given up', async () => (await machine(lost)).state === 'error')
  // Cut off, not dead: what ran there runs on, and the ledger says so.
  expect(stack.pidsOf(unitId)).toEqual(expect.arrayContaining(oldPids))
  expect(await db.ledger.count({ where: { unitId, machineId: (await machine(lost)).id, closedAt: null } })).toBe(1)

  stack.agents.get(lost)?.signal('SIGCONT')
  await stack.until('the old unit to be gone', async () => oldPids.every((pid) => !stack.pidsOf(unitId).includes(pid)))
  await stack.until('the ledger to be closed', async () => db.ledger.findFirst({ where: { unitId, closedAs: 'gone' } }))
  const [now] = await units(stageId)
  expect(now).toMatchObject({ state: 'running', generation: 2, restarts: 0 })
  expect(await db.deployRecord.count({ where: { stageId } })).toBe(2)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('still here')
}, 45_000)

test('a drained machine gives its units to others, and nothing of them is left on it', async () => {
  const { db } = stack.database
  const { recordId, stageId } = await stack.install('drained', 'greeter', '1.4.0', 2, { message: 'on the move' })
  await stack.ended(recordId)
  const [first] = await units(stageId)
  const { id: machineId, name } = first?.allocations[0]?.machine ?? { id: '', name: '' }
  const moving = (await units(stageId)).filter((unit) => unit.allocations[0]?.machineId === machineId)
  const oldPids = moving.flatMap((unit) => stack.pidsOf(unit.id))
  await tendMachine(await stack.person('olga'), { machineId, care: 'drain' })
  const move = await stack.until('a move', () => db.deployRecord.findFirst({ where: { stageId, kind: 'migrate' } }))
  await stack.ended(move.id)
  for (const unit of await units(stageId)) {
    expect(unit.state).toBe('running')
    expect(unit.allocations[0]?.machine.name).not.toBe(name)
    expect(stack.pidsOf(unit.id).filter((pid) => oldPids.includes(pid))).toEqual([])
  }
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('on the move')
  await tendMachine(await stack.person('olga'), { machineId, care: 'end_drain' })
}, 45_000)

test('a unit is moved by hand to a machine that is named, and at every moment one of its service answers', async () => {
  const { db } = stack.database
  const { recordId, stageId } = await stack.install('by-hand', 'greeter', '1.4.0', 2, { message: 'always somebody' })
  await stack.ended(recordId)
  const [unit, other] = await units(stageId)
  const { id: unitId } = unit ?? { id: '' }
  const machineId = other?.allocations[0]?.machineId
  expect(unit?.allocations[0]?.machineId).not.toBe(machineId)
  const oldPids = stack.pidsOf(unitId)
  const move = await requestDeploy(await stack.person('mei'), { stageId, kind: 'migrate', unitIds: [unitId], machineId })
  await stack.approve(move.recordId)
  let looks = 0
  let silent = 0
  for (let ended = false; !ended; looks++) {
    const answers = await stack.answers(stageId)
    if (!answers.some((answer) => answer.includes('always somebody'))) silent++
    ended = (await db.deployRecord.count({ where: { id: move.recordId, endedAt: { not: null } } })) > 0
  }
  await stack.ended(move.recordId)
  expect(looks).toBeGreaterThan(3)
  expect(silent).toBe(0)
  const [after] = await units(stageId)
  expect(after).toMatchObject({ id: unitId, ordinal: 0, state: 'running', generation: 2 })
  expect(after?.allocations[0]?.machineId).toBe(machineId)
  expect(stack.pidsOf(unitId).filter((pid) => oldPids.includes(pid))).toEqual([])
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('always somebody')
}, 45_000)
