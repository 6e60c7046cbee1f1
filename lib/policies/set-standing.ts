import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from '@/lib/members/lock-organization'
import { canonicalJson } from '@/lib/protocol/canonical'
import { enqueue } from '@/lib/queue/outbox'
import { StandingRulesSchema } from './schema'

type Named = Pick<z.infer<typeof SetStandingSchema>, 'application' | 'service'>

export const SetStandingSchema = z.object({
  organization: z.string().max(100),
  application: z.string().max(100),
  service: z.string().max(100),
  /** Null = what the platform lets run without a person. */
  rules: StandingRulesSchema.nullable(),
  /** The version that was looked at; 0 = there was none. */
  version: z.int().min(0),
  note: z.string().trim().max(500).optional(),
})

async function findService(tx: Tx, organizationId: string, { application: slug, service: name }: Named) {
  const application = await tx.application.findUnique({ where: { organizationId_slug: { organizationId, slug } } })
  const service = application && (await tx.service.findFirst({ where: { applicationId: application.id, name, removedAt: null } }))
  if (!service) throw notFound('This service')
  return service
}

/** What may run for a service without a person, from now on. What waits of it is asked again. */
export async function setStanding(actor: Actor, input: z.infer<typeof SetStandingSchema>): Promise<{ version: number }> {
  const { organization: slug, rules, version, note } = input
  return transaction(async (tx) => {
    const { id: organizationId } = await lockOrganization(tx, actor, slug)
    const service = await findService(tx, organizationId, input)
    const serviceId = service.id
    authorize(actor, 'organization.manage', ofService(service), 'This service')
    const standing = await tx.standingPolicy.findUnique({ where: { serviceId } })
    const found = standing?.version ?? 0
    if (found !== version)
      throw new AppError('stale', 'Somebody changed this policy meanwhile. Look at it and decide anew.', {
        expected: version,
        actual: found,
      })
    const before = standing && StandingRulesSchema.parse(standing)
    if (canonicalJson(before) === canonicalJson(rules)) return { version: found }
    insistFresh(actor, 'policy.set')
    const last = await tx.policyVersion.aggregate({ where: { serviceId }, _max: { version: true } })
    const set = { version: Math.max(found, last._max.version ?? 0) + 1, setBy: actor.id, setAt: clock.now() }
    if (rules)
      await tx.standingPolicy.upsert({ where: { serviceId }, create: { serviceId, ...rules, ...set }, update: { ...rules, ...set } })
    else await tx.standingPolicy.delete({ where: { serviceId } })
    await tx.policyVersion.create({
      data: { organizationId, serviceId, ...(rules ? { rules: json(rules) } : {}), note: note ?? null, ...set },
    })
    await writeEvent(tx, actor, {
      name: 'policy.standing_changed',
      organizationId,
      subject: { kind: 'service', id: serviceId },
      data: { service: service.name, version: set.version, before, after: rules, ...(note ? { note } : {}) },
    })
    const waiting = await tx.deployRecord.findMany({
      where: { serviceId, requesterId: null, state: { in: ['awaiting_approval', 'queued'] } },
      select: { id: true },
    })
    for (const { id } of waiting) await enqueue(tx, 'deploy.advance', { recordId: id })
    return { version: rules ? set.version : 0 }
  })
}
