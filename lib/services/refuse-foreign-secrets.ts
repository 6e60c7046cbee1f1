import type { Tx } from '@/lib/db/client'
import type { Stage } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { secretIdOf } from './load-releases'

/**
 * Values name secrets by id, and whoever asks may write values. So a name must be of a secret of the same application and
 * environment, and the sign that agents fill in must come from nobody but us: else test units could be told production's.
 */
export async function refuseForeignSecrets(tx: Tx, stage: Stage, values: Readonly<Record<string, unknown>>): Promise<void> {
  if (JSON.stringify(values).includes('⟦secret:')) throw new AppError('invalid', 'A value must not hold the sign of a secret.')
  const ids = [...new Set(Object.values(values).flatMap((value) => secretIdOf(value) ?? []))]
  if (ids.length === 0) return
  const { applicationId } = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId }, select: { applicationId: true } })
  const own = await tx.secret.count({ where: { id: { in: ids }, applicationId, environment: stage.environment } })
  if (own < ids.length) throw notFound('This secret')
}
