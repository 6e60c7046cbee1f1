import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import type { NewServiceView } from './new-service-views'
import { valuesIn, variablesIn, withoutSecrets } from './release-content'
import { rulesIn } from './rule-views'

const AddressSchema = z.tuple([z.string(), z.string(), EnvironmentSchema])

/**
 * What a copy of a service begins with. `from` is application/name/environment, of the same organisation. Values are copied; secrets
 * are not, whoever copies gives the new service its own.
 */
export async function cloneOf(actor: Actor, organization: string, from: string): Promise<NewServiceView['clone']> {
  const [application, name, environment] = AddressSchema.parse(from.split('/'))
  const scope = await findScope(actor, { organization, application })
  const stage = await db.stage.findFirst({
    where: { environment, service: { applicationId: scope.application?.id ?? '', name, removedAt: null } },
    include: { service: true, placements: { orderBy: [{ order: 'asc' }, { id: 'asc' }] } },
  })
  const release = stage?.releaseId ? await db.release.findUnique({ where: { id: stage.releaseId } }) : null
  if (!stage || !release) throw notFound('This service')
  const [placement] = stage.placements
  return {
    application,
    name,
    environment,
    component: stage.service.component,
    runtimeId: placement?.runtimeId ?? null,
    rules: rulesIn(placement?.rules ?? {}),
    count: Math.max(1, placement?.wantedCount ?? 1),
    values: withoutSecrets({ ...valuesIn(release.values), ...valuesIn(release.overlay) }),
    variables: variablesIn(release.variables),
  }
}
