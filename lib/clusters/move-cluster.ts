import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Cluster, Prisma } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { type ClusterEvent, clusterLifecycle } from './cluster-lifecycle'

export type ClusterRow = Prisma.ClusterGetPayload<{ include: { runtime: true } }>

/** Locks it and reads it. A removed one is not there. */
export async function lockCluster(tx: Tx, id: string): Promise<ClusterRow> {
  await tx.$queryRaw`select 1 from "Cluster" where id = ${id} for update`
  const cluster = await tx.cluster.findUnique({ where: { id }, include: { runtime: true } })
  if (!cluster || cluster.removedAt) throw notFound('This cluster')
  return cluster
}

/** The only writer of a cluster's `state`. */
export async function moveCluster(
  tx: Tx,
  actor: Actor,
  cluster: Pick<Cluster, 'id' | 'state'> & { readonly runtime: { readonly name: string } },
  event: ClusterEvent,
  reason: { readonly code: string; readonly values?: Readonly<Record<string, string | number>> } | null = null,
): Promise<void> {
  const state = clusterLifecycle.next(cluster.state, event)
  const { count } = await tx.cluster.updateMany({
    where: { id: cluster.id, state: cluster.state },
    data: { state, stateSince: clock.now(), stateReason: reason?.code ?? null, stateReasonValues: { ...reason?.values } },
  })
  const { name } = cluster.runtime
  if (count === 0) throw new AppError('stale', `${name} changed before it could ${event.replaceAll('_', ' ')}.`)
  await writeEvent(tx, actor, {
    name: `cluster.${event}`,
    subject: { kind: 'cluster', id: cluster.id },
    data: { name, from: cluster.state, to: state, ...(reason ? { reason: reason.code } : {}) },
  })
}

/** Away as before, for another reason. */
export async function rewordCluster(
  tx: Tx,
  { id, state }: Pick<Cluster, 'id' | 'state'>,
  { code, values }: { readonly code: string; readonly values: Readonly<Record<string, string | number>> },
): Promise<void> {
  await tx.cluster.updateMany({ where: { id, state }, data: { stateReason: code, stateReasonValues: { ...values } } })
  tellLive(tx, ['platform'], 'cluster.reason')
}
