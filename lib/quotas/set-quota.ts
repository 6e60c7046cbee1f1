import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { AmountsSchema } from './amount-views'
import { amountsOf, isLimited } from './quotas-of'

export const SetOrganizationQuotaSchema = z.object({ organization: z.string().max(100), amounts: AmountsSchema })
export const SetApplicationQuotaSchema = SetOrganizationQuotaSchema.extend({ application: z.string().max(100) })

/** An operator says how much an organisation may have altogether, whatever was granted in each runtime. */
export async function setOrganizationQuota(actor: Actor, ask: z.output<typeof SetOrganizationQuotaSchema>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This organisation')
  await transaction(async (tx) => {
    const found = await tx.organization.findUnique({ where: { slug: ask.organization, archivedAt: null }, select: { id: true } })
    if (!found) throw notFound('This organisation')
    await write(tx, actor, { organizationId: found.id, applicationId: null, application: null }, ask.amounts)
  })
}

/** Who manages an organisation says how much of it one application may have. */
export async function setApplicationQuota(actor: Actor, ask: z.output<typeof SetApplicationQuotaSchema>): Promise<void> {
  const { organization, application } = await findScope(actor, ask)
  const of = { organizationId: organization.id, applicationId: application?.id ?? null, application: application?.slug ?? null }
  // Who has a role for the application alone does not widen what the organisation leaves it.
  authorize(actor, 'organization.manage', { organizationId: organization.id }, 'This application')
  await transaction((tx) => write(tx, actor, of, ask.amounts))
}

interface Of {
  readonly organizationId: string
  readonly applicationId: string | null
  readonly application: string | null
}

async function write(tx: Tx, actor: Actor, of: Of, amounts: z.output<typeof AmountsSchema>): Promise<void> {
  const subjectId = of.applicationId ?? of.organizationId
  const { organizationId, applicationId } = of
  const waiting = await tx.deployRecord.findMany({
    where: { organizationId, startedAt: null, endedAt: null, stageId: { not: null }, ...(applicationId ? { applicationId } : {}) },
    select: { stageId: true },
  })
  // Plans that wait were made by what held before. Their stages are locked first, as whoever plans does.
  await raiseInputs(
    tx,
    waiting.flatMap(({ stageId }) => stageId ?? []),
  )
  const found = await tx.quota.findUnique({ where: { subjectId } })
  const set = { ...amounts, setBy: actor.id, setAt: clock.now() }
  if (isLimited(amounts))
    await tx.quota.upsert({
      where: { subjectId },
      create: { subjectId, organizationId: of.organizationId, applicationId: of.applicationId, ...set },
      update: set,
    })
  else await tx.quota.deleteMany({ where: { subjectId } })
  await writeEvent(tx, actor, {
    name: 'quota.set',
    organizationId: of.organizationId,
    subject: { kind: 'organization', id: of.organizationId },
    data: { application: of.application, before: found && amountsOf(found), after: amounts },
  })
}
