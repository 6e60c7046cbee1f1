import { timingSafeEqual } from 'node:crypto'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import type { TaskCallback } from '@/lib/drivers/callback'
import type { TaskOrder } from '@/lib/drivers/driver'
import { AppError, notFound } from '@/lib/errors'
import { tellLive } from '@/lib/events/write-event'
import { hashToken } from '@/lib/ids'
import { appendLog, type LogEntry } from '@/lib/logs/append-log'
import type { CallbackNews } from '@/lib/protocol/news'
import { enqueue } from '@/lib/queue/outbox'
import { type Heard, hear } from './callback-fold'
import { hideGone } from './hide-gone'
import { lockRecordOnly } from './lock-record'
import { earOf, saveEars } from './task-ears'

export type CallbackBody = Omit<CallbackNews, 'recordId' | 'taskId' | 'attempt'>
export interface CallbackAddress {
  readonly recordId: string
  readonly taskId: string
  readonly attempt: number
}

/** Takes one message about one task and answers after the commit: acknowledged (also again), ignored, or a gap as 409. */
export async function recordCallback(
  address: CallbackAddress,
  body: CallbackBody,
  token: string | null,
): Promise<{ ack: number; ignored?: true }> {
  const heard = await transaction(async (tx): Promise<Heard> => {
    const task = await tx.task.findUnique({ where: { id: address.taskId } })
    if (!task || task.recordId !== address.recordId) throw notFound('This task')
    const record = await lockRecordOnly(tx, address.recordId)
    const locked = await tx.task.findUniqueOrThrow({ where: { id: address.taskId } })
    if (token !== null && !isToken(token, locked.callbackTokenHash, address))
      throw new AppError('sign_in', 'This callback token is not good for this task and attempt.')
    const ear = earOf(locked)
    const lines: LogEntry[] = []
    const result = hear(ear, { ...body, attempt: address.attempt }, lines, clock.now())
    await appendLog(tx, address.recordId, lines)
    await saveEars(tx, [ear])
    if (body.delete) await hideGone(tx, record)
    if (body.done || body.delete) await enqueue(tx, 'deploy.advance', { recordId: address.recordId })
    tellLive(tx, [`record:${address.recordId}`], 'deploy.log')
    return result
  })
  if (heard.kind === 'gap') throw new AppError('sequence_gap', `Expected message ${heard.expected} next.`, { expected: heard.expected })
  return heard.ignored ? { ack: heard.seq, ignored: true } : { ack: heard.seq }
}

/** The stored hash binds a token to its attempt: `<attempt>:<hash>`. */
export const tokenHashFor = (token: string, attempt: number): string => `${attempt}:${hashToken(token)}`

function isToken(token: string, stored: string | null, { attempt }: CallbackAddress): boolean {
  const given = Buffer.from(tokenHashFor(token, attempt))
  const known = Buffer.from(stored ?? '')
  return given.byteLength === known.byteLength && timingSafeEqual(given, known)
}

/** The callback of a driver that works in this process. Its messages are numbered from where the row stands. */
export function callbackOf(order: TaskOrder): TaskCallback {
  let seq = 0
  const send = async (body: Omit<CallbackBody, 'seq'>) => {
    await recordCallback(order, { seq: ++seq, ...body }, null)
  }
  return {
    log: (lines) => send({ log: [...lines] }),
    done: (outcome) => send({ done: outcome }),
    delete: (reason) => send({ delete: { reason } }),
  }
}
