import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Group, Plan } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { openGroup } from '@/lib/deploys/group/open-group'
import { previewGroupOf } from '@/lib/deploys/group/preview-group'
import { requestInside } from '@/lib/deploys/request-deploy'
import type { PlanPreview } from '@/lib/deploys/views'
import { AppError, notFound } from '@/lib/errors'
import { findScope, type Scope } from '@/lib/organizations/find-scope'
import { membersOf } from './members-of'
import { type ChangeGroupInput, ChangeGroupSchema } from './schema'

/** Taking down and stopping go against the order of relations. */
const reversed: readonly string[] = ['stop', 'remove']

type Parsed = z.output<typeof ChangeGroupSchema>

/** The same change of every service of a group, as one deploy in the order of their relations. */
export async function changeGroup(actor: Actor, input: ChangeGroupInput): Promise<{ recordId: string; number: number }> {
  const parsed = ChangeGroupSchema.parse(input)
  const scope = await findScope(actor, parsed)
  return transaction(async (tx) => {
    const { record } = await changeAll(tx, actor, scope, parsed)
    if (parsed.kind === 'remove') insistFresh(actor, 'service.remove')
    return { recordId: record.id, number: record.number }
  })
}

export async function previewGroupChange(actor: Actor, input: ChangeGroupInput): Promise<PlanPreview> {
  const parsed = ChangeGroupSchema.parse(input)
  const scope = await findScope(actor, parsed)
  return previewGroupOf(actor, (tx) => changeAll(tx, actor, scope, { ...parsed, expectedHash: undefined }))
}

async function changeAll(tx: Tx, actor: Actor, scope: Scope, input: Parsed): Promise<{ record: DeployRecord; plan: Plan }> {
  const applicationId = scope.application?.id ?? ''
  const group = await tx.group.findFirst({ where: { applicationId, name: input.group, removedAt: null } })
  if (!group) throw notFound('This group')
  authorize(actor, 'deploy.request', group, 'This group')
  const members = await presentMembers(tx, group, input)
  if (members.length === 0) throw new AppError('conflict', `Nothing of the group is in ${input.environment}.`, { reason: 'nothing_there' })
  const going = members.map((member) => member.stageId)
  // In id order, as everybody takes them.
  await tx.$queryRaw`select 1 from "Stage" where id = any(${going}) order by id for update`
  const { kind, keepData, environment, reason, expectedHash } = input
  return openGroup(tx, actor, {
    group,
    environment,
    kind,
    reason,
    expectedHash,
    parts: members.map((member) => ({
      service: member.name,
      after: member.needs,
      open: (part) => requestInside(tx, actor, { stageId: member.stageId, kind, keepData, reason }, { ...part, going }),
    })),
  })
}

/** Who has no unit is not restarted, but can be removed. */
async function presentMembers(tx: Tx, group: Group, { environment, kind }: Parsed) {
  const all = await membersOf(tx, [group.id], environment, reversed.includes(kind) ? 'consumers-first' : 'consumers-last')
  if (kind === 'remove') return all
  const running = await tx.unit.findMany({
    where: { stageId: { in: all.map((member) => member.stageId) }, removedAt: null },
    select: { stageId: true },
    distinct: ['stageId'],
  })
  return all.filter((member) => running.some((unit) => unit.stageId === member.stageId))
}
