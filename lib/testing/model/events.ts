import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import type { DeployState } from '@/lib/db/generated/enums'
import { transaction } from '@/lib/db/transaction'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { endOverdue } from '@/lib/deploys/end-overdue'
import { giveUpDeploy } from '@/lib/deploys/give-up-deploy'
import { overrideApproval } from '@/lib/deploys/override-approval'
import { pauseDeploy, resumeDeploy } from '@/lib/deploys/pause-deploy'
import { rejectDeploy } from '@/lib/deploys/reject-deploy'
import { requestAutomation } from '@/lib/deploys/request-automation'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { retryDeploy } from '@/lib/deploys/retry-deploy'
import { rollBackDeploy } from '@/lib/deploys/roll-back-deploy'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { withdrawApproval } from '@/lib/deploys/withdraw-approval'
import { weekdays } from '@/lib/policies/schema'
import { askRecordsAgain } from '@/lib/policies/set-policy'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { courierStep } from './courier'
import { mischief } from './mischief'
import { letWork } from './model-agent'
import { findMachines, goodWhile } from './settle-in'
import { actorOf, type World } from './world'

type Step = (world: World) => Promise<unknown>

const environments = ['production', 'production', 'production', 'test'] as const
const hour = 3_600_000

/** Somebody's request: install first, then anything that fits what there is. */
const request: Step = async (world) => {
  const { random } = world
  const environment = random.pick(environments) ?? 'production'
  const stage = await db.stage.findUniqueOrThrow({
    where: { id: world.stages[environment] },
    include: { placements: true, releases: true },
  })
  const placement = stage.placements[0]
  if (!placement) return
  const actor = await actorOf(world.people[random.pick(['dev', 'dev', 'admin'] as const) ?? 'dev'])
  const count = 1 + random.int(3)
  const base = {
    stageId: stage.id,
    onFailure: random.chance(0.3) ? ('roll_back' as const) : ('stop' as const),
    ...(random.chance(0.15) ? { notBefore: new Date(clock.nowMs() + (1 + random.int(20)) * hour).toISOString() } : {}),
  }
  const values = { message: `m${random.int(3)}`, workers: 1 + random.int(2) }
  const packageVersionId = random.pick(world.versions)
  const releaseId = random.pick(stage.releases)?.id
  const install = () => requestDeploy(actor, { ...base, kind: 'install', packageVersionId, values, counts: { [placement.id]: count } })
  if (!stage.releaseId) return install()
  const unit = random.pick(await db.unit.findMany({ where: { stageId: stage.id, removedAt: null } }))
  return random.weighted<() => Promise<unknown>>([
    [4, () => requestDeploy(actor, { ...base, kind: 'upgrade', packageVersionId, values })],
    [4, () => requestDeploy(actor, { ...base, kind: 'configure', values })],
    [3, () => requestDeploy(actor, { ...base, kind: 'scale', counts: { [placement.id]: random.int(4) } })],
    [3, () => requestDeploy(actor, { ...base, kind: 'resize', size: { cpuMillis: 100 * (1 + random.int(3)), memoryMib: null } })],
    [2, () => requestDeploy(actor, { ...base, kind: 'restart', ...(unit ? { unitIds: [unit.id] } : {}) })],
    [1, () => requestDeploy(actor, { ...base, kind: random.pick(['stop', 'start'] as const) ?? 'stop' })],
    [0.7, () => requestDeploy(actor, { ...base, kind: 'migrate', unitIds: unit ? [unit.id] : [] })],
    [2, () => requestDeploy(actor, { ...base, kind: 'rollback', releaseId })],
    [1, () => requestDeploy(actor, { ...base, stageId: world.stages.production, kind: 'promote' })],
    [1, async () => requestDeploy(await actorOf(world.people.admin), { ...base, kind: 'accept', releaseId })],
    [0.3, () => requestDeploy(actor, { ...base, kind: 'remove' })],
  ])()
}

const recordIn = async (world: World, ...states: DeployState[]): Promise<DeployRecord | undefined> =>
  world.random.pick(
    await db.deployRecord.findMany({ where: { organizationId: world.organizationId, state: { in: states } }, orderBy: { number: 'asc' } }),
  )

