import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { lockStage } from '@/lib/deploys/lock-record'
import { AppError, notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { bindRelations } from './bind-relations'
import { componentOfStage } from './component-of-stage'
import { laterRequirements } from './later-requirements'
import { relatePermission } from './relation-gate'
import { RelationChoicesSchema } from './schema'

export const SetRelationsSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  relations: RelationChoicesSchema,
})

/**
 * Chooses who fulfils requirements of a service from now on, those of versions to come as well. What both sides then hear is told by records of automation, so in
 * production it takes what an approval takes.
 */
export async function setRelations(actor: Actor, ask: z.infer<typeof SetRelationsSchema>): Promise<void> {
  const { organization, application, name, environment, relations } = ask
  const scope = await findScope(actor, { organization, application })
  await transaction(async (tx) => {
    const found = await tx.stage.findFirst({
      where: { environment, service: { applicationId: scope.application?.id ?? '', name, removedAt: null } },
      include: { service: true },
    })
    if (!found) throw notFound('This service')
    const { service } = found
    authorize(actor, relatePermission(environment), ofService(service), 'This service')
    const stage = await lockStage(tx, found.id)
    const component = await componentOfStage(tx, stage.id)
    if (!component) throw new AppError('conflict', 'Nothing is installed yet.', { reason: 'never_installed' })
    const required = component.requires.filter((one) => !one.optional).map((one) => one.name)
    const empty = Object.entries(relations).find(([name, providers]) => providers.length === 0 && required.includes(name))
    if (empty)
      throw new AppError('relation_missing', `It cannot be without ${empty[0]}.`, { fields: { [`relations.${empty[0]}`]: 'is required' } })
    const later = await laterRequirements(tx, stage.id, component)
    const requires = [...component.requires, ...later.map((one) => one.requirement)]
    await bindRelations(tx, actor, { service, stage, component: { ...component, requires } }, relations)
  })
}
