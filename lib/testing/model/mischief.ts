import { db } from '@/lib/db/client'
import { recordCallback } from '@/lib/deploys/record-callback'
import { AppError } from '@/lib/errors'
import { Violation } from './invariants'
import type { World } from './world'

/** Says about a running task what must not be believed: another machine's word, a stolen address, a message too early, an old attempt's. */
export async function mischief(world: World): Promise<void> {
  const { random, agents, organizationId } = world
  const task = random.pick(
    await db.task.findMany({
      where: { record: { organizationId }, state: 'running', machineId: { not: null } },
      orderBy: [{ recordId: 'asc' }, { index: 'asc' }],
    }),
  )
  if (!task) return
  const address = { recordId: task.recordId, taskId: task.id, attempt: task.attempt }
  const done = { ok: random.chance(0.5), code: 'forged' }
  const stranger = random.pick(agents.filter((agent) => agent.machineId !== task.machineId))
  await random.weighted<() => Promise<unknown>>([
    [2, async () => stranger?.lie(address, done)],
    [1, () => refused('sign_in', recordCallback(address, { seq: task.lastSeq + 1, done }, 'forged'))],
    [2, () => refused('sequence_gap', recordCallback(address, { seq: task.lastSeq + 2, done }, null))],
    [1, async () => (task.attempt > 1 ? recordCallback({ ...address, attempt: task.attempt - 1 }, { seq: 1, done }, null) : undefined)],
  ])()
  const now = await db.task.findUnique({ where: { id: task.id } })
  if (now && now.doneAt?.getTime() !== task.doneAt?.getTime())
    throw new Violation(`${task.verb} ${task.unitName} ended on a word that was not its own`)
}

async function refused(code: string, attempt: Promise<unknown>): Promise<void> {
  const answer = await attempt.catch((error: unknown) => error)
  if (answer instanceof AppError && answer.code === code) return
  if (answer instanceof Error && !(answer instanceof AppError)) throw answer
  throw new Violation(`a message out of order or without its token was taken (${code} was due)`)
}
