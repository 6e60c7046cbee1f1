import path from 'node:path'
import { type PersonActor, systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { createService } from '@/lib/deploys/create-service'
import { setEnv } from '@/lib/env'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { readFolder } from '@/lib/package-format/pack-folder'
import type { RelationChoices } from '@/lib/relations/schema'
import { seed } from '@/prisma/seed'
import { AgentProcess, type AgentSettings, pidsOfUnit } from './agent-process'
import { freePort } from './free-port'
import { HubProcess } from './hub-process'
import { programs } from './programs'
import { signedIn } from './signed-in'
import type { TestCluster } from './test-cluster'
import { type TestDatabase, testDatabase } from './test-database'

const root = path.join(import.meta.dirname, '../..')
/** The host of this stack's machines. Stacks run beside each other and know nothing of each other's ports. */
const address = `127.${16 + ((process.pid >> 8) & 127)}.${process.pid & 255}.1`

export interface StackOptions {
  /** How many times faster than life. */
  readonly pace?: number
  readonly machines?: readonly string[]
  /** Queue and bus on Redis instead of PostgreSQL. */
  readonly redisUrl?: string
  /** What machines that join are given. */
  readonly agentFile?: string
  /** Missing = the cluster of this test run. */
  readonly cluster?: TestCluster
  /** Networks that the hub may dial (OUTGOING_ALLOW). */
  readonly dials?: string
}

export interface AddedAgent extends AgentSettings {
  /** Missing = production. */
  readonly pool?: string
  /** Where it finds its hub; missing = right at the gateway. */
  readonly hubUrl?: string
  readonly usedToken?: string
}

/** The product without its pages: real PostgreSQL, gateway, worker and agents, each a process of its own. */
export class Stack {
  readonly agents = new Map<string, AgentProcess>()

  private constructor(
    readonly database: TestDatabase,
    readonly gateway: HubProcess,
    readonly worker: HubProcess,
    private readonly pace: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start({ pace = 4, machines = ['m1', 'm2', 'm3'], redisUrl, agentFile, cluster, dials }: StackOptions = {}): Promise<Stack> {
    const database = await testDatabase(cluster)
    setEnv({ TENGEN_PACE: String(pace), REDIS_URL: redisUrl, AGENT_FILE: agentFile, OUTGOING_ALLOW: dials })
    await Promise.all([programs(), seed(root)])
    const port = await freePort()
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      TENGEN_PACE: String(pace),
      GATEWAY_PORT: String(port),
      METRICS_PORT: '0',
      WORKER_METRICS_PORT: '0',
      TENGEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      LOG_LEVEL: 'warn',
      ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
      ...(dials ? { OUTGOING_ALLOW: dials } : {}),
      ...(agentFile ? { AGENT_FILE: agentFile } : {}),
    }
    const stack = new Stack(database, new HubProcess('gateway', env), new HubProcess('workers', env), pace, env)
    await Promise.all([stack.gateway.start(), stack.worker.start()])
    for (const name of machines) await stack.addAgent(name)
    await stack.until(
      'all machines to be ready',
      async () =>
        (await database.db.machine.count({ where: { state: 'ready', connected: true, cpuMillis: { gt: 0 } } })) === machines.length,
      40_000,
    )
    return stack
  }

  /** Where its agents dial in. */
  get url(): string {
    return `ws://127.0.0.1:${this.env.GATEWAY_PORT}/ws/agent`
  }

  private readonly further: HubProcess[] = []

  /** One more gateway of the same hub; resolves with its address once it listens. */
  async addGateway(): Promise<string> {
    const port = await freePort()
    const gateway = new HubProcess('gateway', { ...this.env, GATEWAY_PORT: String(port) })
    this.further.push(gateway)
    await gateway.start()
    await this.until('the other gateway', async () => (await fetch(`http://127.0.0.1:${port}/api/health/live`)).ok)
    return `ws://127.0.0.1:${port}/ws/agent`
  }

  /** The join token of the agent that was added last, used up by then. */
  lastToken = ''

  async addAgent(name: string, { pool = 'production', hubUrl = this.url, usedToken, ...settings }: AddedAgent = {}): Promise<AgentProcess> {
    const agent = AgentProcess.inNewHome(this.pace, settings)
    const token = usedToken ?? (await createJoinToken(systemActor('test'), { pool, machineName: name })).token
    this.lastToken = token
    await agent.start('--join', token, '--hub', hubUrl, '--name', name, '--address', address)
    this.agents.set(name, agent)
    return agent
  }

  async person(email: string): Promise<PersonActor> {
    const user = await this.database.db.user.findUniqueOrThrow({ where: { email: `${email}@demo.tengen.test` } })
    return signedIn(user.id)
  }

  /** Asks again until it is so; says what was there when the time is over. */
  async until<T>(what: string, look: () => Promise<T | null | undefined | false>, withinMs = 25_000): Promise<T> {
    const end = performance.now() + withinMs
    for (;;) {
      // A database that is just starting again answers nothing yet.
      const found = await look().catch(() => undefined)
      if (found) return found
      if (performance.now() > end) throw new Error(`Waited in vain for ${what}.\n${await this.report()}`)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  }

  /** What a failing test wants to know. */
  async report(): Promise<string> {
    const { db } = this.database
    const records = await db.deployRecord.findMany({
      include: { tasks: { orderBy: { index: 'asc' } } },
      orderBy: { number: 'desc' },
      take: 2,
    })
    const units = await db.unit.findMany({ select: { ordinal: true, state: true, held: true, code: true, message: true } })
    const tasks = records.flatMap((record) => [
      `#${record.number} ${record.kind} ${record.state} ${record.code ?? ''} ${record.message ?? ''}`,
      ...record.tasks.map(
        (task) =>
          `  ${task.verb} ${task.unitName} ${task.state} ${task.attempt} ${task.owner ?? ''} ${task.code ?? ''} ${task.message ?? ''}`,
      ),
    ])
    const log = await this.database.pool.query<{ text: string }>('select text from journal.log_line order by line desc limit 30')
    const agents = [...this.agents].map(([name, agent]) => `${name}: ${agent.output.slice(-1500)}`)
    return [
      ...tasks,
      JSON.stringify(units),
      ...log.rows.reverse().map((row) => `| ${row.text}`),
      `gateway: ${this.gateway.output.slice(-3000)}`,
      `worker: ${this.worker.output.slice(-3000)}`,
      ...agents,
      clock.now().toISOString(),
    ].join('\n')
  }

  async stop(): Promise<void> {
    const units = await this.database.db.unit.findMany({ select: { id: true } })
    for (const agent of this.agents.values()) await agent.destroy(units.map((unit) => unit.id))
    await Promise.all([this.gateway, this.worker, ...this.further].map((one) => one.kill()))
    await this.database.dispose()
  }

  /** A package that is not shipped, from its folder in the checkout. */
  async publish(folder: string): Promise<void> {
    const entries = await readFolder(path.join(root, folder))
    await transaction((tx) => publishEntries(tx, systemActor('test'), { organizationId: null, origin: 'shipped', entries }))
  }

  async versionOf(name: string, version: string): Promise<string> {
    const found = await this.database.db.packageVersion.findFirstOrThrow({ where: { version, package: { name } } })
    return found.id
  }

  /** Asks for a new service on the production machines, and approves it. Resolves when it is queued. */
  async install(
    name: string,
    packageName: string,
    version: string,
    count: number,
    { relations = {}, ...values }: Record<string, unknown> & { relations?: RelationChoices } = {},
  ) {
    const runtime = await this.database.db.runtime.findUniqueOrThrow({ where: { name: 'production' } })
    const created = await createService(await this.person('mei'), {
      organization: 'harbor',
      application: 'shop',
      name,
      packageVersionId: await this.versionOf(packageName, version),
      runtimeId: runtime.id,
      count,
      values,
      relations,
    })
    await this.approve(created.recordId)
    const stage = await this.database.db.stage.findFirstOrThrow({ where: { serviceId: created.serviceId } })
    return { ...created, stageId: stage.id }
  }

  async approve(recordId: string): Promise<void> {
    const record = await this.database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
    const plan = await this.database.db.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })
    await approveDeploy(await this.person('jonas'), { recordId, planHash: plan.hash })
  }

  /** The record once it ended; another end than the wanted one is told with everything that is known. */
  async ended(recordId: string, wanted: 'succeeded' | 'failed' | 'cancelled' = 'succeeded', withinMs = 30_000) {
    const record = await this.until(
      'the deploy to end',
      () => this.database.db.deployRecord.findFirst({ where: { id: recordId, endedAt: { not: null } } }),
      withinMs,
    )
    if (record.state !== wanted) throw new Error(`ended ${record.state}\n${await this.report()}`)
    return record
  }

  /** What the units of a stage answer over HTTP, by ordinal. */
  async answers(stageId: string): Promise<string[]> {
    const live = await this.database.db.allocation.findMany({
      where: { to: null, unit: { stageId } },
      include: { machine: true },
      orderBy: { unit: { ordinal: 'asc' } },
    })
    return Promise.all(
      live.map(({ ports, machine }) =>
        fetch(`http://${machine.address}:${(ports as { http: number }).http}/`).then(
          (response) => response.text(),
          (error: Error) => `no answer: ${error.message}`,
        ),
      ),
    )
  }

  pidsOf(unitId: string): number[] {
    return pidsOfUnit(unitId)
  }
}
