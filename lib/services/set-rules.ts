import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Service } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { lockStage } from '@/lib/deploys/lock-record'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import { canonicalJson } from '@/lib/protocol/canonical'
import { raiseInputs } from './raise-inputs'
import { type PlacementRules, PlacementRulesSchema, rulesIn, rulesRow } from './rule-views'

export const SetRulesSchema = z.object({
  organization: z.string(),
  application: z.string(),
  service: z.string(),
  placementId: z.string(),
  rules: PlacementRulesSchema,
})

/** What a placement asks of its machines from now on. Units that are there stay; plans that wait are made anew. */
export async function setRules(actor: Actor, ask: z.infer<typeof SetRulesSchema>): Promise<void> {
  const { application } = await findScope(actor, ask)
  await transaction(async (tx) => {
    const found = await tx.placement.findFirst({
      where: {
        id: ask.placementId,
        stage: { service: { applicationId: application?.id ?? '', name: ask.service, removedAt: null } },
      },
      include: { stage: { include: { service: true } }, runtime: { select: { name: true } } },
    })
    if (!found) throw notFound('This placement')
    const { service, environment } = found.stage
    authorize(actor, 'deploy.request', ofService(service), 'This placement')
    await lockStage(tx, found.stageId)
    await insistNeighbours(tx, service, ask.rules)
    const { rules: before } = await tx.placement.findUniqueOrThrow({ where: { id: found.id }, select: { rules: true } })
    if (canonicalJson(rulesIn(before)) === canonicalJson(ask.rules)) return
    await tx.placement.update({ where: { id: found.id }, data: { rules: json(rulesRow(ask.rules)) } })
    await raiseInputs(tx, [found.stageId])
    await writeEvent(tx, actor, {
      name: 'service.rules_set',
      organizationId: service.organizationId,
      subject: { kind: 'service', id: service.id },
      data: { name: service.name, environment, runtime: found.runtime.name, before, after: ask.rules },
    })
  })
}

/** Rules name services of the application that are there, and never the service itself: of that the spread speaks. */
export async function insistNeighbours(
  tx: Tx,
  { applicationId, name: own }: Pick<Service, 'applicationId' | 'name'>,
  rules: PlacementRules,
): Promise<void> {
  for (const side of ['near', 'apart'] as const) {
    for (const { service } of rules[side]) {
      const wrong = (says: string) =>
        new AppError('invalid', `${service} ${says}.`, { fields: { [`rules.${side}`]: `${service} ${says}` } })
      if (service === own) throw wrong('is the service itself; how its units are spread says the rest')
      if ((await tx.service.count({ where: { applicationId, name: service, removedAt: null } })) === 0)
        throw wrong('is no service of this application')
      if (side === 'apart' && rules.near.some((one) => one.service === service)) throw wrong('cannot be near and apart at once')
    }
  }
}
