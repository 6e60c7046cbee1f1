import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { ImageRegistry } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { encrypt } from '@/lib/encrypt'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { findPlace } from '@/lib/variables/find-place'
import { passwordPlace, RegistryAddressSchema } from './registry-address'
import { RegistryPasswordSchema, RegistryUsernameSchema } from './views'

export const SetRegistrySchema = RegistryAddressSchema.extend({ username: RegistryUsernameSchema, password: RegistryPasswordSchema })
type Input = z.output<typeof SetRegistrySchema>

/** As whom pods of an application pull from a registry, from now on. The namespaces get it within seconds; pods that run keep what they have. */
export async function setRegistry(actor: Actor, raw: z.input<typeof SetRegistrySchema>): Promise<{ revision: number }> {
  const input = SetRegistrySchema.parse(raw)
  const { environment, server, username } = input
  return transaction(async (tx) => {
    const application = await findPlace(tx, actor, input)
    await tx.$queryRaw`select 1 from "Application" where id = ${application.id} for update`
    const key = { applicationId: application.id, environment, server }
    const before = await tx.imageRegistry.findUnique({ where: { applicationId_environment_server: key } })
    const { revision } = await keep(tx, actor, input, { ...key, organizationId: application.organizationId, before })
    await writeEvent(tx, actor, {
      name: 'registry.set',
      organizationId: application.organizationId,
      subject: { kind: 'organization', id: application.organizationId },
      data: {
        name: server,
        environment,
        application: application.slug,
        before: before && { username: before.username, revision: before.revision },
        after: { username, revision },
      },
    })
    return { revision }
  })
}

interface Place extends Pick<ImageRegistry, 'organizationId' | 'applicationId' | 'environment' | 'server'> {
  readonly before: ImageRegistry | null
}

function keep(tx: Tx, actor: Actor, { username, password }: Input, { before, ...place }: Place): Promise<ImageRegistry> {
  const [id, revision] = [before?.id ?? newId(), (before?.revision ?? 0) + 1]
  const set = { username, password: encrypt(password, passwordPlace(id, revision)), revision, setBy: actor.id, setAt: clock.now() }
  return before ? tx.imageRegistry.update({ where: { id }, data: set }) : tx.imageRegistry.create({ data: { id, ...place, ...set } })
}
