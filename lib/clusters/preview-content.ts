import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'
import type { Cluster, Service } from '@/lib/db/generated/client'
import { ApplySet, type ObjectPreview } from '@/lib/drivers/kubernetes/apply-set'
import { KubernetesError } from '@/lib/drivers/kubernetes/errors'
import { liveReplicas } from '@/lib/drivers/kubernetes/live-replicas'
import { valueAt } from '@/lib/drivers/kubernetes/outside-hands'
import { applicationIn } from '@/lib/drivers/kubernetes/permissions'
import { prepareObjects } from '@/lib/drivers/kubernetes/prepare-objects'
import { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { readContent } from '@/lib/drivers/kubernetes/workload-content'
import { secretTexts } from '@/lib/workloads/secret-texts'
import { askCluster } from './cluster-access'
import type { Drift, DriftObject } from './drift-views'
import { troubleOf } from './kubeconfig-refusal'
import { relationsIn } from './load-orders'
import { hubLabel } from './wanted-namespaces'

interface Ask {
  readonly placementId: string
  readonly runtimeName: string
  readonly cluster: Cluster
  readonly service: Pick<Service, 'id' | 'applicationId'>
  /** What it shall be. */
  readonly text: string
  readonly isStopped: boolean
  readonly restartToken: string | null
  /** What others added goes too. */
  readonly isTakenOver: boolean
  /** Of what its pods were told; missing or null = they are related to nobody. */
  readonly relationsDigest?: string | null
}

/** What applying a content would change in a cluster, by its own word, in a dry run: nothing is changed. */
export async function previewContent(ask: Ask): Promise<Drift['clusters'][number]> {
  const base = { placementId: ask.placementId, runtimeName: ask.runtimeName }
  try {
    return { ...base, trouble: null, objects: (await previews(ask)).map((one) => objectOf(one, ask.isTakenOver)).filter(differs) }
  } catch (error) {
    const trouble = troubleOf(error)
    if (!trouble) throw error
    return { ...base, trouble, objects: [] }
  }
}

async function previews({ cluster, service, text, isStopped, restartToken, relationsDigest }: Ask): Promise<ObjectPreview[]> {
  const content = readContent(text)
  const { applicationId } = service
  const key = { clusterId_applicationId: { clusterId: cluster.id, applicationId } }
  const namespace = (await db.clusterNamespace.findUnique({ where: key }))?.name
  if (!namespace) throw new KubernetesError(404, 'NotFound', 'The application has no namespace there yet.')
  const secrets = await secretTexts(text)
  const told = (await readBlobTexts(db, relationsDigest ? [relationsDigest] : [])).get(relationsDigest ?? '')
  const as = applicationIn(namespace)
  const owner = { hubId: await hubLabel(), applicationId, serviceId: service.id, namespace, as }
  return askCluster(cluster, async (client) => {
    const set = new ApplySet(client, new ResourceTypes(client), owner)
    const objects = prepareObjects(content, {
      wanted: isStopped ? 'stopped' : 'running',
      restartToken,
      relations: relationsIn(told),
      liveReplicas: await liveReplicas(content, set),
      secretOf: (reference) => secrets.get(reference) ?? '',
    })
    return set.preview(objects)
  })
}

const differs = ({ isMissing, isForeign, changes, owners, refused }: DriftObject): boolean =>
  isMissing || isForeign || changes.length > 0 || owners.length > 0 || refused !== null

const shortText = (value: unknown): string | null =>
  value === undefined ? null : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 500)

/** `.spec.template` has `.spec.template.metadata` in it, and not `.spec.templates`. */
const isIn = (path: string, field: string): boolean => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`)

function objectOf({ ref, outcome, changes, live, others }: ObjectPreview, isTakenOver: boolean): DriftObject {
  const isMissing = changes.some((change) => change.path === '.kind' && change.kind === 'added')
  const changed = changes.map(({ path, from, to }) => ({ path, now: shortText(from), wanted: shortText(to) }))
  const conflicts = outcome.kind === 'conflict' ? outcome.conflicts.map(({ field, owner }) => ({ field, owner })) : []
  const isTold = (field: string) =>
    [...conflicts.map((one) => one.field), ...changed.map((one) => one.path)].some((one) => isIn(one, field))
  const added = others.flatMap(({ owner, fields }) => fields.filter((field) => !isTold(field)).map((field) => ({ field, owner })))
  const shownOf = (field: string) => (live && ref.kind !== 'Secret' ? shortText(valueAt(live, field)) : null)
  const gone = added.map(({ field }) => ({ path: field, now: shownOf(field), wanted: null }))
  return {
    object: `${ref.kind}/${ref.name}`,
    isMissing,
    changes: isMissing ? [] : [...changed, ...(isTakenOver ? gone : [])],
    owners: [...conflicts, ...added.filter(({ field }) => !conflicts.some((one) => one.field === field))],
    isForeign: outcome.kind === 'foreign',
    refused: outcome.kind === 'refused' ? outcome.message : null,
  }
}
