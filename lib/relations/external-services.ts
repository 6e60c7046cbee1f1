import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import { holdApplication } from '@/lib/organizations/hold-application'
import { EnvironmentSchema } from '@/lib/views'
import { moveInputs } from './bind-relations'
import { relatePermission } from './relation-gate'
import { ExternalEndpointsSchema } from './schema'

export const AddExternalSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'Use 2 to 40 lower-case letters, digits and dashes, beginning with a letter.'),
  interface: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'Use lower-case letters, digits and dashes, beginning with a letter.'),
  endpoints: ExternalEndpointsSchema,
})

/** Names something that services need and nobody here runs. */
export async function addExternal(actor: Actor, input: z.infer<typeof AddExternalSchema>): Promise<{ id: string }> {
  return transaction(async (tx) => {
    const { id: applicationId, organizationId } = await holdApplication(tx, input)
    authorize(actor, relatePermission(input.environment), { organizationId, applicationId }, 'This application')
    const taken = await tx.externalService.count({
      where: { applicationId, environment: input.environment, name: input.name, removedAt: null },
    })
    if (taken > 0)
      throw new AppError('name_taken', `There is an external service called ${input.name} already.`, { fields: { name: 'is taken' } })
    const { environment, name, interface: kind, endpoints } = input
    const { id } = await tx.externalService.create({
      data: { organizationId, applicationId, environment, name, interface: kind, endpoints, createdBy: actor.id, createdAt: clock.now() },
    })
    await writeEvent(tx, actor, {
      name: 'service.external_added',
      organizationId,
      subject: { kind: 'service', id },
      data: { name, environment, interface: kind },
    })
    return { id }
  })
}

export const RemoveExternalSchema = z.object({ organization: z.string(), application: z.string(), id: z.string() })

/** Refused while a service cannot be without it; services that can are told that it is gone. */
export async function removeExternal(actor: Actor, ask: z.infer<typeof RemoveExternalSchema>): Promise<void> {
  const { id } = ask
  const scope = await findScope(actor, ask)
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "ExternalService" where id = ${id} for update`
    const found = await tx.externalService.findFirst({ where: { id, applicationId: scope.application?.id ?? '', removedAt: null } })
    if (!found) throw notFound('This external service')
    authorize(actor, relatePermission(found.environment), found, 'This external service')
    const relations = await tx.relation.findMany({ where: { externalId: id, removedAt: null } })
    if (relations.some((relation) => relation.isRequired))
      throw new AppError('needed', 'Services cannot be without it. Relate them elsewhere first.', { count: relations.length })
    await tx.relation.updateMany({ where: { externalId: id, removedAt: null }, data: { removedAt: clock.now() } })
    await tx.externalService.update({ where: { id }, data: { removedAt: clock.now() } })
    await moveInputs(
      tx,
      relations.map((relation) => relation.consumerStageId),
    )
    await writeEvent(tx, actor, {
      name: 'service.external_removed',
      organizationId: found.organizationId,
      subject: { kind: 'service', id },
      data: { name: found.name, environment: found.environment },
    })
  })
}
