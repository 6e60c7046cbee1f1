import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Group, Plan } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { CreateServiceSchema, createInside } from '@/lib/deploys/create-service'
import { openGroup, type PartOf } from '@/lib/deploys/group/open-group'
import { previewGroupOf } from '@/lib/deploys/group/preview-group'
import type { PlanPreview } from '@/lib/deploys/views'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { holdApplication } from '@/lib/organizations/hold-application'
import { inOrder } from './in-order'
import { type CreateGroupInput, CreateGroupSchema, type GroupMember } from './schema'

type Parsed = z.output<typeof CreateGroupSchema>

/** Creates the services of a group and asks for them as one deploy, in the order of their relations, all or nothing. */
export async function createGroup(actor: Actor, input: CreateGroupInput): Promise<{ recordId: string; number: number }> {
  const parsed = CreateGroupSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await createAll(tx, actor, parsed)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewGroup(actor: Actor, input: CreateGroupInput): Promise<PlanPreview> {
  const parsed = CreateGroupSchema.parse(input)
  return previewGroupOf(actor, (tx) => createAll(tx, actor, { ...parsed, expectedHash: undefined }))
}

async function createAll(tx: Tx, actor: Actor, input: Parsed): Promise<{ record: DeployRecord; plan: Plan }> {
  const group = await openRow(tx, actor, input)
  const runtime = await tx.runtime.findFirst({
    where: { id: input.runtimeId, kind: 'pool', grants: { some: { organizationId: group.organizationId } } },
    select: { environment: true },
  })
  if (!runtime) throw notFound('This runtime')
  const members = inOrder(input.members.map((member) => ({ ...member, needs: neededBy(member, input) })))
  const made = new Map<string, string>()
  return openGroup(tx, actor, {
    group,
    environment: runtime.environment,
    kind: 'install',
    reason: input.reason,
    expectedHash: input.expectedHash,
    parts: members.map((member) => ({
      service: member.name,
      after: member.needs,
      open: async (part) => {
        const opened = await createMember(tx, actor, { input, member, made, part: { ...part, groupId: group.id } })
        made.set(member.name, opened.record.serviceId ?? '')
        return opened
      },
    })),
  })
}

/** Every name must be a member's own. */
function neededBy({ name, requires }: GroupMember, { members }: Parsed): string[] {
  const needs = [...new Set(Object.values(requires).flat())]
  const unknown = needs.find((one) => !members.some((member) => member.name === one))
  if (unknown)
    throw new AppError('invalid', `${name} needs ${unknown}, which is no member of the group.`, {
      fields: { members: `has no ${unknown}` },
    })
  return needs
}

interface Making {
  readonly input: Parsed
  readonly member: GroupMember
  /** Name of a member → its service. */
  readonly made: ReadonlyMap<string, string>
  readonly part: PartOf & { groupId: string }
}

function createMember(tx: Tx, actor: Actor, { input, member, made, part }: Making) {
  const { organization, application, runtimeId } = input
  const { requires, ...service } = member
  const relations = Object.fromEntries(
    Object.entries(requires).map(([requirement, names]) => [requirement, names.map((name) => ({ serviceId: made.get(name) ?? '' }))]),
  )
  return createInside(tx, actor, CreateServiceSchema.parse({ ...service, organization, application, runtimeId, relations }), part)
}

async function openRow(tx: Tx, actor: Actor, input: Parsed): Promise<Group> {
  const { organizationId, id: applicationId } = await holdApplication(tx, input)
  authorize(actor, 'deploy.request', { organizationId, applicationId }, 'This application')
  const taken = await tx.group.count({ where: { applicationId, name: input.name, removedAt: null } })
  if (taken > 0)
    throw new AppError('name_taken', `The application already has a group called ${input.name}.`, { fields: { name: 'is taken' } })
  const { name, template } = input
  const group = await tx.group.create({
    data: { organizationId, applicationId, name, template, createdBy: actor.id, createdAt: clock.now() },
  })
  await writeEvent(tx, actor, { name: 'group.created', organizationId, subject: { kind: 'group', id: group.id }, data: { name } })
  return group
}
