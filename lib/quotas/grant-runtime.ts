import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { AmountsSchema } from './amount-views'
import { writeGrant } from './decide-request'

export const GrantRuntimeSchema = z.object({
  runtimeId: z.string(),
  organizationId: z.string(),
  /** All that its units there may have together; null = it may not use it any more. */
  amounts: AmountsSchema.nullable(),
})

/** An operator says which organisation may use a runtime, and how much of it, without having been asked. */
export async function grantRuntime(
  actor: Actor,
  { runtimeId, organizationId, amounts }: z.output<typeof GrantRuntimeSchema>,
): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This runtime')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Runtime" where id = ${runtimeId} for no key update`
    const runtime = await tx.runtime.findUnique({ where: { id: runtimeId }, include: { cluster: true } })
    const organization = await tx.organization.findUnique({ where: { id: organizationId, archivedAt: null } })
    if (!runtime || runtime.cluster?.removedAt) throw notFound('This runtime')
    if (!organization) throw notFound('This organisation')
    if (runtime.cluster?.removingSince) throw new AppError('conflict', 'It is being removed.', { reason: 'cluster_removing' })
    if (amounts) return writeGrant(tx, actor, { runtimeId, organizationId }, amounts)
    const placed = await tx.placement.count({ where: { runtimeId, stage: { service: { organizationId, removedAt: null } } } })
    if (placed > 0) {
      const sentence = { code: 'grant_in_use', values: { count: placed } }
      throw new AppError('conflict', `${placed} of its services are placed there.`, { reason: 'grant_in_use', sentence })
    }
    const grant = await tx.runtimeGrant.findUnique({ where: { runtimeId_organizationId: { runtimeId, organizationId } } })
    if (!grant) return
    await tx.runtimeGrant.delete({ where: { id: grant.id } })
    await writeEvent(tx, actor, {
      name: 'runtime.grant_ended',
      organizationId,
      subject: { kind: 'runtime', id: runtimeId },
      data: { name: runtime.name, before: AmountsSchema.parse(grant), after: null },
    })
  })
}
