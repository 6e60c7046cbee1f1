import { db } from '@/lib/db/client'
import { recordCallback } from '@/lib/deploys/record-callback'
import type { CallbackLine } from '@/lib/drivers/callback'

export interface TaskOfWorkload {
  readonly recordId: string
  readonly taskId: string
  readonly attempt: number
}

interface Word {
  readonly log?: readonly CallbackLine[]
  readonly done?: { readonly ok: boolean; readonly code?: string; readonly message?: string }
}

/** Speaks for a cluster through the callback. Its messages are numbered from where the row stands, whoever spoke before. */
export async function sayOfTask(task: TaskOfWorkload, word: Word): Promise<void> {
  const row = await db.task.findUnique({ where: { id: task.taskId }, select: { lastSeq: true, attempt: true } })
  if (!row || row.attempt !== task.attempt) return
  await recordCallback(task, { ...word, log: word.log ? [...word.log] : undefined, seq: row.lastSeq + 1 }, null)
}
