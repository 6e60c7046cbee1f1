import { requestDeploy } from '@/lib/deploys/request-deploy'
import { operateMachine } from '@/lib/machines/operate-machine'
import type { MachineAct } from '@/lib/machines/views'
import { Random } from '@/lib/testing/model/random'
import { check } from './checker/checker'
import { nothingIsLeft } from './checker/gone'
import type { Scene } from './checker/look'
import { Watch } from './checker/watch'
import { type Experiment, nameOf } from './experiments'
import { type FaultName, faults, needsDisk } from './faults'
import { reach } from './moments'
import type { Rig } from './rig'
import { type Change, victimOf, workloads } from './workloads'

export interface Result {
  readonly name: string
  readonly seed: number
  /** When it struck, and how the change ended. */
  readonly moment: string
  readonly ended: string
  readonly seconds: number
  /** Empty = everything held. */
  readonly violations: readonly string[]
  readonly known?: string | undefined
  /** Why it could not be carried out here. */
  readonly skipped?: string
}

/** These take units away themselves, so that nobody can promise how many serve. */
const takesUnits: readonly FaultName[] = ['kill unit', 'kill machine', 'disk read-only', 'disk set back', 'half a package', 'damaged cache']

export async function runExperiment(
  rig: Rig,
  experiment: Experiment,
  { seed, service }: { seed: number; service: string },
): Promise<Result> {
  const name = nameOf(experiment)
  const began = performance.now()
  const told = { name, seed, moment: '–', ended: '–', known: experiment.known }
  const result = (violations: readonly string[], more: Partial<Result> = {}): Result => ({
    ...told,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    violations,
    ...more,
  })
  if (needsDisk.includes(experiment.fault) && ![...rig.machines.values()].every(({ hasDisk }) => hasDisk))
    return result([], { skipped: 'no disk may be mounted here' })
  try {
    const change = await workloads[experiment.workload](rig, service)
    const { moment, seen } = await strikeDuring(rig, experiment, change, new Random(seed))
    told.moment = moment
    const record = await rig.stack.database.db.deployRecord.findUniqueOrThrow({ where: { id: change.recordId } })
    told.ended = record.code ? `${record.state} (${record.code})` : record.state
    const wrongEnd =
      experiment.ends && record.state !== experiment.ends
        ? [`the change should have ${experiment.ends}: ${record.state}, ${record.message}`]
        : []
    const scene = { pool: rig.stack.database.pool, stageId: change.stageId, homes: homesOf(rig) }
    await comeToRest(scene)
    const found = [...wrongEnd, ...seen, ...(await check(scene))]
    return result([...found, ...(await removeService(rig, scene))])
  } catch (error) {
    return result([`it could not be carried out: ${error instanceof Error ? error.message : error}`])
  } finally {
    await restore(rig)
  }
}

const homesOf = (rig: Rig) => new Map([...rig.machines.values()].map(({ name, agent }) => [name, agent.home]))

async function strikeDuring(rig: Rig, { fault, when, forMs = 0, workload }: Experiment, change: Change, random: Random) {
  const watch = await Watch.start(rig.stack.database.pool, change.stageId)
  try {
    const moment = await reach(rig, change.recordId, when, random)
    await faults[fault]({ rig, victim: await victimOf(rig, change), forMs })
    await rig.stack.until(
      'the change to end',
      () => rig.stack.database.db.deployRecord.findFirst({ where: { id: change.recordId, endedAt: { not: null } } }),
      90_000,
    )
    return { moment, seen: await watch.end(workload === 'configure' && !takesUnits.includes(fault) ? 1 : undefined) }
  } finally {
    await watch.end(undefined)
    await change.undo?.()
  }
}

const restless = `
  select 1 from "DeployRecord" where "stageId" = $1 and "endedAt" is null
  union all
  select 1 from "Unit" u join "Placement" p on p.id = u."placementId" where u."stageId" = $1 and u."removedAt" is null
    and not u.held and (u.state <> 'running' or u."releaseId" is distinct from p."releaseId")
  union all
  select 1 from "Machine" where "removedAt" is null and (not connected or "agentRevision" < revision)`

/** Until nothing is under way; after a minute it is looked at as it is. */
async function comeToRest({ pool, stageId }: Scene): Promise<void> {
  let calm = 0
  const end = performance.now() + 60_000
  while (calm < 5 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { rowCount } = await pool.query(restless, [stageId])
    calm = rowCount === 0 ? calm + 1 : 0
  }
}

async function removeService(rig: Rig, scene: Scene): Promise<readonly string[]> {
  await allReady(rig)
  const { recordId } = await requestDeploy(await rig.stack.person('mei'), { stageId: scene.stageId, kind: 'remove', keepData: false })
  const { state } = await rig.stack.database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  if (state === 'awaiting_approval') await rig.stack.approve(recordId)
  await rig.stack.ended(recordId, 'succeeded', 60_000)
  let left: readonly string[] = []
  await rig.stack.until('nothing to be left', async () => (left = await nothingIsLeft(scene)).length === 0, 10_000).catch(() => undefined)
  return left
}

/** What an operator does after a fault: looks, and puts machines to use again. */
const nextAct: Readonly<Record<string, MachineAct | undefined>> = {
  error_detected: 'clear_fault',
  error: 'repaired',
  new: 'init',
  inited: 'bring_online',
}

async function allReady(rig: Rig): Promise<void> {
  const olga = await rig.stack.person('olga')
  await rig.stack.until(
    'all machines to be ready again',
    async () => {
      const machines = await rig.stack.database.db.machine.findMany({
        where: { removedAt: null, name: { in: [...rig.machines.keys()] } },
        include: { _count: { select: { signals: { where: { raisedAt: { not: null } } } } } },
      })
      for (const { id, state, connected, _count } of machines) {
        // What keeps new units away for a while ends by the word of whoever brings it online.
        const act = nextAct[state] ?? (_count.signals > 0 ? 'stand_by' : undefined)
        if (act && connected) await operateMachine(olga, { machineId: id, act }).catch(() => undefined)
      }
      return machines.every(({ state, connected, _count }) => state === 'ready' && connected && _count.signals === 0)
    },
    45_000,
  )
}

/** The next experiment finds whole machines, whatever became of this one. */
async function restore(rig: Rig): Promise<void> {
  for (const { link, agent, mends } of rig.machines.values()) {
    for (const mend of mends.splice(0)) mend()
    link.heal()
    agent.signal('SIGCONT')
  }
  await allReady(rig).catch(() => undefined)
}
