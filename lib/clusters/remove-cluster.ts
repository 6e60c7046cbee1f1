import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { groupBy } from '@/lib/group-by'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { whyNotRemove } from './cluster-gate'
import { factsOfHeld, holdCluster, insistName, NamedClusterSchema } from './hold-cluster'
import { letGo, type ResidentRow } from './let-go'
import type { ClusterRow } from './move-cluster'
import { partClusters } from './part-cluster'
import { type Fate, fates, removals } from './views'

export const RemoveClusterSchema = NamedClusterSchema.extend({
  /** What becomes of the namespaces that the hub made: deleted with all in them, or left as they are, without the hub's marks. */
  namespaces: z.enum(removals),
  /** Placement → what becomes of what lives there. */
  services: z.record(z.string().max(100), z.enum(fates)).optional(),
  /** What becomes of those that are not named; missing = nothing is done while there are any. */
  others: z.enum(fates).optional(),
})
type RemoveInput = z.output<typeof RemoveClusterSchema>

/** Nobody loses a service because nobody thought of it. */
function fateOf({ services, others }: RemoveInput, residents: readonly ResidentRow[]): Map<Fate, ResidentRow[]> {
  const undecided = residents.filter(({ id }) => !services?.[id] && !others)
  if (undecided.length > 0) {
    const names = undecided.map(({ stage }) => stage.service.name)
    throw new AppError('conflict', `Say what becomes of ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`, {
      reason: 'cluster_inhabited',
      values: { count: undecided.length, services: names.slice(0, 10).join(', ') },
    })
  }
  return groupBy(residents, ({ id }) => services?.[id] ?? others ?? 'remove')
}

/**
 * Begins the removal, or decides anew about what still lives there: what is left is written down and let go, what shall go is asked for as
 * a record of its organisation, and only when nothing lives there are the namespaces taken out, whatever happens meanwhile.
 */
export async function removeCluster(actor: Actor, input: RemoveInput): Promise<void> {
  const { clusterId, typedName, namespaces } = input
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const held = await holdCluster(tx, clusterId)
    const { cluster, residents } = held
    refuse(whyNotRemove(actor, factsOfHeld(held)))
    insistName(cluster, typedName)
    insistFresh(actor, 'cluster.remove')
    const fateFor = fateOf(input, residents)
    const removingSince = cluster.removingSince ?? clock.now()
    await tx.runtime.update({ where: { id: cluster.runtimeId }, data: { isOffered: false } })
    await tx.cluster.update({ where: { id: clusterId }, data: { removingSince, removal: namespaces } })
    await letGo(tx, actor, { cluster, residents: fateFor.get('leave') ?? [], why: { code: 'because_let_go' } })
    await markLeaving(tx, fateFor.get('remove') ?? [])
    await writeEvent(tx, actor, {
      name: 'cluster.removal_begun',
      subject: { kind: 'cluster', id: clusterId },
      data: {
        ...{ name: cluster.runtime.name, namespaces, removed: namesOf(fateFor.get('remove')), left: namesOf(fateFor.get('leave')) },
        ...{ before: { removal: cluster.removal }, after: { removal: namespaces } },
      },
    })
    // Plans that would bring something there are looked at again.
    await raiseInputs(tx, await stagesOf(tx, cluster))
  })
  await partClusters()
}

const namesOf = (residents: readonly ResidentRow[] = []): string[] => residents.map(({ stage }) => stage.service.name).slice(0, 100)

const stagesOf = async (tx: Tx, { runtimeId }: ClusterRow): Promise<string[]> =>
  (await tx.placement.findMany({ where: { runtimeId }, distinct: ['stageId'], select: { stageId: true } })).map((one) => one.stageId)

/** Asked for from now on; what an earlier try came to is past. */
async function markLeaving(tx: Tx, residents: readonly ResidentRow[]): Promise<void> {
  await tx.placement.updateMany({ where: { id: { in: residents.map((one) => one.id) } }, data: { leavingSince: clock.now() } })
  await tx.automationPause.deleteMany({ where: { kind: 'remove', stageId: { in: residents.map((one) => one.stageId) } } })
}
