import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { componentOfStage } from './component-of-stage'

export const OfferRelationSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  /** Name of the service that shall be lent. */
  service: z.string(),
  /** What it gives, as its package names it. */
  interface: z.string().max(40),
  /** Slug of the application that may take it. */
  to: z.string().max(100),
})

/** Lends a service to another application. Nothing is related before that one's admins accept, and its people choose it. */
export async function offerRelation(actor: Actor, input: z.infer<typeof OfferRelationSchema>): Promise<{ id: string }> {
  const scope = await findScope(actor, input)
  return transaction(async (tx) => {
    const { environment, interface: kind } = input
    const service = await tx.service.findFirst({
      where: { applicationId: scope.application?.id ?? '', name: input.service, removedAt: null },
      include: { stages: { where: { environment } } },
    })
    const [stage] = service?.stages ?? []
    if (!service || !stage) throw notFound('This service')
    authorize(actor, 'relation.offer', service, 'This service')
    const component = await componentOfStage(tx, stage.id)
    if (!component?.provides.some((one) => one.interface === kind))
      throw new AppError('invalid', `${service.name} does not provide ${kind}.`, { fields: { interface: `does not provide ${kind}` } })
    const { organizationId } = service
    await tx.$queryRaw`select 1 from "Service" where id = ${service.id} for update`
    const to = await tx.application.findFirst({
      where: { organizationId, slug: input.to, archivedAt: null, id: { not: service.applicationId } },
    })
    if (!to) throw new AppError('invalid', 'There is no other application of that name.', { fields: { to: 'is not another application' } })
    const offer = { serviceId: service.id, environment, interface: kind, toApplicationId: to.id }
    const open = await tx.relationOffer.findFirst({ where: { ...offer, endedAt: null } })
    if (open) return { id: open.id }
    const { id } = await tx.relationOffer.create({ data: { ...offer, organizationId, createdBy: actor.id, createdAt: clock.now() } })
    await writeEvent(tx, actor, {
      name: 'service.offered',
      organizationId,
      subject: { kind: 'service', id: service.id },
      data: { name: service.name, environment, interface: kind, to: to.slug },
    })
    return { id }
  })
}