const hashOf = async (world: World, record: DeployRecord): Promise<string> => {
  const plans = await db.plan.findMany({ where: { recordId: record.id }, orderBy: { createdAt: 'asc' } })
  const shown = world.random.chance(0.8) ? plans.at(-1) : world.random.pick(plans)
  return shown?.hash ?? 'none'
}

const anybody = (world: World) => actorOf(world.random.pick(Object.values(world.people)) ?? world.people.dev)

const approve: Step = async (world) => {
  const record = await recordIn(world, 'awaiting_approval')
  if (record) await approveDeploy(await anybody(world), { recordId: record.id, planHash: await hashOf(world, record) })
}

const approveTwiceAtOnce: Step = async (world) => {
  const record = await recordIn(world, 'awaiting_approval')
  if (!record) return
  const planHash = await hashOf(world, record)
  const people = [await actorOf(world.people.admin), await actorOf(world.people.second)]
  await Promise.allSettled(people.map((person) => approveDeploy(person, { recordId: record.id, planHash })))
}

const override: Step = async (world) => {
  const record = await recordIn(world, 'awaiting_approval', 'queued')
  if (record)
    await overrideApproval(await anybody(world), { recordId: record.id, planHash: await hashOf(world, record), reason: 'the shop is down' })
}

const reject: Step = async (world) => {
  const record = await recordIn(world, 'awaiting_approval')
  if (record) await rejectDeploy(await anybody(world), { recordId: record.id, reason: 'not now' })
}

const withdraw: Step = async (world) => {
  const record = await recordIn(world, 'queued', 'awaiting_approval')
  if (record) await withdrawApproval(await anybody(world), { recordId: record.id })
}

const cancel: Step = async (world) => {
  const record = await recordIn(world, 'planning', 'awaiting_approval', 'queued', 'running', 'running', 'paused')
  if (record) await cancelDeploy(await anybody(world), { recordId: record.id })
}

const pauseOrResume: Step = async (world) => {
  const record = await recordIn(world, 'running', 'paused')
  if (record) await (record.state === 'running' ? pauseDeploy : resumeDeploy)(await anybody(world), { recordId: record.id })
}

const giveUp: Step = async (world) => {
  const record = await recordIn(world, 'cancelling')
  if (record) await giveUpDeploy(await anybody(world), { recordId: record.id })
}

const retry: Step = async (world) => {
  const record = await recordIn(world, 'failed', 'cancelled')
  if (record) await retryDeploy(await anybody(world), { recordId: record.id })
}

const rollBack: Step = async (world) => {
  const record = await recordIn(world, 'failed', 'succeeded', 'running', 'cancelling')
  if (record) await rollBackDeploy(await anybody(world), { recordId: record.id, cancelFirst: world.random.chance(0.5) })
}

const drain = (stageId: string, unitNames: readonly string[]) =>
  requestAutomation({
    stageId,
    kind: 'migrate',
    unitNames,
    by: 'sweep:drain',
    because: 'model',
    cause: { code: 'machine_drained', values: {} },
  })

/** The unit's machine is lost from here on, until a good while finds it again; with luck that is before anything has moved. */
async function failOver(stageId: string, unitId: string, unitNames: readonly string[]): Promise<void> {
  const place = await db.allocation.findFirst({ where: { unitId, to: null } })
  const lost = { state: 'error_detected', stateBefore: 'ready', stateSince: clock.now() } as const
  await db.machine.updateMany({ where: { id: place?.machineId ?? '' }, data: lost })
  const asked = await requestAutomation({ stageId, kind: 'failover', unitNames, by: 'sweep:failover', because: 'model' })
  if (!asked) await findMachines()
}

/** Automation's events: something is not as it should be, or a machine seems lost. */
const automation: Step = async (world) => {
  const stageId = world.stages[world.random.pick(environments) ?? 'production']
  const kind = world.random.weighted([
    [6, 'repair'],
    [2.7, 'failover'],
    [1.3, 'migrate'],
  ] as const)
  if (kind === 'repair') return requestAutomation({ stageId, kind: 'repair', by: 'sweep:repair', because: 'model' })
  const unit = world.random.pick(await db.unit.findMany({ where: { stageId, removedAt: null, releaseId: { not: null } } }))
  const service = await db.service.findUniqueOrThrow({ where: { id: world.serviceId } })
  if (!unit) return
  const unitNames = [`${service.name}/${unit.ordinal}`]
  if (kind === 'migrate') return drain(stageId, unitNames)
  return failOver(stageId, unit.id, unitNames)
}

