import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { clusterPowers } from '@/lib/protocol/cluster-powers'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { powersOf } from './cluster-powers'

const PowersSchema = z.array(z.enum(clusterPowers)).max(clusterPowers.length)

export const SetClusterPowersSchema = z.object({
  organization: z.string().max(100),
  powers: PowersSchema,
  /** What was seen; where it is another by now, nothing is changed. */
  seen: PowersSchema,
})

/**
 * Says what pods of an organisation may have beyond the fence, from the next plan on: what waits is planned anew, its namespaces are
 * held to it within seconds. What runs is not touched, and what is taken back is refused by the cluster to new pods.
 */
export async function setClusterPowers(
  actor: Actor,
  { organization: slug, powers, seen }: z.infer<typeof SetClusterPowersSchema>,
): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This organisation')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Organization" where slug = ${slug} for update`
    const found = await tx.organization.findUnique({ where: { slug, archivedAt: null } })
    if (!found) throw notFound('This organisation')
    const before = powersOf(found)
    if (!isSame(before, seen)) throw new AppError('stale', 'Somebody changed that meanwhile: look at it again.')
    insistFresh(actor, 'cluster.powers')
    const after = clusterPowers.filter((power) => powers.includes(power))
    if (isSame(before, after)) return
    await tx.organization.update({ where: { id: found.id }, data: { clusterPowers: after } })
    const stages = await tx.stage.findMany({
      where: { service: { organizationId: found.id, removedAt: null }, placements: { some: { runtime: { kind: 'cluster' } } } },
      select: { id: true },
    })
    await raiseInputs(
      tx,
      stages.map(({ id }) => id),
    )
    await writeEvent(tx, actor, {
      name: 'organization.powers_set',
      organizationId: found.id,
      subject: { kind: 'organization', id: found.id },
      data: { name: found.name, before: { powers: before }, after: { powers: after } },
    })
  })
}

const isSame = (one: readonly string[], other: readonly string[]) => [...one].sort().join() === [...other].sort().join()
