import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { slotMs } from '@/lib/protocol/samples'
import { loadLastDay } from './load-slots'
import { restartsIn, seriesOf } from './series'
import type { MachineUsage } from './views'

export const GetMachineUsageSchema = z.object({ name: z.string().max(200) })

/** What a machine has used in the last day, for its page's charts. */
export async function getMachineUsage(actor: Actor, { name }: z.infer<typeof GetMachineUsageSchema>): Promise<MachineUsage> {
  authorize(actor, 'machine.see', {}, 'This machine')
  const machine = await db.machine.findFirst({
    where: { name, removedAt: null },
    include: { allocations: { where: { to: null }, select: { unitId: true, from: true }, take: 500 } },
  })
  if (!machine) throw notFound('This machine')
  const units = machine.allocations
  const day = await loadLastDay([machine.id, ...units.map(({ unitId }) => unitId)])
  const began = Date.parse(day.from)
  const restarts = units.flatMap(({ unitId, from }) => restartsIn(day.slotsOf(unitId), from.getTime() >= began) ?? [])
  return {
    from: day.from,
    slotMs,
    ...seriesOf(day.slotsOf(machine.id), day.lastSlot),
    capacity: { cpuMillis: machine.cpuMillis, memoryMib: machine.memoryMib, diskMib: machine.diskMib },
    restarts: restarts.length > 0 ? restarts.reduce((sum, one) => sum + one, 0) : null,
  }
}
