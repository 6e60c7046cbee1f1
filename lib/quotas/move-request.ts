import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Prisma, QuotaRequest } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { type RequestEvent, requestLifecycle } from './request-lifecycle'

/** The request, held; the two who decide at once are one after the other. */
export async function lockRequest(tx: Tx, id: string): Promise<QuotaRequest> {
  await tx.$queryRaw`select 1 from "QuotaRequest" where id = ${id} for update`
  const request = await tx.quotaRequest.findUnique({ where: { id } })
  if (!request) throw notFound('This request')
  return request
}

/** The only writer of a request's `state`; the caller holds it. */
export async function moveRequest(
  tx: Tx,
  actor: Actor,
  request: QuotaRequest,
  event: RequestEvent,
  data: Omit<Prisma.QuotaRequestUncheckedUpdateInput, 'state' | 'id'> = {},
): Promise<void> {
  const state = requestLifecycle.next(request.state, event)
  await tx.quotaRequest.update({ where: { id: request.id }, data: { ...data, state, stateSince: clock.now() } })
  await tellRequest(tx, actor, request, `quota.${event}`, { from: request.state, to: state })
}

/** Both sides hear it: the organisation's pages and those of operators. */
export async function tellRequest(tx: Tx, actor: Actor, request: QuotaRequest, name: `quota.${string}`, moved: object = {}): Promise<void> {
  const { id, organizationId, requesterId, runtimeId, units, cpuMillis, memoryMib, diskMib } = request
  await writeEvent(tx, actor, {
    name,
    organizationId,
    subject: { kind: 'organization', id: organizationId },
    data: { requestId: id, requesterId, runtimeId, units, cpuMillis, memoryMib, diskMib, ...moved },
  })
  tellLive(tx, ['platform'], name)
}
