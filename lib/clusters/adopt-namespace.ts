import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { whyNotAdopt } from './cluster-gate'
import { lockCluster } from './move-cluster'

export const AdoptNamespaceSchema = z.object({ clusterId: z.string(), applicationId: z.string() })

/** A person decides that a namespace which was there before becomes the application's. It is fenced in at the next look. */
export async function adoptNamespace(actor: Actor, { clusterId, applicationId }: z.infer<typeof AdoptNamespaceSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    const key = { clusterId_applicationId: { clusterId, applicationId } }
    const found = await tx.clusterNamespace.findUnique({ where: key, include: { application: true } })
    if (!found) throw notFound('This namespace')
    refuse(whyNotAdopt(actor, found, cluster))
    const data = { state: 'wanted' as const, stateSince: clock.now(), reason: null, adoptedAt: clock.now(), adoptedBy: actor.id }
    await tx.clusterNamespace.update({ where: key, data })
    await writeEvent(tx, actor, {
      name: 'cluster.namespace_adopted',
      subject: { kind: 'cluster', id: clusterId },
      data: {
        name: cluster.runtime.name,
        namespace: found.name,
        application: found.application.slug,
        before: { state: found.state, adopted: found.adoptedAt !== null },
        after: { state: data.state, adopted: true },
      },
    })
  })
}
