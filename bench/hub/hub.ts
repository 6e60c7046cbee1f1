import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CpuGroup } from '@/bench/cpu-group'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { type Connections, connect, useConnections } from '@/lib/db/client'
import { applicationRole, ensureDatabase, ownerRole } from '@/lib/db/database-roles'
import { startCluster, stopCluster } from '@/lib/db/embedded-postgres'
import { setEnv } from '@/lib/env'
import { freePort } from '@/lib/testing/free-port'
import { signedIn } from '@/lib/testing/signed-in'
import { seed } from '@/prisma/seed'
import { buildPrograms, Program, type ProgramName, removePrograms } from './programs'
import { Statements } from './statements'

const root = path.join(import.meta.dirname, '../..')
const superuser = 'postgres'

export interface HubOptions {
  /** A folder of this run that is thrown away afterwards. */
  readonly folder: string
  /** Where the gateway listens. */
  readonly host: string
  readonly group: CpuGroup
  readonly programs: readonly ProgramName[]
  readonly profile?: string | undefined
  /** The database counts what it is asked. */
  readonly counts?: boolean
  /** Missing: jobs and news go by PostgreSQL. */
  readonly redisUrl?: string | undefined
  /** Private networks that it may dial. */
  readonly outgoingAllow?: string | undefined
}

/** The product without its pages: PostgreSQL as shipped (everything durable), gateway and worker as processes of their own. */
export class Hub {
  /** With `--profile`, or `counts`: what the database is asked. */
  statements: Statements | undefined

  readonly connections: Connections
  readonly superuserUrl: string
  readonly port: number
  private readonly programs = new Map<ProgramName, Program>()
  /** What gateways have used that are no more. */
  private endedMs = 0

  private constructor(
    private readonly options: HubOptions,
    private readonly env: Readonly<Record<string, string>>,
    { connections, superuserUrl, port }: Pick<Hub, 'connections' | 'superuserUrl' | 'port'>,
  ) {
    this.connections = connections
    this.superuserUrl = superuserUrl
    this.port = port
  }

  static async start(options: HubOptions): Promise<Hub> {
    const [password, master] = [randomBytes(18).toString('hex'), randomBytes(32).toString('base64')]
    const dir = path.join(options.folder, 'postgres')
    const settings = { synchronous_commit: 'on', ...(options.profile || options.counts ? Statements.settings : {}) }
    const cluster = await startCluster({ root, dir, port: await freePort(), superuser, password, settings })
    options.group.adopt(cluster.pid)
    const url = (role: string, database = 'tengen') => `postgresql://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
    try {
      await ensureDatabase(url(superuser, 'postgres'), 'tengen', { owner: password, application: password })
      migrate(url(applicationRole), url(ownerRole))
      const port = await freePort()
      const env = environment(options, { url: url(applicationRole), port, master })
      setEnv(env)
      const connections = connect(env.DATABASE_URL, 10)
      useConnections(connections)
      await Promise.all([seed(root), options.programs.length > 0 ? buildPrograms() : undefined])
      const hub = new Hub(options, env, { connections, superuserUrl: url(superuser), port })
      for (const name of options.programs) hub.programs.set(name, Program.start(name, { ...options, env }))
      if (options.profile || options.counts) hub.statements = await Statements.open(hub.superuserUrl, options.profile)
      if (options.programs.includes('gateway')) await hub.untilReady()
      return hub
    } catch (error) {
      stopCluster(root, dir, 'immediate')
      throw error
    }
  }

  program(name: ProgramName): Program {
    const found = this.programs.get(name)
    if (!found) throw new Error(`The ${name} was not started.`)
    return found
  }

  /** As an update of the hub does: the old gateway ends in good order, then the new one begins. */
  async restartGateway(): Promise<void> {
    this.endedMs += this.program('gateway').usedMs()
    await this.program('gateway').stop()
    this.programs.set('gateway', Program.start('gateway', { ...this.options, env: this.env }))
    await this.untilReady()
  }

  /** One that nobody asks by its port; `isHard` gives it no time to say goodbye. */
  async endProgram(name: ProgramName, isHard = false): Promise<void> {
    this.endedMs += this.program(name).usedMs()
    await (isHard ? this.program(name).kill() : this.program(name).stop())
  }

  beginProgram(name: ProgramName): void {
    this.programs.set(name, Program.start(name, { ...this.options, env: this.env }))
  }

  private async untilReady(): Promise<void> {
    for (const end = performance.now() + 30_000; performance.now() < end; await sleep(20)) {
      const answer = await fetch(`http://${this.options.host}:${this.port}/api/health/live`).catch(() => undefined)
      if (answer?.ok) return
    }
    throw new Error(`The gateway does not answer.\n${this.said()}`)
  }

  /** Of the database alone: what is left of all. */
  databaseMs(): number {
    return [...this.programs.values()].reduce((left, program) => left - program.usedMs(), this.usedMs() - this.endedMs)
  }

  /** Milliseconds of CPU of all that belongs to it, PostgreSQL included. */
  usedMs(): number {
    return this.options.group.usedMs()
  }

  said(): string {
    return [...this.programs.values()].map((program) => program.output.slice(-4000)).join('\n')
  }

  async person(name: string): Promise<PersonActor> {
    const user = await this.connections.db.user.findUniqueOrThrow({ where: { email: `${name}@demo.tengen.test` } })
    return signedIn(user.id)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.programs.values()].map((program) => program.stop()))
    await closeBus()
    await this.statements?.close()
    await this.connections.db.$disconnect()
    await this.connections.pool.end()
    stopCluster(root, path.join(this.options.folder, 'postgres'), 'immediate')
    removePrograms()
  }
}

const environment = (
  { host, folder, redisUrl, outgoingAllow }: HubOptions,
  { url, port, master }: { url: string; port: number; master: string },
) => ({
  NODE_ENV: 'production',
  DATABASE_URL: url,
  GATEWAY_HOST: host,
  GATEWAY_PORT: String(port),
  // One person asks as much as thousands do: counted like them, and never too much.
  API_REQUESTS_PER_MINUTE: '1000000000',
  PUBLIC_HOSTS: host,
  METRICS_PORT: '0',
  WORKER_METRICS_PORT: '0',
  TENGEN_HOME: path.join(folder, 'home'),
  TENGEN_MASTER_KEY: master,
  LOG_LEVEL: 'warn',
  ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  ...(outgoingAllow ? { OUTGOING_ALLOW: outgoingAllow } : {}),
})

function migrate(applicationUrl: string, ownerUrl: string): void {
  // A process of its own: the schema engine leaves a timer behind.
  const env = { ...process.env, DATABASE_URL: applicationUrl, DATABASE_OWNER_URL: ownerUrl }
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/migrate.ts'], { cwd: root, env, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`The migration failed:\n${run.stdout}${run.stderr}`)
}

/** A hub on loopback in a folder of its own, both thrown away afterwards. */
export async function withHub<T>(
  options: Pick<HubOptions, 'programs' | 'profile' | 'redisUrl' | 'counts' | 'outgoingAllow'>,
  use: (hub: Hub, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-bench-'))
  // PostgreSQL's own account must be able to pass through.
  chmodSync(folder, 0o755)
  const group = CpuGroup.make(`tengen-bench-hub-${process.pid}`)
  try {
    const hub = await Hub.start({ ...options, folder, host: '127.0.0.1', group })
    try {
      return await use(hub, folder)
    } finally {
      await hub.stop()
    }
  } finally {
    group.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}
