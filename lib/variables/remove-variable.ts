import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { findPlace, VariableAddressSchema } from './find-place'
import { lockVariable } from './rotate-variable'
import { whyNotRemove } from './variable-gate'
import { lockUsers, variableUsers } from './variable-users'

export const RemoveVariableSchema = VariableAddressSchema

/** Takes a variable away, with all its versions, once no service takes it. */
export async function removeVariable(actor: Actor, input: z.output<typeof RemoveVariableSchema>): Promise<void> {
  await transaction(async (tx) => {
    const application = await findPlace(tx, actor, input)
    const { id: applicationId, organizationId } = application
    const place = { applicationId, environment: input.environment }
    await lockUsers(tx, place)
    const variable = await lockVariable(tx, application, input)
    const users = (await variableUsers(tx, place, [input.name])).map((user) => user.name)
    refuse(whyNotRemove(actor, input.environment, { organizationId, applicationId }, users))
    await tx.variable.delete({ where: { id: variable.id } })
    if (variable.secretId) await tx.secret.delete({ where: { id: variable.secretId } })
    await writeEvent(tx, actor, {
      name: 'variable.removed',
      organizationId,
      subject: { kind: 'organization', id: organizationId },
      data: {
        name: input.name,
        environment: input.environment,
        application: application.slug,
        before: { version: variable.version },
        after: null,
      },
    })
  })
}
