import { setTimeout as sleep } from 'node:timers/promises'
import type { Hub } from '@/bench/hub/hub'
import { untilEnded } from '@/bench/hub/until-ended'
import { type PersonActor, systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import { transaction } from '@/lib/db/transaction'
import { createService } from '@/lib/deploys/create-service'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { AppError } from '@/lib/errors'
import { createJoinToken } from '@/lib/machines/create-join-token'
import type { Contender } from './contender'
import type { Fleet } from './fleet'
import { entriesOf } from './payload'

const pool = 'test'

/** The product: the clock runs from the call of the use case to the commit that says `succeeded`. */
export class Tengen implements Contender {
  readonly name = 'tengen'
  ports: ReadonlyMap<string, number> = new Map()
  /** How long the request itself took: plan, reservations, hash, all in one transaction. */
  requestMs = 0
  private version = { id: '', round: 0 }
  private actor!: PersonActor
  private stageId = ''

  constructor(
    readonly hub: Hub,
    private readonly fleet: Fleet,
    private readonly program: Buffer,
  ) {}

  /** All hosts joined, ready, and with their facts told. */
  async join(): Promise<void> {
    await this.fleet.start(
      `ws://198.18.0.1:${this.hub.port}/ws/agent`,
      async (machineName) => (await createJoinToken(systemActor('bench'), { pool, machineName })).token,
    )
    const count = () => this.hub.connections.db.machine.count({ where: { state: 'ready', connected: true, cpuMillis: { gt: 0 } } })
    for (const end = performance.now() + 120_000; (await count()) < this.fleet.hosts.length; await sleep(200)) {
      if (performance.now() > end) throw new Error(`Only ${await count()} hosts joined.\n${this.fleet.report()}\n${this.hub.said()}`)
    }
    this.actor = await this.hub.person('mei')
  }

  async prepare(round: number): Promise<void> {
    const entries = entriesOf(`1.0.${round}`, this.program)
    const { versionId } = await transaction((tx) =>
      publishEntries(tx, systemActor('bench'), { organizationId: null, origin: 'bench', entries }),
    )
    this.version = { id: versionId, round }
  }

  async deploy(): Promise<void> {
    const { db } = this.hub.connections
    const runtime = await db.runtime.findUniqueOrThrow({ where: { name: pool } })
    const began = performance.now()
    const created = await createService(this.actor, {
      organization: 'harbor',
      application: 'shop',
      name: `bench-${this.version.round}`,
      packageVersionId: this.version.id,
      runtimeId: runtime.id,
      count: this.fleet.hosts.length,
    })
    this.requestMs = performance.now() - began
    await this.succeeded(created.recordId)
    const stage = await db.stage.findFirstOrThrow({ where: { serviceId: created.serviceId } })
    this.stageId = stage.id
    const allocations = await db.allocation.findMany({ where: { to: null, unit: { stageId: stage.id } }, include: { machine: true } })
    this.ports = new Map(allocations.map(({ machine, ports }) => [machine.name, (ports as { http: number }).http]))
  }

  /** The same service with another config value: every host writes its file anew. */
  async configure(): Promise<void> {
    const { recordId } = await requestDeploy(this.actor, {
      stageId: this.stageId,
      kind: 'configure',
      values: { level: `debug${this.version.round}` },
    })
    await this.succeeded(recordId)
  }

  async clear(): Promise<void> {
    const { recordId } = await requestDeploy(this.actor, { stageId: this.stageId, kind: 'remove' })
    await this.succeeded(recordId)
  }

  /** Asks for what is there already. How long until it is known that nothing is to be done. */
  async deployAgain(): Promise<void> {
    try {
      await requestDeploy(this.actor, { stageId: this.stageId, kind: 'configure', values: { level: `debug${this.version.round}` } })
    } catch (error) {
      if (error instanceof AppError && error.code === 'nothing_to_do') return
      throw error
    }
    throw new Error('It was deployed although nothing had changed.')
  }

  private async succeeded(recordId: string): Promise<void> {
    try {
      await untilEnded(this.hub, recordId)
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.fleet.report()}`)
    }
  }
}
