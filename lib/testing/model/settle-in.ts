import { db } from '@/lib/db/client'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { countFailovers } from '@/lib/machines/count-failovers'
import { courierDrain } from './courier'
import { letWork } from './model-agent'
import { actorOf, type World } from './world'

/** A calm while: every message is carried, every agent does all it is told, and what was started comes up. */
export async function goodWhile(world: World, goodLuck = 0.95): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const carried = await courierDrain(world)
    await letWork(world.agents, 1, goodLuck)
    for (const agent of world.agents) agent.recover()
    const speaking = world.agents.filter(({ connected, waiting }) => connected && waiting > 0)
    for (const agent of speaking) await agent.deliver(true)
    await findMachines()
    // Nobody has anything more to say or to do.
    if (carried + speaking.length === 0) return
  }
  await courierDrain(world)
}

/** Lost machines are heard again, but for those whose units are on their way elsewhere. */
export async function findMachines(): Promise<void> {
  for (const machine of await db.machine.findMany({ where: { state: 'error_detected' } })) {
    if ((await countFailovers(db, machine)) > 0) continue
    await db.machine.updateMany({ where: { id: machine.id, state: 'error_detected' }, data: { state: 'ready', stateBefore: null } })
  }
}

/** Most sequences begin with a service that runs: what happens to those is where the rules matter. */
export async function settleIn(world: World): Promise<void> {
  const stageId = world.stages.production
  const placement = await db.placement.findFirstOrThrow({ where: { stageId } })
  const { recordId } = await requestDeploy(await actorOf(world.people.dev), {
    stageId,
    kind: 'install',
    packageVersionId: world.versions[0],
    values: { message: 'm0', workers: 1 },
    counts: { [placement.id]: 2 + world.random.int(2) },
  })
  const plan = await db.plan.findFirstOrThrow({ where: { recordId } })
  await approveDeploy(await actorOf(world.people.admin), { recordId, planHash: plan.hash })
  await goodWhile(world, 1)
}
