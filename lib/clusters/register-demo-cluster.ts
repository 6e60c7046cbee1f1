import { systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { noLimits } from '@/lib/quotas/amount-views'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { addCluster } from './add-cluster'
import { forgetHeld } from './forget-cluster'
import { holdCluster } from './hold-cluster'
import { lookAtKubeconfig } from './look-at-kubeconfig'

const actor = systemActor('prepare')

/** The demo's cluster, known once; one of this name that was made anew is another, and takes its place. Every organisation may use it. */
export async function registerDemoCluster(name: string, kubeconfig: string): Promise<void> {
  const { cluster: found } = await lookAtKubeconfig(actor, { kubeconfig })
  if (found?.known === name) return
  const old = await db.cluster.findFirst({ where: { runtime: { name }, removedAt: null } })
  if (old) await transaction(async (tx) => forgetHeld(tx, actor, await holdCluster(tx, old.id)))
  const { id } = await addCluster(actor, {
    name,
    environment: 'test',
    region: 'this machine',
    labels: {},
    isOffered: true,
    account: 'own',
    kubeconfig,
  })
  const { runtimeId } = await db.cluster.findUniqueOrThrow({ where: { id } })
  for (const organization of await db.organization.findMany({ where: { archivedAt: null } }))
    await grantRuntime(actor, { runtimeId, organizationId: organization.id, amounts: noLimits })
}
