import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { NewPoolSchema } from './views'

export const CreatePoolSchema = NewPoolSchema

/** A pool without machines. Its environment is for ever: what runs in production never lies beside what is tried. */
export async function createPool(
  actor: Actor,
  { name, environment, isOffered }: z.output<typeof CreatePoolSchema>,
): Promise<{ name: string }> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  return transaction(async (tx) => {
    const [pool] = await tx.runtime.createManyAndReturn({ data: { name, environment, isOffered }, skipDuplicates: true })
    if (!pool) throw new AppError('name_taken', `There is a runtime called ${name} already.`, { fields: { name: 'is taken' } })
    await writeEvent(tx, actor, {
      name: 'runtime.created',
      subject: { kind: 'runtime', id: pool.id },
      data: { name, environment, isOffered },
    })
    return { name }
  })
}
