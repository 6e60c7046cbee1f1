import { setTimeout as sleep } from 'node:timers/promises'
import { systemActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { addCluster } from '@/lib/clusters/add-cluster'
import { removeCluster } from '@/lib/clusters/remove-cluster'
import { forgetHubLabel } from '@/lib/clusters/wanted-namespaces'
import { catchUpClusters } from '@/lib/deploys/catch-up-clusters'
import { createService } from '@/lib/deploys/create-service'
import type { RequestDeployInput } from '@/lib/deploys/deploy-request'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { env as getEnv, setEnv } from '@/lib/env'
import { noLimits } from '@/lib/quotas/amount-views'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { startObservers } from '@/workers/observers/start-observers'
import { type BuiltOrganization, buildOrganization } from './build-organization'
import { carryJobs } from './carry-jobs'
import { HubProcess } from './hub-process'
import { kubeconfigOf, kubectl, type TestKubernetes } from './kubernetes'
import { clusterNetworks } from './run-clusters'
import { type TestDatabase, testDatabase } from './test-database'
import { until } from './until'

export interface Placed {
  readonly serviceId: string
  readonly stageId: string
  readonly recordId: string
}

interface NewService {
  readonly versionId: string
  /** Numbers of the clusters it runs in. */
  readonly on?: readonly number[]
  readonly count?: number
  readonly values?: object
  readonly secrets?: Record<string, string>
}

const dials = { OUTGOING_ALLOW: clusterNetworks }
const processEnv = {
  ...dials,
  NODE_ENV: 'production',
  WORKER_METRICS_PORT: '0',
  TENGEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  LOG_LEVEL: 'warn',
}

/** An organisation whose application `shop` runs services in real clusters; workers, sweeps and an observer are at work. */
export class ClusterWorld {
  private isOver = false
  private observers = { stop: async () => {} }
  private worker = Promise.resolve()
  /** Workers and observers, where they are processes of their own. */
  readonly processes: readonly HubProcess[]

  private constructor(
    readonly database: TestDatabase,
    readonly organization: BuiltOrganization,
    private readonly clusters: readonly TestKubernetes[],
    readonly runtimeIds: readonly string[],
    ofEach: number,
  ) {
    const env = { ...processEnv, DATABASE_URL: database.url, TENGEN_PACE: String(getEnv().TENGEN_PACE) }
    this.processes = (['workers', 'observers'] as const).flatMap((name) => Array.from({ length: ofEach }, () => new HubProcess(name, env)))
    if (ofEach > 0) return
    this.observers = startObservers('test')
    this.worker = this.work()
  }

  /**
   * With `processes` so many workers and observers are processes, which a test may kill and start; else this one does their work. A pace
   * too high takes a cluster for silent while processes start.
   */
  static async open(clusters: readonly TestKubernetes[], { processes = 0, pace = '5' } = {}): Promise<ClusterWorld> {
    const database = await testDatabase()
    setEnv({ ...dials, TENGEN_PACE: pace })
    forgetHubLabel()
    const organization = await buildOrganization({ machinesInPool: 0 })
    const actor = systemActor('test')
    const runtimeIds: string[] = []
    for (const [at, cluster] of clusters.entries()) {
      const ask = { name: `c${at}`, environment: 'test', region: 'here', labels: {}, isOffered: false, account: 'own' } as const
      const { id } = await addCluster(actor, { ...ask, kubeconfig: kubeconfigOf(cluster) })
      const { runtimeId } = await database.db.cluster.findUniqueOrThrow({ where: { id } })
      const amounts = noLimits
      await grantRuntime(actor, { runtimeId, organizationId: organization.id, amounts })
      runtimeIds.push(runtimeId)
    }
    const world = new ClusterWorld(database, organization, clusters, runtimeIds, processes)
    await Promise.all(world.processes.map((one) => one.start()))
    await until(
      () => database.db.clusterNamespace.count({ where: { state: 'present' } }),
      (count) => count === 2 * clusters.length,
    )
    return world
  }

  get namespace(): string {
    return `${this.organization.slug}-shop`
  }

  person(role: Parameters<BuiltOrganization['person']>[0]): ReturnType<BuiltOrganization['person']> {
    return this.organization.person(role)
  }

  /** What workers and sweeps do, all the time. */
  private async work(): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      await carryJobs()
      if (turn % 10 === 0) await Promise.all([stirDeploys(), catchUpClusters()])
      await sleep(100)
    }
  }

  /** The observer dies, and another one comes. */
  async anotherObserver(): Promise<void> {
    await this.observers.stop()
    this.observers = startObservers('another')
  }

  /** The clusters are left as they were found, also after a test that failed: what is in the namespaces goes with them. */
  async close(): Promise<void> {
    this.isOver = true
    await this.worker
    try {
      await this.removeClusters()
    } finally {
      // Whatever went wrong: nobody else ends them.
      await Promise.all([this.observers.stop(), ...this.processes.map((one) => one.kill())])
    }
    const left = (cluster: TestKubernetes) => kubectl(cluster, 'get', 'namespaces,clusterroles,clusterrolebindings', '-o', 'name')
    for (const cluster of this.clusters)
      await until(
        () => left(cluster),
        (found) => !found.includes('tengen') && !found.includes(this.organization.slug),
      )
    await closeBus()
    await this.database.dispose()
  }

  private async removeClusters(): Promise<void> {
    const { db } = this.database
    for (const { id, runtime } of await db.cluster.findMany({ where: { removedAt: null }, include: { runtime: true } })) {
      await db.placement.deleteMany({})
      await removeCluster(await this.person('operator'), { clusterId: id, typedName: runtime.name, namespaces: 'delete' })
    }
    await until(
      () => db.cluster.count({ where: { removedAt: null } }),
      (count) => count === 0,
    )
  }

  get(cluster: TestKubernetes, what: string, where: string): Promise<string> {
    return kubectl(cluster, 'get', what, '-n', this.namespace, '-o', `jsonpath=${where}`)
  }

  /** Everything in the application's namespace that does not come and go by itself. */
  contents(cluster: TestKubernetes): Promise<string> {
    const kinds =
      'deployments,statefulsets,daemonsets,jobs,replicasets,pods,services,configmaps,secrets,poddisruptionbudgets,persistentvolumeclaims'
    return kubectl(cluster, 'get', kinds, '-n', this.namespace, '-o', 'name')
  }

  async create(name: string, { versionId, on = [0], count = 2, values = {}, secrets = {} }: NewService): Promise<Placed> {
    const [runtimeId = '', ...alsoIn] = on.map((at) => this.runtimeIds[at] ?? '')
    const place = { organization: this.organization.slug, application: 'shop', name, runtimeId, alsoIn, count }
    const ask = { ...place, packageVersionId: versionId, values: { ...values }, secrets }
    const made = await createService(await this.person('developer'), ask)
    const stage = await this.database.db.stage.findFirstOrThrow({ where: { serviceId: made.serviceId } })
    return { ...made, stageId: stage.id }
  }

  async change({ stageId }: Placed, input: Omit<RequestDeployInput, 'stageId'>): Promise<string> {
    return (await requestDeploy(await this.person('developer'), { stageId, ...input })).recordId
  }

  /** A record's last word, and all that its log says. */
  async ended(recordId: string) {
    const record = await until(
      () => this.database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId }, include: { targets: true, tasks: true } }),
      (found) => found.endedAt !== null,
      90_000,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message.slice(0, 300)}\n${await this.report()}`)
    })
    const lines = await this.database.db.$queryRaw<
      { text: string }[]
    >`select text from journal.log_line where record_id = ${recordId} order by line`
    return { ...record, log: lines.map((line) => line.text).join('\n') }
  }

  /** What a failing test wants to know. */
  private async report(): Promise<string> {
    const { db, pool } = this.database
    const clusters = await db.cluster.findMany({ select: { state: true, stateReason: true, heardAt: true, lastError: true } })
    const tasks = await db.task.findMany({ select: { verb: true, state: true, attempt: true, code: true, message: true } })
    const workloads = await db.workload.findMany({ omit: { warnings: true, inventory: true } })
    const log = await pool.query<{ text: string }>('select text from journal.log_line order by line desc limit 20')
    return JSON.stringify(
      {
        now: new Date(),
        clusters,
        tasks,
        workloads,
        log: log.rows.map((row) => row.text),
        said: this.processes.map((one) => one.report()),
      },
      null,
      1,
    )
  }

  async countsOf({ stageId }: Placed, count: number): Promise<Record<string, number>> {
    return Object.fromEntries((await this.database.db.placement.findMany({ where: { stageId } })).map(({ id }) => [id, count]))
  }

  /** Asks a service all the time, from inside the cluster's network; says how often it got no answer. */
  async prober(cluster: TestKubernetes, name: string): Promise<{ stop(): Promise<{ asked: number; failed: number }> }> {
    const [pod, here] = [`${name}-prober`, ['-n', this.namespace]]
    // By its address: a static program looks up no names.
    const address = await this.get(cluster, `service/${name}`, '{.spec.clusterIP}')
    const loop = `while true; do wget -q -O /dev/null http://${address}:8080/index.html && echo ok || echo failed; usleep 20000; done`
    const run = ['--image=tengen.test/busybox:1', '--restart=Never', '--command', '--', 'sh', '-c', loop]
    await kubectl(cluster, 'run', pod, ...here, ...run)
    await kubectl(cluster, 'wait', ...here, '--for=condition=Ready', `pod/${pod}`, '--timeout=30s')
    return {
      stop: async () => {
        const said = (await kubectl(cluster, 'logs', pod, ...here)).trim().split('\n')
        await kubectl(cluster, 'delete', 'pod', pod, ...here, '--now')
        return { asked: said.length, failed: said.filter((line) => line === 'failed').length }
      },
    }
  }
}
