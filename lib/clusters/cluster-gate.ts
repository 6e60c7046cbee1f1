import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Cluster, ClusterNamespace } from '@/lib/db/generated/client'
import { type ClusterEvent, clusterLifecycle } from './cluster-lifecycle'

type Facts = Pick<Cluster, 'state' | 'removingSince'>

const refusedNow = (actor: Actor, { removingSince }: Facts): No | undefined =>
  lacks(actor, 'machine.manage', {}) ?? (removingSince ? no('cluster_removing', 'It is being removed.') : undefined)

/** Why its lifecycle may not be moved by hand now. */
export function whyNotMoveCluster(actor: Actor, event: ClusterEvent, cluster: Facts): No | undefined {
  const refused = refusedNow(actor, cluster)
  if (refused) return refused
  return clusterLifecycle.can(cluster.state, event) ? undefined : no('wrong_state', `Not while the cluster is ${cluster.state}.`)
}

/** Labels, region, grants, credential. */
export const whyNotDescribe = (actor: Actor, cluster: Facts): No | undefined => refusedNow(actor, cluster)

interface Removed extends Facts {
  /** Services that run, or shall run, here. */
  readonly placements: number
  readonly isHeard: boolean
}

/** Why it may not be removed with what the hub made in it. */
export function whyNotRemove(actor: Actor, cluster: Removed): No | undefined {
  const refused = refusedNow(actor, cluster) ?? whyInUse(cluster)
  return refused ?? (cluster.isHeard ? undefined : no('cluster_silent', 'It does not answer, so nothing can be taken out of it.'))
}

/** Why the hub may not just forget it, with all that stays in it. */
export function whyNotForget(actor: Actor, cluster: Removed): No | undefined {
  const refused = lacks(actor, 'machine.manage', {}) ?? whyInUse(cluster)
  return refused ?? (cluster.isHeard ? no('cluster_heard', 'It answers: remove it, so that nothing of ours stays there.') : undefined)
}

function whyInUse({ placements }: Removed): No | undefined {
  if (placements === 0) return undefined
  const says = `${placements} service${placements === 1 ? ' is' : 's are'} placed here.`
  return { ...no('cluster_in_use', says), values: { count: placements } }
}

/** A namespace that was there before is taken over only by a person's word, and never from another application or hub. */
export function whyNotAdopt(actor: Actor, { state, reason }: Pick<ClusterNamespace, 'state' | 'reason'>, cluster: Facts): No | undefined {
  const refused = refusedNow(actor, cluster)
  if (refused) return refused
  if (state !== 'foreign') return no('wrong_state', 'Only a namespace that was there before is adopted.')
  return reason === 'nobody' ? undefined : no('namespace_owned', 'It belongs to another application or another hub.')
}
