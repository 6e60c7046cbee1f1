import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Cluster, Service, Workload } from '@/lib/db/generated/client'
import { ApplySet, type ObjectPreview } from '@/lib/drivers/kubernetes/apply-set'
import { applicationAccount } from '@/lib/drivers/kubernetes/permissions'
import { prepareObjects } from '@/lib/drivers/kubernetes/prepare-objects'
import { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { readContent } from '@/lib/drivers/kubernetes/workload-content'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { secretTexts } from '@/lib/workloads/secret-texts'
import { accessOfCluster, withCluster } from './cluster-access'
import type { Drift, DriftObject } from './drift-views'
import { troubleOf } from './kubeconfig-refusal'
import { hubLabel } from './wanted-namespaces'

export const FindDriftSchema = z.object({ environment: EnvironmentSchema.optional() })
type Ask = z.output<typeof FindDriftSchema> & { readonly organization: string; readonly application: string; readonly name: string }

type Found = Workload & { cluster: Cluster; placement: { subset: string; runtime: { name: string } } }

/** What in its clusters is not as its release says, and who keeps it so: by the clusters' own word, in a dry run. */
export async function findDrift(actor: Actor, ask: Ask): Promise<Drift> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const service = await db.service.findFirst({ where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null } })
  if (!service) throw notFound('This service')
  authorize(actor, 'output.see', service, 'This service')
  const stage = { serviceId: service.id, ...(ask.environment ? { environment: ask.environment } : {}) }
  const rows = await db.workload.findMany({
    where: { placement: { stage }, shownDigest: { not: null }, cluster: { removedAt: null } },
    include: { cluster: true, placement: { select: { subset: true, runtime: { select: { name: true } } } } },
    orderBy: { placementId: 'asc' },
  })
  const clusters = await Promise.all(rows.map((row) => driftIn(service, row)))
  return { clusters, asOf: iso(clock.now()) }
}

async function driftIn(service: Service, row: Found): Promise<Drift['clusters'][number]> {
  const base = { placementId: row.placementId, runtimeName: row.placement.runtime.name }
  try {
    const previews = await withCluster(accessOfCluster(row.cluster), async (client) => {
      const key = { clusterId_applicationId: { clusterId: row.clusterId, applicationId: service.applicationId } }
      const { name: namespace } = await db.clusterNamespace.findUniqueOrThrow({ where: key })
      const as = `system:serviceaccount:${namespace}:${applicationAccount}`
      const owner = { hubId: await hubLabel(), applicationId: service.applicationId, serviceId: service.id, namespace, as }
      const set = new ApplySet(client, new ResourceTypes(client), owner)
      return set.preview(await wantedOf(row, set))
    })
    return { ...base, trouble: null, objects: previews.map(objectOf).filter(differs) }
  } catch (error) {
    const trouble = troubleOf(error)
    if (!trouble) throw error
    return { ...base, trouble, objects: [] }
  }
}

async function wantedOf(row: Found, set: ApplySet) {
  const text = (await readBlobTexts(db, [row.shownDigest ?? ''])).get(row.shownDigest ?? '') ?? ''
  const content = readContent(text)
  const secrets = await secretTexts(text)
  const live = await set.read(content.workload)
  return prepareObjects(content, {
    wanted: row.state === 'stopped' ? 'stopped' : 'running',
    restartToken: row.restartToken,
    liveReplicas: (live?.spec as { replicas?: number } | undefined)?.replicas ?? null,
    secretOf: (reference) => secrets.get(reference) ?? '',
  })
}

const differs = ({ isMissing, changes, owners, refused }: DriftObject): boolean =>
  isMissing || changes.length > 0 || owners.length > 0 || refused !== null

const shortText = (value: unknown): string | null =>
  value === undefined ? null : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 500)

function objectOf({ ref, outcome, changes }: ObjectPreview): DriftObject {
  const isMissing = changes.some((change) => change.path === '.kind' && change.kind === 'added')
  return {
    object: `${ref.kind}/${ref.name}`,
    isMissing,
    changes: isMissing ? [] : changes.map(({ path, from, to }) => ({ path, now: shortText(from), wanted: shortText(to) })),
    owners: outcome.kind === 'conflict' ? outcome.conflicts.map(({ field, owner }) => ({ field, owner })) : [],
    refused: outcome.kind === 'refused' ? outcome.message : outcome.kind === 'foreign' ? 'It is somebody else’s.' : null,
  }
}
