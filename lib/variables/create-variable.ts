import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Application } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { encrypt } from '@/lib/encrypt'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { refuseReferences } from '@/lib/services/refuse-references'
import { secretPlace } from '@/lib/services/set-secrets'
import { findPlace, VariableAddressSchema } from './find-place'
import { VariableValueSchema } from './views'

export const CreateVariableSchema = VariableAddressSchema.extend({ value: VariableValueSchema, secret: z.boolean().default(false) })
type Input = z.output<typeof CreateVariableSchema>

/** Adds a variable to an application in one environment. Nobody takes it until a service names it. */
export async function createVariable(actor: Actor, raw: z.input<typeof CreateVariableSchema>): Promise<{ version: number }> {
  const input = CreateVariableSchema.parse(raw)
  refuseValue(input)
  return transaction(async (tx) => {
    const application = await findPlace(tx, actor, input)
    await insistNew(tx, application, input)
    const secretId = input.secret ? await keepSecret(tx, actor, application, input) : null
    const { environment, name, value } = input
    const created = await tx.variable.createManyAndReturn({
      data: {
        organizationId: application.organizationId,
        applicationId: application.id,
        environment,
        name,
        secretId,
        createdAt: clock.now(),
      },
      skipDuplicates: true,
    })
    const [variable] = created
    if (!variable) throw taken(name)
    await tx.variableVersion.create({
      data: { variableId: variable.id, version: 1, text: secretId ? null : value, createdBy: actor.id, createdAt: clock.now() },
    })
    await writeEvent(tx, actor, {
      name: 'variable.created',
      organizationId: application.organizationId,
      subject: { kind: 'organization', id: application.organizationId },
      data: { name, environment, application: application.slug, secret: input.secret },
    })
    return { version: 1 }
  })
}

/** A secret is only ever filled in, so it may look like anything; it is not empty, for an empty text masks nothing. */
export function refuseValue({ value, secret, name }: { value: string; secret: boolean; name: string }): void {
  if (!secret) refuseReferences({ [name]: value })
  else if (value === '') throw new AppError('invalid', 'A secret is not empty.', { fields: { value: 'is empty' } })
}

const taken = (name: string) => new AppError('name_taken', `There is a variable ${name} already.`, { fields: { name: 'is taken' } })

async function insistNew(tx: Tx, application: Application, { environment, name }: Input): Promise<void> {
  if ((await tx.variable.count({ where: { applicationId: application.id, environment, name } })) > 0) throw taken(name)
}

async function keepSecret(tx: Tx, actor: Actor, application: Application, { environment, name, value }: Input): Promise<string> {
  const id = newId()
  await tx.secret.create({
    data: { id, organizationId: application.organizationId, applicationId: application.id, environment, name, createdAt: clock.now() },
  })
  await tx.secretVersion.create({
    data: { secretId: id, version: 1, ciphertext: encrypt(value, secretPlace(id, 1)), createdBy: actor.id, createdAt: clock.now() },
  })
  return id
}
