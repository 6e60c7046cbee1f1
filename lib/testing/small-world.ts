import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { type JobName, jobs } from '@/lib/queue/jobs'
import { processors } from '@/workers/processors'
import { CrashPoint } from './model/crash'
import { letWork } from './model/model-agent'
import { Random } from './model/random'
import { actorOf, makeWorld, type World } from './model/world'

/** The model's small installation, driven step by step: for tests that tell one story about the engine. */
export class SmallWorld {
  private constructor(readonly world: World) {}

  static async make(seed = 1): Promise<SmallWorld> {
    clock.reset()
    return new SmallWorld(await makeWorld(new Random(seed), new CrashPoint(), processors))
  }

  get stageId(): string {
    return this.world.stages.production
  }

  person(name: keyof World['people']): Promise<PersonActor> {
    return actorOf(this.world.people[name])
  }

  /** Asks for a first installation of three units in production. */
  async requestInstall(count = 3): Promise<string> {
    const placement = await db.placement.findFirstOrThrow({ where: { stageId: this.stageId } })
    const { recordId } = await requestDeploy(await this.person('dev'), {
      stageId: this.stageId,
      kind: 'install',
      packageVersionId: this.world.versions[0],
      values: { message: 'hello' },
      counts: { [placement.id]: count },
    })
    return recordId
  }

  async hashOf(recordId: string): Promise<string> {
    const record = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
    return (await db.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })).hash
  }

  async approve(recordId: string): Promise<void> {
    await approveDeploy(await this.person('admin'), { recordId, planHash: await this.hashOf(recordId) })
  }

  /** Carries every waiting message until none is left. */
  async carryAll(): Promise<void> {
    for (;;) {
      const [row] = await db.$queryRaw<
        { id: bigint; job: JobName; payload: unknown }[]
      >`select id, job, payload from "Outbox" where "sentAt" is null order by id limit 1`
      if (!row) return
      await db.$executeRaw`delete from "Outbox" where id = ${row.id}`
      const run = processors[row.job] as (payload: unknown, hand: { workerId: string; signal: AbortSignal }) => Promise<void>
      await run(jobs[row.job].parse(row.payload), { workerId: 'test', signal: new AbortController().signal })
    }
  }

  /** All agents do what they are told, and well. */
  async agentsWork(goodLuck = 1): Promise<void> {
    await letWork(this.world.agents, 1, goodLuck)
    for (const agent of this.world.agents) await agent.deliver(true)
  }

  /** Everything until the record has ended. */
  async finish(recordId: string): Promise<void> {
    for (let turn = 0; turn < 40; turn++) {
      await this.carryAll()
      await this.agentsWork()
      await this.carryAll()
      const record = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
      if (record.endedAt) return
      for (const agent of this.world.agents) agent.recover()
    }
    throw new Error('The record did not end.')
  }

  async install(): Promise<string> {
    const recordId = await this.requestInstall()
    await this.approve(recordId)
    await this.finish(recordId)
    return recordId
  }
}
