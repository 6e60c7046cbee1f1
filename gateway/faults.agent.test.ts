import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diaryOf, unitsOnDisks } from '@/chaos/checker/look'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { giveUpDeploy } from '@/lib/deploys/give-up-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { rollBackDeploy } from '@/lib/deploys/roll-back-deploy'
import { freshnessOf } from '@/lib/machines/freshness'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start()
  await stack.publish('chaos/package')
}, 60_000)
afterAll(() => stack.stop())

const units = (stageId: string) => stack.database.db.unit.findMany({ where: { stageId, removedAt: null }, orderBy: { ordinal: 'asc' } })

const firstSwitch = (recordId: string) =>
  stack.until('the first unit to be switched', () =>
    stack.database.db.task.findFirst({ where: { recordId, verb: 'switch', state: { in: ['running', 'succeeded'] } } }),
  )

/** Database, processes and what they answer agree; and nothing a unit was told was done twice. */
async function allThreeServe(stageId: string, text: string): Promise<void> {
  for (const unit of await units(stageId)) {
    expect(unit).toMatchObject({ state: 'running', held: false })
    expect(stack.pidsOf(unit.id).length).toBeGreaterThan(0)
  }
  const answers = await stack.answers(stageId)
  expect(answers).toHaveLength(3)
  for (const answer of answers) expect(answer).toContain(text)
}

const witnessed = "select 1 from journal.log_line where record_id = $1 and text like 'witness %' limit 1"

/** Hooks of each unit in the order of its diary, which they keep themselves: one that ran twice stands there twice. */
function hooksRanOnce(service: string, stageId: string): void {
  const homes = new Map([...stack.agents].map(([name, agent]) => [name, agent.home]))
  const disks = unitsOnDisks({ pool: stack.database.pool, stageId, homes }).filter(({ name }) => name.startsWith(`${service}/`))
  const diaries = disks.map(({ folder }) => diaryOf(folder).map((entry) => entry.split(' ').slice(0, 2).join(' ')))
  const once = ['install', 'config-changed', 'start'].flatMap((hook) => [`begin ${hook}`, `end ${hook}`])
  expect(diaries).toEqual([once, once, once])
}

/** What the agent said about the end of a task, from its own disk. */
const doneOf = (outbox: string, taskId: string) =>
  outbox
    .split('\n')
    .filter((line) => line.includes(taskId))
    .map((line) => JSON.parse(line) as { seq: number; callback?: { done?: object } })
    .find((item) => item.callback?.done)

test('a service is installed, configured, upgraded into a failure that stops, and rolled back', async () => {
  const { db } = stack.database
  const mei = await stack.person('mei')
  const { recordId, stageId } = await stack.install('greeter', 'greeter', '1.4.0', 3, { message: 'good morning' })
  await stack.ended(recordId)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('good morning')

  const configured = await requestDeploy(mei, { stageId, kind: 'configure', values: { message: 'good evening' } })
  await stack.approve(configured.recordId)
  await stack.ended(configured.recordId)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('good evening')

  const broken = await requestDeploy(mei, { stageId, kind: 'upgrade', packageVersionId: await stack.versionOf('greeter', '1.6.0-rc.1') })
  await stack.approve(broken.recordId)
  await stack.ended(broken.recordId, 'failed')
  const held = await db.unit.findMany({ where: { held: true } })
  expect(held.map((unit) => unit.ordinal)).toEqual([0])

  const back = await rollBackDeploy(mei, { recordId: broken.recordId, cancelFirst: false })
  await stack.approve(back.recordId)
  await stack.ended(back.recordId)
  for (const answer of await stack.answers(stageId)) expect(answer).toContain('good evening')
  expect(await db.unit.count({ where: { held: true } })).toBe(0)
}, 40_000)

test.each(['worker', 'gateway', 'agent'] as const)('a deploy survives kill -9 of the %s', async (victim) => {
  const { recordId, stageId } = await stack.install(`survives-${victim}`, 'witness', '1.0.0', 3, { message: victim })
  // In the middle of a hook, not before it.
  await stack.until('a hook to speak', async () => (await stack.database.pool.query(witnessed, [recordId])).rowCount)
  const killed = victim === 'agent' ? stack.agents.get('m1') : stack[victim]
  await killed?.kill('SIGKILL')
  await killed?.start()
  await stack.ended(recordId)
  await allThreeServe(stageId, victim)
  hooksRanOnce(`survives-${victim}`, stageId)
})

/** The port that the planner gives next. One that something else on this host has counts as taken for everybody. */
async function listenOnNext(server: Server, from: number): Promise<void> {
  const { db } = stack.database
  for (let port = from; ; port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '0.0.0.0', () => resolve(true))
    })
    if (isFree) return
    const machines = await db.machine.findMany({ select: { id: true } })
    await db.machinePort.createMany({ data: machines.map(({ id: machineId }) => ({ machineId, port })), skipDuplicates: true })
  }
}

