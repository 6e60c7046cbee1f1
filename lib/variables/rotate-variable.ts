import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Application, Variable } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { encrypt } from '@/lib/encrypt'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { secretPlace } from '@/lib/services/set-secrets'
import { refuseValue } from './create-variable'
import { findPlace, VariableAddressSchema } from './find-place'
import { lockUsers, variableUsers } from './variable-users'
import { VariableValueSchema } from './views'

export const RotateVariableSchema = VariableAddressSchema.extend({
  value: VariableValueSchema,
  /** The version that was seen; another one in force answers 409. */
  seenVersion: z.int().min(1).optional(),
})
type Input = z.output<typeof RotateVariableSchema>

/** A new version of a variable. What runs goes on with the old one until it is deployed; what was planned with it is planned anew. */
export async function rotateVariable(actor: Actor, raw: z.input<typeof RotateVariableSchema>): Promise<{ version: number }> {
  const input = RotateVariableSchema.parse(raw)
  return transaction(async (tx) => {
    const application = await findPlace(tx, actor, input)
    const place = { applicationId: application.id, environment: input.environment }
    await lockUsers(tx, place)
    const variable = await lockVariable(tx, application, input)
    refuseValue({ value: input.value, secret: variable.secretId !== null, name: input.name })
    if (input.seenVersion && input.seenVersion !== variable.version)
      throw new AppError('stale', `It is at version ${variable.version} by now.`, { version: variable.version })
    const version = variable.version + 1
    await tx.variable.update({ where: { id: variable.id }, data: { version } })
    await writeVersion(tx, actor, variable, { version, value: input.value })
    await raiseInputs(
      tx,
      (await variableUsers(tx, place, [input.name])).map((user) => user.stageId),
    )
    await writeEvent(tx, actor, {
      name: 'variable.rotated',
      organizationId: application.organizationId,
      subject: { kind: 'organization', id: application.organizationId },
      data: {
        name: input.name,
        environment: input.environment,
        application: application.slug,
        before: { version: version - 1 },
        after: { version },
      },
    })
    return { version }
  })
}

export async function lockVariable(
  tx: Tx,
  application: Application,
  { environment, name }: Pick<Input, 'environment' | 'name'>,
): Promise<Variable> {
  await tx.$queryRaw`
    select 1 from "Variable" where "applicationId" = ${application.id} and environment = ${environment}::"Environment" and name = ${name} for update`
  const key = { applicationId_environment_name: { applicationId: application.id, environment, name } }
  const variable = await tx.variable.findUnique({ where: key })
  if (!variable) throw notFound('This variable')
  return variable
}

async function writeVersion(
  tx: Tx,
  actor: Actor,
  { id, secretId }: Variable,
  { version, value }: { version: number; value: string },
): Promise<void> {
  const common = { version, createdBy: actor.id, createdAt: clock.now() }
  await tx.variableVersion.create({ data: { ...common, variableId: id, text: secretId ? null : value } })
  if (!secretId) return
  await tx.secret.update({ where: { id: secretId }, data: { version } })
  await tx.secretVersion.create({ data: { ...common, secretId, ciphertext: encrypt(value, secretPlace(secretId, version)) } })
}
