import { hash } from 'node:crypto'
import { db } from '@/lib/db/client'
import type { Cluster, ClusterNamespace, ImageRegistry } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { type NamespaceWish, namespaceObjects } from '@/lib/drivers/kubernetes/namespace-objects'
import { powersOf } from '@/lib/organizations/cluster-powers'
import { podSecurityOf } from '@/lib/protocol/cluster-powers'
import { keepNamespace } from './name-namespace'

let hub: string | undefined

/** How clusters tell this hub from others: by its key, which outlives every address. */
export async function hubLabel(): Promise<string> {
  if (hub) return hub
  const { publicKey } = await db.hub.findUniqueOrThrow({ where: { id: 1 }, select: { publicKey: true } })
  return (hub = hash('sha256', publicKey, 'hex').slice(0, 32))
}

/** For tests: each database has a hub of its own. */
export const forgetHubLabel = (): void => void (hub = undefined)

type Placed = Pick<Cluster, 'id' | 'runtimeId'>

/** Rows for all applications whose organisation may use this cluster; those that are new get theirs now. A bounded number a look. */
export async function openNamespaces({ id: clusterId, runtimeId }: Placed, most = 200): Promise<void> {
  const fresh = await db.application.findMany({
    where: {
      archivedAt: null,
      organization: { archivedAt: null, grants: { some: { runtimeId } } },
      namespaces: { none: { clusterId } },
    },
    select: { id: true },
    take: most,
    orderBy: { createdAt: 'asc' },
  })
  for (const { id } of fresh) {
    await transaction(async (tx) => {
      await tx.$queryRaw`select 1 from "Application" where id = ${id} for update`
      const application = await tx.application.findUnique({ where: { id }, include: { organization: true } })
      if (!application) return
      const name = await keepNamespace(tx, application)
      await tx.clusterNamespace.createMany({ data: [{ clusterId, applicationId: id, name }], skipDuplicates: true })
    })
  }
}

export interface WantedNamespace {
  readonly row: ClusterNamespace
  readonly wish: NamespaceWish
  /** What its pods may pull with; opened only when it is given. */
  readonly registries: readonly ImageRegistry[]
  /** SHA-256 of what it is to be made of. */
  readonly madeOf: string
  readonly isGranted: boolean
}

/** All of its rows with what each is to be. */
export async function wantedNamespaces({ id: clusterId, runtimeId }: Placed): Promise<WantedNamespace[]> {
  const runtime = await db.runtime.findUniqueOrThrow({ where: { id: runtimeId } })
  const ofHere = { where: { environment: runtime.environment }, orderBy: { server: 'asc' } } as const
  const [hubId, rows, grants] = [
    await hubLabel(),
    await db.clusterNamespace.findMany({
      where: { clusterId },
      include: { application: { include: { organization: true, registries: ofHere } } },
      orderBy: { name: 'asc' },
    }),
    await db.runtimeGrant.findMany({ where: { runtimeId } }),
  ]
  return rows.map(({ application, ...row }) => {
    const grant = grants.find((one) => one.organizationId === application.organizationId)
    const { units = null, cpuMillis = null, memoryMib = null, diskMib = null } = grant ?? {}
    const wish: NamespaceWish = {
      name: row.name,
      hubId,
      applicationId: row.applicationId,
      organization: application.organization.slug,
      application: application.slug,
      environment: runtime.environment,
      podSecurity: podSecurityOf(powersOf(application.organization)),
      quota: { units, cpuMillis, memoryMib, diskMib },
      isAdopted: row.adoptedAt !== null,
    }
    const { registries } = application
    return { row, wish, registries, madeOf: digestOf(wish, registries), isGranted: grant !== undefined }
  })
}

/** Of passwords by their number only: a digest of a short one gives it away. */
function digestOf(wish: NamespaceWish, registries: readonly ImageRegistry[]): string {
  const pulls = registries.map(({ id, revision }) => [id, revision])
  return hash('sha256', JSON.stringify([namespaceObjects(wish), pulls]), 'hex')
}
