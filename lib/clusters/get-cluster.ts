import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { readEvents } from '@/lib/events/read-events'
import { iso, isoOrNull } from '@/lib/iso-time'
import { freshnessOf } from '@/lib/machines/freshness'
import { pace } from '@/lib/pace'
import { amountsOf } from '@/lib/quotas/quotas-of'
import type { Sentence } from '@/lib/views'
import { factsOf } from './cluster-facts-views'
import { whyNotAdopt, whyNotDescribe, whyNotForget, whyNotMoveCluster, whyNotRemove, whyNotStay } from './cluster-gate'
import { clusterRows, lacksOf } from './cluster-rows'
import { hubManifest } from './look-at-kubeconfig'
import type { ClusterRow } from './move-cluster'
import { placedIn } from './placed-in'
import type { ClusterGrant, ClusterView, NamespaceView } from './views'

export const GetClusterSchema = z.object({ name: z.string().max(200) })

/** Nobody looks through more of what it serves. */
const mostShown = 1000

const organization = { select: { id: true, slug: true, name: true } } as const

/** One cluster for an operator: state, what is in it, what the hub may do and has made there, and who may use it. */
export async function getCluster(actor: Actor, { name }: z.infer<typeof GetClusterSchema>): Promise<ClusterView> {
  authorize(actor, 'machine.see', {}, 'This cluster')
  const cluster = await db.cluster.findFirst({ where: { runtime: { name }, removedAt: null }, include: { runtime: true } })
  if (!cluster) throw notFound('This cluster')
  const [row] = await clusterRows([cluster])
  if (!row) throw notFound('This cluster')
  const grants = await grantsOf(cluster)
  const residents = await db.placement.count({ where: placedIn(cluster) })
  const removed = { ...cluster, residents, isHeard: freshnessOf(cluster) === 'known' }
  return {
    ...row,
    server: cluster.server,
    account: cluster.account,
    credential: {
      kind: cluster.credentialKind === 'certificate' ? 'certificate' : 'token',
      setAt: iso(cluster.credentialSetAt),
      expiresAt: isoOrNull(cluster.credentialExpiresAt),
      isRotated: cluster.isRotated,
    },
    facts: factsOf(cluster),
    factsAt: isoOrNull(cluster.factsAt),
    lastError: cluster.lastError,
    lacks: lacksOf(cluster),
    checkedAt: isoOrNull(cluster.checkedAt),
    manifest: hubManifest(),
    isOffered: cluster.runtime.isOffered,
    restoredAt: isoOrNull(cluster.runtime.automationOffSince),
    namespaceList: await namespacesOf(actor, cluster, grants),
    grants,
    organizations: await db.organization.findMany({ where: { archivedAt: null }, ...organization, orderBy: { name: 'asc' }, take: 100 }),
    placements: residents,
    removal: cluster.removingSince ? { since: iso(cluster.removingSince), how: cluster.removal === 'keep' ? 'keep' : 'delete' } : null,
    gates: {
      maintain: gateOf(whyNotMoveCluster(actor, 'maintain', cluster)),
      endMaintenance: gateOf(whyNotMoveCluster(actor, 'end_maintenance', cluster)),
      remove: gateOf(whyNotRemove(actor, removed)),
      stay: gateOf(whyNotStay(actor, removed)),
      forget: gateOf(whyNotForget(actor, removed)),
      describe: gateOf(whyNotDescribe(actor, cluster)),
    },
    history: await readEvents('cluster', cluster.id),
    unknownAfterMs: pace('unknownAfter'),
    asOf: iso(clock.now()),
  }
}

async function grantsOf({ runtimeId }: ClusterRow): Promise<ClusterGrant[]> {
  const rows = await db.runtimeGrant.findMany({
    where: { runtimeId },
    include: { organization },
    orderBy: { createdAt: 'desc' },
    take: mostShown,
  })
  return rows.map((grant) => ({ organization: grant.organization, amounts: amountsOf(grant) }))
}

const sentenceOf = (state: NamespaceView['state'], reason: string | null): Sentence | null => {
  if (reason === null) return null
  return state === 'foreign' ? { code: `namespace_of_${reason}`, values: {} } : { code: 'as_said', values: { text: reason } }
}

async function namespacesOf(actor: Actor, cluster: ClusterRow, grants: readonly ClusterGrant[]): Promise<NamespaceView[]> {
  const rows = await db.clusterNamespace.findMany({
    where: { clusterId: cluster.id },
    include: { application: { select: { slug: true, name: true, organization } } },
    orderBy: { name: 'asc' },
    take: mostShown,
  })
  const nameOf = await namePeople(rows.map((row) => row.adoptedBy))
  return rows.map((row) => ({
    applicationId: row.applicationId,
    name: row.name,
    organization: { slug: row.application.organization.slug, name: row.application.organization.name },
    application: { slug: row.application.slug, name: row.application.name },
    state: row.state,
    stateSince: iso(row.stateSince),
    reason: sentenceOf(row.state, row.reason),
    adoptedBy: row.adoptedBy ? nameOf(row.adoptedBy) : null,
    isUnused: !grants.some((grant) => grant.organization.id === row.application.organization.id),
    adopt: gateOf(whyNotAdopt(actor, row, cluster)),
  }))
}
