import { db } from '@/lib/db/client'
import { type BuiltOrganization, heardForTests } from './build-organization'

export interface BuiltCluster {
  readonly id: string
  readonly name: string
  readonly runtimeId: string
  /** An application whose namespace there is somebody else's. */
  readonly applicationId: string
}

/** A row of a cluster that was heard and is being removed: nothing may be done to it, and nobody dials it. */
export async function buildCluster(world: BuiltOrganization): Promise<BuiltCluster> {
  const application = await db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'shop' } })
  const runtime = await db.runtime.create({
    data: { name: `cluster-${world.slug}`, kind: 'cluster', driver: 'kubernetes', environment: 'test' },
  })
  const { id } = await db.cluster.create({
    data: {
      runtimeId: runtime.id,
      identity: runtime.id,
      server: 'https://cluster.invalid:6443',
      credential: '',
      credentialKind: 'token',
      heardAt: heardForTests(),
      removingSince: new Date(),
      removal: 'keep',
      namespaces: { create: { applicationId: application.id, name: `${world.slug}-shop`, state: 'foreign', reason: 'nobody' } },
    },
  })
  return { id, name: runtime.name, runtimeId: runtime.id, applicationId: application.id }
}

/** A pod of a placement that its cluster does not show any more: nobody is asked for what it printed. */
export async function buildGonePod({ id: clusterId }: BuiltCluster, placementId: string): Promise<void> {
  const pod = {
    uid: placementId,
    name: 'web-gone',
    isNewest: false,
    phase: 'Running',
    isReady: false,
    isLeaving: true,
    image: 'i',
    restarts: 0,
  }
  await db.workload.create({ data: { placementId, clusterId, pods: { create: { ...pod, goneAt: new Date() } } } })
}
