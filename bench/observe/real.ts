import { setTimeout as sleep } from 'node:timers/promises'
import type { Hub } from '@/bench/hub/hub'
import { Missing } from '@/bench/requirements'
import { systemActor } from '@/lib/auth/actor'
import { addCluster } from '@/lib/clusters/add-cluster'
import { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { accessOf } from '@/lib/drivers/kubernetes/kubeconfig'
import type { KubernetesList } from '@/lib/drivers/kubernetes/objects'
import { noLimits } from '@/lib/quotas/amount-views'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { bringUp, dropAbandoned, kubeconfigOf, type TestKubernetes, takeDown } from '@/lib/testing/kubernetes'
import { type Crowd, type CrowdPod, crowdLabels, crowdPods, podObject, runningStatus, seedCrowd } from './crowd'

const nodes = 100
const namespace = 'harbor-shop'
const podsPath = `/api/v1/namespaces/${namespace}/pods`
const settingsOfClient = { allowed: ['10.0.0.0/8'], inFlight: 24, timeoutMs: 60_000, connectMs: 10_000, restMs: 1_000, mostRestMs: 10_000 }

/** A real API server with nodes whose pods are only said to run; added to the hub, and granted to the demo's organisation. */
export async function withRealCluster<T>(use: (cluster: TestKubernetes) => Promise<T>): Promise<T> {
  const name = `bench-${process.pid}`
  await dropAbandoned()
  const cluster = await bringUp(name, { isBare: true, simulate: nodes }).catch((error: Error) => {
    throw new Missing(`observe needs a cluster, and there is none: ${error.message}`)
  })
  try {
    return await use(cluster)
  } finally {
    await takeDown(name)
  }
}

export async function addRealCluster({ connections: { db } }: Hub, cluster: TestKubernetes): Promise<string> {
  const actor = systemActor('bench')
  const ask = { name: 'crowd', environment: 'test', region: 'here', labels: {}, isOffered: false, account: 'own' } as const
  const { id } = await addCluster(actor, { ...ask, kubeconfig: kubeconfigOf(cluster) })
  const [{ runtimeId }, { id: organizationId }] = await Promise.all([
    db.cluster.findUniqueOrThrow({ where: { id } }),
    db.organization.findFirstOrThrow({ where: { slug: 'harbor' } }),
  ])
  await grantRuntime(actor, { runtimeId, organizationId, amounts: noLimits })
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100))
    if ((await db.clusterNamespace.count({ where: { clusterId: id, state: 'present', name: namespace } })) > 0) return id
  throw new Error('The namespace of the application does not come.')
}

/** So many pods, made bound to their nodes: a scheduler and controllers would need minutes for them. */
export async function fillCluster(
  hub: Hub,
  cluster: TestKubernetes,
  { clusterId, services }: { clusterId: string; services: number },
): Promise<Crowd> {
  const client = new KubernetesClient(accessOf(kubeconfigOf(cluster)), settingsOfClient)
  const pods = crowdPods(0, services)
  await seedCrowd(hub.superuserUrl, { clusterId, cluster: 0, services })
  const { id: applicationId } = await hub.connections.db.application.findFirstOrThrow({
    where: { slug: 'shop', organization: { slug: 'harbor' } },
  })
  const make = async (pod: CrowdPod, at: number) => {
    const object = podObject(pod, namespace, await crowdLabels(pod, applicationId, namespace))
    const container = { name: 'main', image: 'bench:1', resources: { requests: { cpu: '1m', memory: '1Mi' } } }
    const spec = { nodeName: `simulated-${1 + (at % nodes)}`, automountServiceAccountToken: false, containers: [container] }
    await client.post(podsPath, { ...object, spec })
  }
  let next = 0
  const hand = async () => {
    for (let at = next++; at < pods.length; at = next++) await make(pods[at] as CrowdPod, at)
  }
  await Promise.all(Array.from({ length: settingsOfClient.inFlight }, hand))
  await untilAllRun(client)
  return {
    pods,
    async change({ name }, restarts) {
      const body = { status: runningStatus(restarts) }
      await client.patch(`${podsPath}/${name}/status`, body, { contentType: 'application/strategic-merge-patch+json' })
    },
  }
}

async function untilAllRun(client: KubernetesClient): Promise<void> {
  for (const end = Date.now() + 600_000; Date.now() < end; await sleep(1_000)) {
    const query = { fieldSelector: 'status.phase!=Running', limit: 1 }
    if ((await client.get<KubernetesList<unknown>>(podsPath, { query })).items?.length === 0) return
  }
  throw new Error('The pods do not come to run.')
}

/** All of them are in rows, as they run. */
export async function untilSeen(hub: Hub, count: number): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200)) {
    const { rows } = await hub.connections.pool.query<{ count: string }>(`select count(*) from "WorkloadPod" where "isReady"`)
    if (Number(rows[0]?.count) >= count) return
  }
  throw new Error(`The pods do not come into rows.\n${hub.said()}`)
}
