import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findPlace } from '@/lib/variables/find-place'
import { RegistryAddressSchema } from './registry-address'

export const RemoveRegistrySchema = RegistryAddressSchema

/** Takes a registry away: from the next look on the namespaces have it no more, and new pods pull unknown. */
export async function removeRegistry(actor: Actor, input: z.output<typeof RemoveRegistrySchema>): Promise<void> {
  const { environment, server } = input
  await transaction(async (tx) => {
    const { id: applicationId, organizationId, slug } = await findPlace(tx, actor, input)
    await tx.$queryRaw`select 1 from "Application" where id = ${applicationId} for update`
    const found = await tx.imageRegistry.findUnique({
      where: { applicationId_environment_server: { applicationId, environment, server } },
    })
    if (!found) throw notFound('This registry')
    await tx.imageRegistry.delete({ where: { id: found.id } })
    await writeEvent(tx, actor, {
      name: 'registry.removed',
      organizationId,
      subject: { kind: 'organization', id: organizationId },
      data: {
        name: server,
        environment,
        application: slug,
        before: { username: found.username, revision: found.revision },
        after: null,
      },
    })
  })
}
