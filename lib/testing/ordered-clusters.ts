import { loadOrders } from '@/lib/clusters/load-orders'
import { noteApplied, settleBadly, settleWell } from '@/lib/clusters/settle-order'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildOrganization, heardForTests } from './build-organization'
import { buildPackage } from './build-service'
import { carryJobs } from './carry-jobs'

interface RowOfCluster {
  readonly id: string
  readonly runtimeId: string
}

export interface OrderedClusters {
  readonly world: BuiltOrganization
  /** Of a package for clusters. */
  readonly versionId: string
  /** `c0` and `c1`, of rows alone. */
  readonly clusters: readonly RowOfCluster[]
  /** What the observer of a cluster does, without a cluster: it takes the order, and says how it ended. */
  carryOut(at: number, failure?: { code: string; message: string }): Promise<void>
}

/** An organisation whose services are ordered in two clusters that nobody has to be. */
export async function orderedClusters(): Promise<OrderedClusters> {
  const world = await buildOrganization({ machinesInPool: 0 })
  const clusters: RowOfCluster[] = []
  for (const name of ['c0', 'c1']) clusters.push(await rowOf(world, name))
  const component = { data: [], templates: [], hooks: {}, container: { image: 'nginx:{{ config.workers }}' } }
  const made = await buildPackage(['1.0.0'], { organizationId: world.id, runtimes: ['machine', 'kubernetes'], component })
  const ordered = async (at: number) => (await loadOrders(clusters[at] as RowOfCluster))[0]
  return {
    ...{ world, clusters, versionId: made.versions['1.0.0'] ?? '' },
    async carryOut(at, failure) {
      const order = await ordered(at)
      if (!order) throw new Error('Nothing is ordered there.')
      await noteApplied(order, 1)
      const applied = await ordered(at)
      if (!applied) throw new Error('The order is gone.')
      await (failure
        ? settleBadly(applied, failure)
        : settleWell(applied, [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-stable' }]))
      await carryJobs()
    },
  }
}

async function rowOf(world: BuiltOrganization, name: string): Promise<RowOfCluster> {
  const application = await db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'shop' } })
  const runtime = await db.runtime.create({
    data: { name, kind: 'cluster', driver: 'kubernetes', environment: 'test', grants: { create: { organizationId: world.id } } },
  })
  const namespaces = { create: { applicationId: application.id, name: `${world.slug}-shop`, state: 'present' as const } }
  const where = {
    runtimeId: runtime.id,
    identity: runtime.id,
    server: 'https://cluster.invalid',
    credential: '',
    credentialKind: 'token',
  }
  return db.cluster.create({ data: { ...where, heardAt: heardForTests(), namespaces } })
}
