import type { Tx } from '@/lib/db/client'
import { enqueue } from '@/lib/queue/outbox'

/**
 * Something that plans of these stages are made from has changed. Records that wait for people, or for their time, are looked at
 * again, so that whoever decides sees the new plan now and not at the start.
 */
export async function raiseInputs(tx: Tx, stageIds: readonly string[]): Promise<void> {
  const ids = [...new Set(stageIds)]
  if (ids.length === 0) return
  await tx.$executeRaw`
    update "Stage" s set "inputsRevision" = s."inputsRevision" + 1
    from (select id from "Stage" where id = any(${ids}) order by id for update) l where l.id = s.id`
  await lookAgain(tx, { stageId: { in: ids } })
}

/** A part is decided on with its group. */
export async function lookAgain(tx: Tx, where: { stageId: { in: string[] } } | { id: { in: string[] } }): Promise<void> {
  const waiting = await tx.deployRecord.findMany({
    where: { ...where, state: { in: ['awaiting_approval', 'queued'] } },
    select: { id: true, partOfId: true },
    orderBy: { id: 'asc' },
  })
  for (const recordId of new Set(waiting.map((record) => record.partOfId ?? record.id))) await enqueue(tx, 'deploy.advance', { recordId })
}
