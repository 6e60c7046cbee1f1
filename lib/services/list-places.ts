import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { loadPlanInput } from '@/lib/deploys/plan/load-plan-input'
import { placesFor } from '@/lib/deploys/plan/place-at'
import { notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import type { PlacesView } from './place-views'

export const ListPlacesSchema = z.object({
  organization: z.string(),
  application: z.string(),
  service: z.string(),
  unitId: z.string(),
})

/** Nobody picks one of thousands by hand: the best come first. */
const mostPlaces = 200

/** Machines that a unit could be moved to, in the order in which the planner would choose, and why others cannot take it. */
export async function listPlaces(actor: Actor, ask: z.infer<typeof ListPlacesSchema>): Promise<PlacesView> {
  const { application } = await findScope(actor, ask)
  const found = await db.unit.findFirst({
    where: { id: ask.unitId, removedAt: null, stage: { service: { applicationId: application?.id ?? '', name: ask.service } } },
    include: { stage: { include: { service: true } } },
  })
  if (!found) throw notFound('This unit')
  const { stage } = found
  authorize(actor, 'deploy.request', ofService(stage.service), 'This unit')
  const unitName = `${stage.service.name}/${found.ordinal}`
  const { input } = await loadPlanInput(db, {
    stage,
    kind: 'migrate',
    request: { toReleaseId: null, counts: {}, keepData: true, unitNames: [unitName] },
    onFailure: 'stop',
    recordId: null,
    startsAt: clock.now(),
  })
  const unit = input.units.find((one) => one.name === unitName)
  const placement = input.placements.find((one) => one.id === unit?.placementId)
  if (!unit || !placement) throw notFound('This unit')
  const places = placesFor(input, placement, { ordinal: unit.ordinal, from: unit.machineId })
  return {
    unitName,
    places: places.slice(0, mostPlaces).map(({ machine, whyNot }) => ({
      machineId: machine.id,
      machineName: machine.name,
      freeCpuMillis: Math.max(0, machine.capacity.cpuMillis - machine.used.cpuMillis),
      freeMemoryMib: Math.max(0, machine.capacity.memoryMib - machine.used.memoryMib),
      whyNot: whyNot ?? null,
    })),
    left: Math.max(0, places.length - mostPlaces),
  }
}
