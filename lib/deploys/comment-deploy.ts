import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { iso } from '@/lib/iso-time'
import { lockFor } from './get-record'
import type { CommentView } from './views'

export const CommentDeploySchema = z.object({ recordId: z.string(), text: z.string().trim().min(1).max(2000) })

const most = 500

/** Says something about a record, at any time: what was meant, what was seen, why one waits. It stays. */
export async function commentDeploy(actor: Actor, { recordId, text }: z.infer<typeof CommentDeploySchema>): Promise<{ id: string }> {
  return transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.comment')
    if ((await tx.deployComment.count({ where: { recordId } })) >= most)
      throw new AppError('conflict', `A deploy has at most ${most} comments.`, { reason: 'too_many' })
    const comment = await tx.deployComment.create({ data: { recordId, userId: actor.id, text, at: clock.now() } })
    await tx.deployRecord.update({ where: { id: recordId }, data: { revision: { increment: 1 } } })
    await writeEvent(tx, actor, {
      name: 'deploy.commented',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
      data: { number: record.number, commentId: comment.id },
    })
    return { id: comment.id }
  })
}

/** What was said about a record, oldest first. */
export async function commentsOf(recordId: string): Promise<CommentView[]> {
  const comments = await db.deployComment.findMany({ where: { recordId }, orderBy: [{ at: 'asc' }, { id: 'asc' }], take: most })
  const nameOf = await namePeople(comments.map((comment) => comment.userId))
  return comments.map(({ id, userId, text, at }) => ({ id, person: nameOf(userId), text, at: iso(at) }))
}
