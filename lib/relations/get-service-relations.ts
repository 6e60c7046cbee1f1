import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { componentOfStage } from './component-of-stage'
import { edgeRows, edgeViews } from './edge-views'
import { laterRequirements } from './later-requirements'
import { providerChoices } from './provider-choices'
import { whyNotRelate } from './relation-gate'
import type { ServiceRelations } from './views'

export const GetServiceRelationsSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  /** Missing = production where it is there, else test. */
  environment: EnvironmentSchema.nullish(),
})

/** What one service needs and gives in one environment, who is on the other side, and who could be. */
export async function getServiceRelations(actor: Actor, ask: z.infer<typeof GetServiceRelationsSchema>): Promise<ServiceRelations> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const applicationId = scope.application?.id ?? ''
  const service = await db.service.findFirst({
    where: { applicationId, name: ask.name, removedAt: null },
    include: { stages: true },
  })
  const wanted = ask.environment ? [ask.environment] : (['production', 'test'] as const)
  const stage = wanted.flatMap((one) => service?.stages.find((found) => found.environment === one) ?? [])[0]
  if (!service || !stage) throw notFound('This service')
  const [component, { rows, left }, choices, members] = await Promise.all([
    componentOfStage(db, stage.id),
    edgeRows([stage.id]),
    providerChoices(applicationId, stage.environment),
    listMembers(service.organizationId),
  ])
  const later = await laterRequirements(db, stage.id, component)
  const requires = [...(component?.requires ?? []).map((requirement) => ({ requirement, since: null })), ...later]
  const interfaces = new Set(requires.map(({ requirement }) => requirement.interface))
  return {
    requires: requires.map(({ requirement: { name, interface: kind, granularity, optional, many }, since }) => ({
      name,
      interface: kind,
      granularity,
      optional,
      many,
      since,
    })),
    provides: (component?.provides ?? []).map(({ name, interface: kind, port }) => ({ name, interface: kind, port: port ?? null })),
    edges: await edgeViews(rows),
    edgesLeft: left,
    choices: choices.filter((choice) => choice.id !== service.id && interfaces.has(choice.interface)),
    gate: gateOf(whyNotRelate(actor, stage.environment, service), members, service),
    asOf: iso(clock.now()),
  }
}