test('a foreign process on the reserved port fails the unit with who has it, and the next plan avoids it', async () => {
  const { recordId, stageId } = await stack.install('before-it', 'greeter', '1.4.0', 1)
  await stack.ended(recordId)
  // Of greeters: the witness has its ports further up.
  const ports = await stack.database.db.machinePort.findMany({ where: { port: { lt: 8300 } }, orderBy: { port: 'desc' }, take: 1 })
  const taken = ports[0]?.port ?? 8080
  const foreign = createServer((_request, response) => response.end('foreign'))
  await listenOnNext(foreign, taken + 1)
  try {
    const second = await stack.install('port-taken', 'greeter', '1.4.0', 1)
    const failed = await stack.ended(second.recordId, 'failed')
    expect(failed.code).toBe('port_taken')
    expect(failed.message).toContain(String(process.pid))
    expect((await units(second.stageId))[0]).toMatchObject({ state: 'error', held: true })
  } finally {
    foreign.close()
  }
  expect(await stack.answers(stageId)).toHaveLength(1)
})

test('a check that is lost shows, and is regained without a restart', async () => {
  const { recordId, stageId } = await stack.install('check-lost', 'greeter', '1.4.0', 1)
  await stack.ended(recordId)
  const [unit] = await units(stageId)
  const pid = unit?.pid as number
  process.kill(pid, 'SIGSTOP')
  // Three checks of five seconds each: a package's own times are not scaled.
  await stack.until('the check to be lost', async () => (await units(stageId))[0]?.state !== 'running', 30_000)
  process.kill(pid, 'SIGCONT')
  await stack.until('the check to be regained', async () => (await units(stageId))[0]?.state === 'running')
  expect((await units(stageId))[0]).toMatchObject({ restarts: 0, pid })
}, 45_000)

test('a frozen agent is unknown within its limit and catches up', async () => {
  const machine = () => stack.database.db.machine.findUniqueOrThrow({ where: { name: 'm3' } })
  stack.agents.get('m3')?.signal('SIGSTOP')
  await stack.until('the machine to be unknown', async () => freshnessOf({ heardAt: (await machine()).heardAt }) === 'unknown')
  stack.agents.get('m3')?.signal('SIGCONT')
  await stack.until('the machine to be known', async () => freshnessOf({ heardAt: (await machine()).heardAt }) === 'known')
  expect(await machine()).toMatchObject({ diskFreeMib: expect.any(Number), diskTrouble: null, clockOffSeconds: 0 })
})

test('a cancel with a frozen agent is given up, and the agent that returns changes nothing', async () => {
  const { recordId, stageId } = await stack.install('hangs', 'practice-start-hangs', '1.0.0', 1)
  const task = await firstSwitch(recordId)
  const name = (await stack.database.db.machine.findUniqueOrThrow({ where: { id: task.machineId ?? '' } })).name
  stack.agents.get(name)?.signal('SIGSTOP')
  const jonas = await stack.person('jonas')
  await cancelDeploy(jonas, { recordId })
  await giveUpDeploy(jonas, { recordId })
  const record = await stack.ended(recordId, 'cancelled')
  expect(record).toMatchObject({ outcomeUnknown: true, code: 'outcome_unknown' })
  expect(await stack.database.db.ledger.count({ where: { recordId, kind: 'unit', closedAt: null } })).toBe(1)
  stack.agents.get(name)?.signal('SIGCONT')
  await stack.until('its late word about the end to be heard', async () => {
    const last = doneOf(stack.agents.get(name)?.read('state/outbox.jsonl') ?? '', task.id)
    return last && (await stack.database.db.machine.findUniqueOrThrow({ where: { name } })).newsSeq >= last.seq
  })
  expect(await stack.database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).toMatchObject({
    state: 'cancelled',
    revision: record.revision,
  })
  expect((await units(stageId))[0]).toMatchObject({ held: true })
})

test('a cancel of a hanging start ends the hook and holds the unit', async () => {
  const { recordId, stageId } = await stack.install('hangs-too', 'practice-start-hangs', '1.0.0', 1)
  await firstSwitch(recordId)
  await cancelDeploy(await stack.person('jonas'), { recordId })
  await stack.ended(recordId, 'cancelled')
  const [unit] = await units(stageId)
  expect(unit).toMatchObject({ held: true })
  await stack.until('the hook’s processes to be gone', async () => stack.pidsOf(unit?.id ?? '').length === 0)
})

test('a join token that was used is worth nothing to another machine, and a copied disk is found out', async () => {
  const agent = await stack.addAgent('m4')
  await stack.until('m4 to join', async () => stack.database.db.machine.findFirst({ where: { name: 'm4', connected: true } }))
  const thief = await stack.addAgent('m5', { usedToken: stack.lastToken })
  await stack.until('the thief to be refused', async () => thief.output.includes('join_token_used'))
  await thief.destroy()

  await agent.kill('SIGKILL')
  const copy = agent.copy()
  // The real one goes on: every session has another secret, and the copy's grows old.
  for (let session = 0; session < 2; session++) {
    await agent.start()
    await stack.until('m4 to be heard again', async () => (agent.output.match(/connected as machine/g) ?? []).length >= 2 + session)
    await agent.kill('SIGKILL')
  }
  await copy.start()
  await stack.until('the copy to be refused', async () => copy.output.includes('identity_conflict'))
  expect(await stack.database.db.machine.findFirstOrThrow({ where: { name: 'm4' } })).toMatchObject({ identityConflict: true })
  await copy.destroy()
})
