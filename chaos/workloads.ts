import { requestDeploy } from '@/lib/deploys/request-deploy'
import { tendMachine } from '@/lib/machines/tend-machine'
import type { Machine, Rig } from './rig'

/** A change that is under way, and the machine on which it does its work. */
export interface Change {
  readonly stageId: string
  readonly recordId: string
  readonly undo?: () => Promise<void>
}

type Workload = (rig: Rig, name: string) => Promise<Change>

const install =
  (count: number): Workload =>
  async ({ stack }, name) => {
    const { stageId, recordId } = await stack.install(name, 'witness', '1.0.0', count, { message: 'first' })
    return { stageId, recordId }
  }

/** What runs already when the change begins. */
async function settled(rig: Rig, name: string, count: number): Promise<string> {
  const { stageId, recordId } = await install(count)(rig, name)
  await rig.stack.ended(recordId, 'succeeded', 60_000)
  return stageId
}

const configure: Workload = async (rig, name) => {
  const stageId = await settled(rig, name, 3)
  const { recordId } = await requestDeploy(await rig.stack.person('mei'), { stageId, kind: 'configure', values: { message: 'second' } })
  await rig.stack.approve(recordId)
  return { stageId, recordId }
}

const scale =
  (from: number, to: number): Workload =>
  async (rig, name) => {
    const stageId = await settled(rig, name, from)
    const placement = await rig.stack.database.db.placement.findFirstOrThrow({ where: { stageId } })
    const counts = { [placement.id]: to }
    const { recordId } = await requestDeploy(await rig.stack.person('mei'), { stageId, kind: 'scale', counts })
    await rig.stack.approve(recordId)
    return { stageId, recordId }
  }

const machineOfFirstUnit = (rig: Rig, stageId: string) =>
  rig.stack.database.db.machine.findFirstOrThrow({ where: { allocations: { some: { to: null, unit: { stageId, ordinal: 0 } } } } })

const recordOf = (rig: Rig, stageId: string, kind: 'migrate' | 'failover') =>
  rig.stack.until(`a ${kind}`, () => rig.stack.database.db.deployRecord.findFirst({ where: { stageId, kind } }), 60_000)

const move: Workload = async (rig, name) => {
  const stageId = await settled(rig, name, 2)
  const { id: machineId } = await machineOfFirstUnit(rig, stageId)
  const olga = await rig.stack.person('olga')
  await tendMachine(olga, { machineId, care: 'drain' })
  const { id: recordId } = await recordOf(rig, stageId, 'migrate')
  return { stageId, recordId, undo: () => tendMachine(olga, { machineId, care: 'end_drain' }) }
}

/** A machine is cut off until its units are served elsewhere; then it is heard again, with the old ones still on it. */
const failover: Workload = async (rig, name) => {
  const stageId = await settled(rig, name, 2)
  const lost = rig.machine((await machineOfFirstUnit(rig, stageId)).name)
  const cut = () => void Object.assign(lost.link.toHub, { held: true })
  cut()
  lost.link.toAgent.held = true
  lost.link.tear()
  const { id: recordId } = await recordOf(rig, stageId, 'failover')
  return { stageId, recordId, undo: async () => lost.link.heal() }
}

export const workloads = { install: install(3), configure, 'scale out': scale(1, 3), 'scale in': scale(3, 1), move, failover } as const
export type WorkloadName = keyof typeof workloads

/** The machine that carries out the change, once its plan says so. */
export async function victimOf(rig: Rig, { recordId }: Change): Promise<Machine> {
  const { rows } = await rig.stack.database.pool.query<{ name: string }>(
    `select m.name from "Task" t join "Machine" m on m.id = t."machineId" where t."recordId" = $1
     order by t.verb = 'switch' desc, t.index limit 1`,
    [recordId],
  )
  const name = rows[0]?.name
  if (!name) throw new Error('The plan names no machine.')
  return rig.machine(name)
}
