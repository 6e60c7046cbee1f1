import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { type FoundTarget, machineTargets } from '@/lib/commands/find-targets'
import { waveSizes } from '@/lib/commands/in-waves'
import { openCommand } from '@/lib/commands/open-command'
import { insistSame, type OpenedCommand } from '@/lib/commands/run-command'
import { db, type Tx } from '@/lib/db/client'
import type { AgentBuild, Runtime } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { live } from '@/lib/deploys/deploy-lifecycle'
import { AppError, notFound } from '@/lib/errors'
import { pace } from '@/lib/pace'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { updatesSince } from '@/lib/protocol/command'
import type { AgentUpdatePreview, UpdateAgentsAsk } from './views'

interface UpdatePlan {
  readonly pool: Runtime
  readonly build: AgentBuild
  readonly waves: readonly number[]
  readonly targets: readonly FoundTarget[]
  readonly leftOut: readonly FoundTarget[]
  readonly document: Record<string, unknown>
  readonly hash: string
}

/** Gives the machines of a pool this hub's agent, wave by wave; the first failure stops the rest. For operators. */
export async function updateAgents(actor: Actor, ask: UpdateAgentsAsk): Promise<OpenedCommand> {
  return transaction(async (tx) => {
    const plan = await planUpdate(tx, actor, ask)
    insistSame(plan, ask.expectedHash)
    await insistAlone(tx, plan.pool)
    const { build, waves, targets } = plan
    const agent = { version: build.version, digest: build.digest, sizeBytes: build.sizeBytes }
    const timeoutMs = pace('agentUpdate')
    const text = canonicalJson({ argv: null, script: null, timeoutMs, agent })
    const record = await openCommand(tx, actor, {
      kind: 'update_agent',
      plan: {
        ...plan,
        environment: plan.pool.environment,
        content: { digest: sha256Hex(text), text },
        summary: summaryOf(build.version, waves, targets.length),
      },
      timeoutMs,
      request: { agent, waves },
      waves,
      parallel: null,
      failuresAllowed: 0,
      service: null,
      name: plan.pool.name,
      reason: ask.reason,
      retryOfId: null,
    })
    return { recordId: record.id, number: record.number }
  })
}

export async function previewAgentUpdate(actor: Actor, ask: UpdateAgentsAsk): Promise<AgentUpdatePreview> {
  const { hash, build, waves, targets, leftOut } = await planUpdate(db, actor, ask)
  return {
    expectedHash: hash,
    version: build.version,
    waves: [...waves],
    targets: targets.map((target) => target.view),
    leftOut: leftOut.map((target) => target.view),
  }
}

/** The newest that came with the hub. */
export const findBuild = (tx: Tx): Promise<AgentBuild | null> => tx.agentBuild.findFirst({ orderBy: { publishedAt: 'desc' } })

async function planUpdate(tx: Tx, actor: Actor, { pool: name, first, percent }: UpdateAgentsAsk): Promise<UpdatePlan> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  const pool = await tx.runtime.findFirst({ where: { name, kind: 'pool' } })
  if (!pool) throw notFound('This pool')
  const build = await findBuild(tx)
  if (!build) throw new AppError('conflict', 'This hub came without an agent file.', { reason: 'no_agent_file' })
  const machines = await tx.machine.findMany({
    where: { runtimeId: pool.id, removedAt: null },
    select: { id: true, name: true, agentVersion: true },
  })
  const current = new Set(machines.filter((machine) => machine.agentVersion === build.version).map((machine) => machine.id))
  const behind = machines.filter((machine) => !current.has(machine.id))
  const found = await machineTargets(
    tx,
    behind.map((machine) => machine.name),
    updatesSince,
  )
  const targets = found.filter((target) => !target.view.whyNot)
  if (targets.length === 0) throw new AppError('conflict', 'No machine of this pool can be updated now.', { reason: 'no_targets' })
  const waves = waveSizes(targets.length, { first, percent })
  const document = {
    kind: 'update_agent',
    subject: { platform: 'agents', pool: pool.name },
    environment: pool.environment,
    agent: { version: build.version, digest: build.digest },
    targets: targets.map((target) => target.machineId),
    waves,
  }
  return {
    pool,
    build,
    waves,
    targets,
    leftOut: found.filter((target) => target.view.whyNot),
    document,
    hash: sha256Hex(canonicalJson(document)),
  }
}

/** Two at once in a pool would not be waves any more. */
async function insistAlone(tx: Tx, pool: Runtime): Promise<void> {
  await tx.$queryRaw`select 1 from "Runtime" where id = ${pool.id} for update`
  const other = await findLiveUpdate(tx, pool.id)
  if (other) throw new AppError('conflict', `Update #${other.number} of this pool is under way.`, { reason: 'update_under_way' })
}

/** Pool → the update under way in it. */
export async function findLiveUpdates(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const found = await tx.deployRecord.findMany({
    where: { kind: 'update_agent', state: { in: [...live] } },
    select: { number: true, targets: { select: { runtimeId: true } } },
  })
  return new Map(found.flatMap(({ number, targets }) => targets.map(({ runtimeId }) => [runtimeId, number] as const)))
}

export const findLiveUpdate = (tx: Tx, runtimeId: string) =>
  tx.deployRecord.findFirst({
    where: { kind: 'update_agent', state: { in: [...live] }, targets: { some: { runtimeId } } },
    select: { number: true },
  })

const summaryOf = (version: string, waves: readonly number[], tasks: number) => ({
  counts: { create: 0, change: 0, restart: 0, replace: 0, remove: 0 },
  tasks,
  layers: waves.length,
  estimateMs: null,
  rolling: null,
  machines: [],
  runtimes: [],
  dependents: [],
  undo: { how: 'none' as const, to: null },
  onFailure: 'stop' as const,
  dataLost: [],
  warnings: [],
  placed: [],
  notChosen: [],
  agent: { version, waves: [...waves] },
})
