import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { EnvironmentSchema } from '@/lib/views'
import { lockWorkload } from '@/lib/workloads/move-workload'
import { type OutsideChange, OutsideChangeSchema } from '@/lib/workloads/views'
import { findServicePlaces } from './service-place'

export const KeepOutsideSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  /** Of every change that was looked at (`OutsideChange.print`): what came meanwhile is not let be. */
  prints: z.array(z.string().max(64)).min(1).max(500),
})

interface Kept {
  readonly cluster: string
  readonly object: string
  readonly owner: string | null
}

/**
 * Lets what others changed in the clusters be as it is: the service counts as healthy again, and a later change is told anew. Like
 * accepting what a failed deploy left, it takes an admin: nobody approved what runs now.
 */
export async function keepOutside(actor: Actor, { prints, ...ask }: z.output<typeof KeepOutsideSchema>): Promise<void> {
  const { service, places } = await findServicePlaces(actor, ask, 'deploy.accept')
  const wanted = new Set(prints)
  await transaction(async (tx) => {
    const [before, kept]: [Kept[], Kept[]] = [[], []]
    for (const { placementId, runtimeName } of places) {
      const row = await lockWorkload(tx, placementId)
      const all = OutsideChangeSchema.array().catch([]).parse(row?.outside)
      const told = ({ object, owner }: OutsideChange): Kept => ({ cluster: runtimeName, object, owner })
      const known = new Set([...(row?.keptOutside ?? []), ...wanted])
      const isChanged = all.some((one) => !known.has(one.print))
      const chosen = all.filter((one) => wanted.has(one.print))
      if (!row || chosen.length === 0) continue
      before.push(...all.filter((one) => row.keptOutside.includes(one.print)).map(told))
      kept.push(...all.filter((one) => known.has(one.print)).map(told))
      const keptOutside = all.filter((one) => known.has(one.print)).map((one) => one.print)
      await tx.workload.update({ where: { placementId }, data: { keptOutside, isChanged } })
    }
    if (kept.length === 0) throw new AppError('conflict', 'Its clusters do not show these changes any more.', { reason: 'outside_gone' })
    await writeEvent(tx, actor, {
      name: 'service.outside_kept',
      organizationId: service.organizationId,
      subject: { kind: 'service', id: service.id },
      data: { name: service.name, environment: ask.environment, before: { kept: before }, after: { kept } },
    })
  })
}
