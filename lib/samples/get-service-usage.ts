import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import { slotMs } from '@/lib/protocol/samples'
import { EnvironmentSchema } from '@/lib/views'
import { loadLastDay } from './load-slots'
import { restartsIn, seriesOf } from './series'
import type { ServiceUsage } from './views'

export const GetServiceUsageSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
})

/** A page shows no more rows than this with charts. */
const mostUnits = 200

/** What each unit of a service has used in the last day. */
export async function getServiceUsage(actor: Actor, ask: z.infer<typeof GetServiceUsageSchema>): Promise<ServiceUsage> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const service = await db.service.findFirst({
    where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null },
    include: { stages: { where: { environment: ask.environment } } },
  })
  const [stage] = service?.stages ?? []
  if (!service || !stage) throw notFound('This service')
  authorize(actor, 'service.see', ofService(service), 'This service')
  const units = await db.unit.findMany({
    where: { stageId: stage.id, removedAt: null },
    include: { allocations: { where: { to: null }, select: { from: true } } },
    orderBy: { ordinal: 'asc' },
    take: mostUnits,
  })
  const day = await loadLastDay(units.map(({ id }) => id))
  const began = Date.parse(day.from)
  return {
    from: day.from,
    slotMs,
    units: units.map(({ id, allocations }) => {
      const slots = day.slotsOf(id)
      const isNew = (allocations[0]?.from.getTime() ?? 0) >= began
      return { unitId: id, ...seriesOf(slots, day.lastSlot), restarts: restartsIn(slots, isNew) }
    }),
  }
}
