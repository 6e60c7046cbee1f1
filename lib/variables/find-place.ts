import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Application } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { EnvironmentSchema } from '@/lib/views'
import { setPermission } from './variable-gate'
import { VariableNameSchema } from './views'

/** How a variable is addressed. */
export const VariableAddressSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  name: VariableNameSchema,
})
export type VariableAddress = z.infer<typeof VariableAddressSchema>

type Place = Omit<VariableAddress, 'name'>

/** The application of an address, for whoever may set variables and secrets in that environment. */
export async function findPlace(tx: Tx, actor: Actor, { organization, application, environment }: Place): Promise<Application> {
  const found = await tx.application.findFirst({
    where: { slug: application, archivedAt: null, organization: { slug: organization, archivedAt: null } },
  })
  if (!found) throw notFound('This application')
  authorize(actor, setPermission(environment), { organizationId: found.organizationId, applicationId: found.id }, 'This application')
  return found
}
