import type { Actor } from '@/lib/auth/actor'
import { writeBlobTexts } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { approvalsNeeded } from '@/lib/deploys/approvals-standing'
import { askedBy } from '@/lib/deploys/asked-by'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import { nextNumber } from '@/lib/deploys/next-number'
import { queued } from '@/lib/deploys/plan-deploy'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { inWaves } from './in-waves'
import type { CommandPlan } from './plan-command'

export interface OpenCommand {
  readonly kind: 'command' | 'update_agent'
  readonly plan: Pick<CommandPlan, 'environment' | 'targets' | 'document' | 'hash' | 'content' | 'summary'>
  readonly timeoutMs: number
  readonly request: Record<string, unknown>
  /** How many targets go together before the next may; missing = all. */
  readonly waves?: readonly number[]
  readonly parallel: number | null
  readonly failuresAllowed: number
  /** Null: machines themselves. */
  readonly service: { readonly id: string; readonly organizationId: string; readonly applicationId: string } | null
  /** Of the service, or of the pools. */
  readonly name: string
  readonly reason: string | undefined
  readonly retryOfId: string | null
}

/** The record of a command with its plan and a task a target; it starts at once, or waits for approval. */
export async function openCommand(tx: Tx, actor: Actor, open: OpenCommand): Promise<DeployRecord> {
  const { plan, service } = open
  const now = clock.now()
  const record = await tx.deployRecord.create({
    data: {
      organizationId: service?.organizationId ?? null,
      applicationId: service?.applicationId ?? null,
      serviceId: service?.id ?? null,
      stageId: null,
      number: await nextNumber(tx, service?.organizationId ?? null),
      serviceName: open.name,
      environment: plan.environment,
      kind: open.kind,
      stateSince: now,
      createdAt: now,
      undecidedSince: now,
      reason: open.reason || null,
      ...askedBy(actor),
      request: json(open.request),
      expectedHash: plan.hash,
      parallel: open.parallel,
      failuresAllowed: open.failuresAllowed,
      retryOfId: open.retryOfId,
    },
  })
  await writeEvent(tx, actor, {
    name: 'deploy.requested',
    organizationId: record.organizationId,
    subject: { kind: 'deploy', id: record.id },
    data: { kind: open.kind, service: open.name, environment: plan.environment, number: record.number },
  })
  return planned(tx, actor, record, open)
}

async function planned(tx: Tx, actor: Actor, record: DeployRecord, open: OpenCommand): Promise<DeployRecord> {
  const { plan } = open
  const row = await tx.plan.create({
    data: {
      recordId: record.id,
      hash: plan.hash,
      expectedHash: plan.hash,
      inputsRevision: 0,
      summary: json(plan.summary),
      document: json(plan.document),
      diff: [],
      notes: { placements: [], units: [] },
    },
  })
  await writeBlobTexts(tx, new Map([[plan.content.digest, plan.content.text]]), 'application/json')
  await storeTasks(tx, record.id, open)
  const needed = await approvalsNeeded(tx, record)
  const event = needed > 0 ? 'plan_ready' : 'plan_ready_approved'
  const moved = await moveDeploy(tx, actor, record, event, { planId: row.id, approvalsNeeded: needed })
  if (moved.state === 'queued') await queued(tx, actor, moved)
  return moved
}

/** One statement, however many there are. */
async function storeTasks(tx: Tx, recordId: string, { plan: { targets, content }, waves, ...open }: OpenCommand): Promise<void> {
  const timeoutMs = open.timeoutMs + pace('commandWord')
  const runtimes = new Map([...new Set(targets.map((target) => target.runtimeId))].map((runtimeId) => [runtimeId, newId()]))
  const count = (runtimeId: string) => targets.filter((target) => target.runtimeId === runtimeId).length
  await tx.deployTarget.createMany({
    data: [...runtimes].map(([runtimeId, id]) => ({ id, recordId, runtimeId, fromCount: count(runtimeId), toCount: count(runtimeId) })),
  })
  const rows = inWaves(targets, waves ?? [targets.length]).map((node, index) => ({
    ...node,
    id: newId(),
    index,
    targetId: runtimes.get(node.runtimeId),
    contentDigest: node.verb === 'run' ? content.digest : null,
  }))
  await tx.$executeRaw`
    insert into "Task" (id, "recordId", "targetId", index, layer, verb, "unitId", "unitName", "machineId", "dependsOn", "contentDigest", expect,
      retryable, "maxAttempts", "timeoutMs")
    select n.id, ${recordId}, n."targetId", n.index, n.layer, n.verb, n."unitId", n."unitName", n."machineId",
      array(select jsonb_array_elements_text(n."dependsOn")::int), n."contentDigest", '{"kind":"none"}'::jsonb,
      false, 1, ${timeoutMs}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n(id text, "targetId" text, index int, layer int, verb text, "unitId" text, "unitName" text, "machineId" text, "dependsOn" jsonb,
        "contentDigest" text)`
}
