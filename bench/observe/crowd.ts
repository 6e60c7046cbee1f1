import pg from 'pg'
import { hubLabel } from '@/lib/clusters/wanted-namespaces'
import { ownLabels } from '@/lib/drivers/kubernetes/apply-set'
import type { KubernetesObject } from '@/lib/drivers/kubernetes/objects'
import { selectorOf } from '@/lib/drivers/kubernetes/workload-content'

export const podsOfService = 50

/** One pod of the crowd; its service runs in one cluster only. */
export interface CrowdPod {
  /** Number of its cluster. */
  readonly cluster: number
  readonly service: string
  readonly name: string
}

/** Pods that are there, and the way to change one: its restarts become so many. */
export interface Crowd {
  readonly pods: readonly CrowdPod[]
  change(pod: CrowdPod, restarts: number): Promise<void>
}

const serviceOf = (cluster: number, index: number): string => `crowd-${cluster}-${String(index).padStart(3, '0')}`

export const crowdPods = (cluster: number, services: number): CrowdPod[] =>
  Array.from({ length: services }, (_, index) => serviceOf(cluster, index)).flatMap((service) =>
    Array.from({ length: podsOfService }, (_, at) => ({ cluster, service, name: `${service}-stable-${at}` })),
  )

/** The labels by which the observer knows a pod as a service's. */
export async function crowdLabels({ service }: CrowdPod, applicationId: string, namespace: string): Promise<Record<string, string>> {
  const owner = { hubId: await hubLabel(), applicationId, serviceId: service, namespace }
  return { ...ownLabels(owner), ...selectorOf({ service, subset: 'stable' }) }
}

/** What a node says of a pod whose container runs and has begun anew so often. */
export const runningStatus = (restarts: number) => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [
    {
      name: 'main',
      ready: true,
      restartCount: restarts,
      image: 'bench',
      imageID: '',
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    },
  ],
})

export const podObject = ({ name }: CrowdPod, namespace: string, labels: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
})

/** Their services, as they stand when all is rolled out; a cluster's rows, written in bulk. */
export async function seedCrowd(
  superuserUrl: string,
  { clusterId, cluster, services }: { clusterId: string; cluster: number; services: number },
) {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const names = Array.from({ length: services }, (_, index) => serviceOf(cluster, index))
    await client.query(rows, [names, clusterId, podsOfService])
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

const rows = `
  with home as (
    select o.id as org, a.id as app, p.id as pkg, v.id as version, (select "runtimeId" from "Cluster" where id = $2) as runtime
    from "Organization" o join "Application" a on a."organizationId" = o.id and a.slug = 'shop' join "Package" p on p.name = 'hello-pods'
    join "PackageVersion" v on v."packageId" = p.id where o.slug = 'harbor' limit 1),
  wanted as (select name from unnest($1::text[]) name),
  made as (
    insert into "Service" (id, "organizationId", "applicationId", name, "packageId") select 's' || name, org, app, name, pkg from wanted, home),
  staged as (
    insert into "Stage" (id, "serviceId", environment, "releaseId", "releaseNumber", "inputsRevision")
    select 't' || name, 's' || name, 'test', 'r' || name, 1, 1 from wanted),
  released as (
    insert into "Release" (id, "stageId", number, "packageVersionId", values, overlay) select 'r' || name, 't' || name, 1, version, '{}', '{}' from wanted, home),
  placed as (
    insert into "Placement" (id, "stageId", "runtimeId", subset, "releaseId", count, "wantedReleaseId", "wantedCount")
    select 'p' || name, 't' || name, runtime, 'stable', 'r' || name, $3, 'r' || name, $3 from wanted, home)
  insert into "Workload" ("placementId", "clusterId", state, "shownReleaseId", inventory)
  select 'p' || name, $2, 'available', 'r' || name,
    json_build_array(json_build_object('apiVersion', 'apps/v1', 'kind', 'Deployment', 'name', name || '-stable')) from wanted`
