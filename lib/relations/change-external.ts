import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import { canonicalJson } from '@/lib/protocol/canonical'
import { enqueue } from '@/lib/queue/outbox'
import { relatePermission } from './relation-gate'
import { ExternalEndpointsSchema } from './schema'

export const ChangeExternalSchema = z.object({
  organization: z.string(),
  application: z.string(),
  id: z.string(),
  endpoints: ExternalEndpointsSchema,
  /** What it was when it was looked at; another is a conflict. Missing = whatever it is. */
  seen: ExternalEndpointsSchema.optional(),
})

/** What is outside is somewhere else from now on; the services that take it are told. */
export async function changeExternal(actor: Actor, ask: z.infer<typeof ChangeExternalSchema>): Promise<void> {
  const { id, endpoints, seen } = ask
  const scope = await findScope(actor, ask)
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "ExternalService" where id = ${id} for update`
    const found = await tx.externalService.findFirst({ where: { id, applicationId: scope.application?.id ?? '', removedAt: null } })
    if (!found) throw notFound('This external service')
    const { organizationId, name, environment } = found
    authorize(actor, relatePermission(environment), found, 'This external service')
    const before = canonicalJson(found.endpoints)
    if (seen && canonicalJson(seen) !== before) throw new AppError('stale', `${name} was changed meanwhile. Look at it again.`)
    if (canonicalJson(endpoints) === before) return
    await tx.externalService.update({ where: { id }, data: { endpoints: json(endpoints) } })
    // Plans name it and no more, so none is made anew.
    const relations = await tx.relation.findMany({
      where: { externalId: id, removedAt: null },
      distinct: ['consumerStageId'],
      select: { consumerStageId: true },
      orderBy: { consumerStageId: 'asc' },
    })
    for (const { consumerStageId: stageId } of relations) await enqueue(tx, 'relation.tell', { stageId })
    await writeEvent(tx, actor, {
      name: 'service.external_changed',
      organizationId,
      subject: { kind: 'service', id },
      data: { name, environment, before: { endpoints: found.endpoints }, after: { endpoints } },
    })
  })
}
