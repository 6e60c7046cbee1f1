import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Group, Plan } from '@/lib/db/generated/client'
import type { DeployKind, Environment } from '@/lib/db/generated/enums'
import { json } from '@/lib/db/json'
import { askedBy } from '@/lib/deploys/asked-by'
import { nextNumber } from '@/lib/deploys/next-number'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import type { GroupRecord } from './parts'
import { planGroup } from './plan-group'

/** What a part knows of the whole it belongs to. */
export interface PartOf {
  readonly partOfId: string
  /** Parts that must have succeeded before. */
  readonly afterIds: readonly string[]
  /** Stages that go with it, in a record that takes them all down. */
  readonly going?: readonly string[]
}

interface Part {
  readonly service: string
  /** Names of services of the same group that come before it. */
  readonly after: readonly string[]
  readonly open: (part: PartOf) => Promise<{ record: DeployRecord }>
}

export interface OpenGroup {
  readonly group: Group
  readonly environment: Environment
  readonly kind: DeployKind
  readonly reason?: string | undefined
  readonly expectedHash?: string | undefined
  readonly retryOfId?: string
  /** In an order in which nobody comes before those it waits for. */
  readonly parts: readonly Part[]
}

/** The record of a group with all its parts, planned as one; refused as one when a part cannot be planned. */
export async function openGroup(tx: Tx, actor: Actor, open: OpenGroup): Promise<{ record: DeployRecord; plan: Plan }> {
  const record = await openRecord(tx, actor, open)
  const ids = new Map<string, string>()
  for (const part of open.parts) {
    const afterIds = part.after.flatMap((name) => ids.get(name) ?? [])
    ids.set(part.service, (await part.open({ partOfId: record.id, afterIds })).record.id)
  }
  const planned = await planGroup(tx, record)
  if (!planned.ok)
    throw new AppError(
      planned.code === 'package_suspended' || planned.code === 'service_removed' || planned.code === 'part_ended'
        ? 'plan_refused'
        : planned.code,
      planned.message,
      planned.details,
    )
  if (open.expectedHash && open.expectedHash !== planned.plan.expectedHash)
    throw new AppError('plan_changed', 'What would happen has changed since you looked. Review it again.', {
      expected: open.expectedHash,
      actual: planned.plan.expectedHash,
    })
  return { record: await tx.deployRecord.findUniqueOrThrow({ where: { id: record.id } }), plan: planned.plan }
}

async function openRecord(
  tx: Tx,
  actor: Actor,
  { group, environment, kind, reason, expectedHash, retryOfId, parts }: OpenGroup,
): Promise<GroupRecord> {
  const { organizationId, applicationId, id: groupId, name } = group
  const now = clock.now()
  const record = await tx.deployRecord.create({
    data: {
      organizationId,
      applicationId,
      groupId,
      number: await nextNumber(tx, organizationId),
      serviceName: name,
      environment,
      kind,
      stateSince: now,
      createdAt: now,
      undecidedSince: now,
      reason,
      ...askedBy(actor),
      request: json({ services: parts.map((part) => part.service) }),
      expectedHash,
      retryOfId,
    },
  })
  await writeEvent(tx, actor, {
    name: 'deploy.requested',
    organizationId,
    subject: { kind: 'deploy', id: record.id },
    data: { kind, group: name, environment, number: record.number },
  })
  return record as GroupRecord
}
