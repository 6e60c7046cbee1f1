import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Hub } from '@/bench/hub/hub'
import { accessColumns } from '@/lib/clusters/cluster-access'
import { newId } from '@/lib/ids'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { type Crowd, crowdLabels, crowdPods, podObject, runningStatus, seedCrowd } from './crowd'

const namespace = 'harbor-shop'
const serverName = 'stub.test'

/** Clusters of stubs with the crowd spread over them; one can be made to say nothing any more. */
export interface Ten {
  readonly crowd: Crowd
  tell(cluster: number, word: 'dead' | 'alive'): void
  end(): void
}

export async function openTen(hub: Hub, folder: string, { clusters, services }: { clusters: number; services: number }): Promise<Ten> {
  const { db } = hub.connections
  const { id: applicationId, organizationId } = await db.application.findFirstOrThrow({
    where: { slug: 'shop', organization: { slug: 'harbor' } },
  })
  const crowds = Array.from({ length: clusters }, (_, cluster) => crowdPods(cluster, services / clusters))
  const objects = crowds.map((pods) =>
    Promise.all(
      pods.map(async (pod) => {
        const { metadata, ...rest } = podObject(pod, namespace, await crowdLabels(pod, applicationId, namespace))
        const spec = { nodeName: 'stub', containers: [{ name: 'main', image: 'bench:1' }] }
        return { ...rest, metadata: { ...metadata, uid: newId() }, spec, status: runningStatus(0) }
      }),
    ),
  )
  writeFileSync(path.join(folder, 'pods.json'), JSON.stringify(await Promise.all(objects)))
  const { child, ports, authority } = await startStubs(folder)
  for (const [at, port] of ports.entries()) {
    const runtime = { name: `stub-${at}`, kind: 'cluster', driver: 'kubernetes', environment: 'test' } as const
    const { id: runtimeId } = await db.runtime.create({ data: { ...runtime, grants: { create: { organizationId } } } })
    const id = newId()
    const access = { server: `https://127.0.0.1:${port}`, authority, serverName, credential: { kind: 'token', token: 'bench' } } as const
    await db.cluster.create({ data: { id, runtimeId, identity: id, ...accessColumns(id, access), heardAt: new Date() } })
    await seedCrowd(hub.superuserUrl, { clusterId: id, cluster: at, services: services / clusters })
  }
  const say = (words: unknown) => void child.stdin?.write(`${JSON.stringify(words)}\n`)
  return {
    crowd: {
      pods: crowds.flat(),
      change: async ({ cluster, name }, restarts) => say([cluster, name, runningStatus(restarts)]),
    },
    tell: (cluster, word) => say([cluster, word]),
    end: () => void child.kill('SIGKILL'),
  }
}

async function startStubs(folder: string): Promise<{ child: ChildProcess; ports: number[]; authority: string }> {
  const { chain, key } = makeCertificate({ names: [serverName] })
  writeFileSync(path.join(folder, 'key.pem'), key)
  writeFileSync(path.join(folder, 'cert.pem'), chain)
  const args = ['--import', 'tsx', path.join(import.meta.dirname, 'stub-clusters.ts'), folder]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [undefined])])) as [Buffer | undefined]
  if (!line) throw new Error('The stubs of API servers did not start.')
  return { child, ports: JSON.parse(line.toString()) as number[], authority: chain }
}
