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
  /** Services and routes that are, or shall be, here. */
  readonly residents: number
  readonly isHeard: boolean
}

/** Why it may not be removed with what the hub made in it. While something still lives there it may be decided about anew. */
export function whyNotRemove(actor: Actor, cluster: Removed): No | undefined {
  const refused = cluster.residents > 0 ? lacks(actor, 'machine.manage', {}) : refusedNow(actor, cluster)
  return refused ?? (cluster.isHeard ? undefined : no('cluster_silent', 'It does not answer, so nothing can be taken out of it.'))
}

/** Why a removal cannot be called off: there is none, or nothing is left to stay for. */
export function whyNotStay(actor: Actor, { removingSince, residents }: Removed): No | undefined {
  const refused = lacks(actor, 'machine.manage', {})
  if (refused) return refused
  if (!removingSince) return no('wrong_state', 'It is not being removed.')
  return residents > 0 ? undefined : no('cluster_removing', 'It is being removed.')
}

/** Why the hub may not just forget it, with all that stays in it. */
export function whyNotForget(actor: Actor, cluster: Removed): No | undefined {
  const refused = lacks(actor, 'machine.manage', {})
  return refused ?? (cluster.isHeard ? no('cluster_heard', 'It answers: remove it, so that nothing of ours stays there.') : undefined)
}

/** A namespace that was there before is taken over only by a person's word, and never from another application or hub. */
export function whyNotAdopt(actor: Actor, { state, reason }: Pick<ClusterNamespace, 'state' | 'reason'>, cluster: Facts): No | undefined {
  const refused = refusedNow(actor, cluster)
  if (refused) return refused
  if (state !== 'foreign') return no('wrong_state', 'Only a namespace that was there before is adopted.')
  return reason === 'nobody' ? undefined : no('namespace_owned', 'It belongs to another application or another hub.')
}