const changeRole: Step = async (world) => {
  const userId = world.people[world.random.pick(['admin', 'second'] as const) ?? 'admin']
  const role = world.random.chance(0.6) ? 'admin' : 'developer'
  await db.member.updateMany({ where: { userId, organizationId: world.organizationId }, data: { role } })
}

const changePolicy: Step = async (world) => {
  const { organizationId } = world
  const key = { organizationId_environment: { organizationId, environment: 'production' as const } }
  const { random } = world
  const data = {
    approvals: random.int(3),
    freezes: random.chance(0.4) ? [freezeOf(1 + random.int(12))] : [],
    windows: random.chance(0.4) ? [{ days: [...weekdays], from: '08:00', to: '20:00', zone: 'Europe/Berlin' }] : [],
  }
  await db.approvalPolicy.upsert({ where: key, create: { organizationId, environment: 'production', ...data }, update: data })
  if (random.chance(0.8)) await transaction((tx) => askRecordsAgain(tx, organizationId, 'production'))
}

/** From now on for so many hours. */
const freezeOf = (hours: number) => ({
  from: clock.now().toISOString(),
  to: new Date(clock.nowMs() + hours * hour).toISOString(),
  reason: 'model',
})

/** A secret was rotated, a package suspended, a grant changed: whatever raises the revision of a plan's inputs. */
const touchInputs: Step = async (world) => {
  const stageId = world.stages[world.random.pick(environments) ?? 'production']
  await transaction((tx) => raiseInputs(tx, [stageId]))
}

const agents: Step = async ({ agents, random }) => {
  const agent = random.pick(agents)
  if (!agent) return
  await letWork([agent])
  await agent.deliver()
}

const allAgents: Step = async ({ agents }) => {
  await letWork(agents, 0.8)
  for (const agent of agents) await agent.deliver()
}

const cutOrHeal: Step = async ({ agents, random }) => {
  const agent = random.pick(agents)
  if (agent) agent.connected = random.chance(0.6)
}

const drift: Step = async ({ agents, random }) => {
  const agent = random.pick(agents)
  agent?.drift()
  await agent?.deliver()
}

const passTime: Step = async ({ random }) => {
  clock.advance(
    random.weighted([
      [6, 5_000],
      [3, 30_000],
      [2, 11 * 60_000],
      [0.3, 25 * hour],
      [0.2, 73 * hour],
    ] as const),
  )
}

const courier: Step = async (world) => {
  for (let turn = 1 + world.random.int(4); turn > 0; turn--) await courierStep(world)
}

export const events: readonly (readonly [weight: number, name: string, step: Step])[] = [
  [9, 'request', request],
  [9, 'approve', approve],
  [2, 'approve twice at once', approveTwiceAtOnce],
  [0.7, 'override', override],
  [0.7, 'reject', reject],
  [1, 'withdraw approval', withdraw],
  [2, 'cancel', cancel],
  [1.5, 'pause or resume', pauseOrResume],
  [0.7, 'give up', giveUp],
  [1.5, 'retry', retry],
  [1.5, 'roll back', rollBack],
  [2, 'automation', automation],
  [1, 'change role', changeRole],
  [0.7, 'change policy', changePolicy],
  [1.5, 'touch inputs', touchInputs],
  [6, 'agent', agents],
  [8, 'all agents', allAgents],
  [1.5, 'cut or heal', cutOrHeal],
  [2, 'drift', drift],
  [4, 'mischief', mischief],
  [2, 'pass time', passTime],
  [16, 'courier', courier],
  [12, 'a good while', (world) => goodWhile(world, 0.9)],
  [1.5, 'sweep overdue', () => endOverdue()],
  [1.5, 'sweep stir', () => stirDeploys()],
]
