import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { whyNotTend } from './machine-gate'
import { type MachineCare, machineCares } from './views'
import { wakePlannedOn } from './wake-planned-on'

const hour = 3_600_000
/** Longer than this is no maintenance: stand by, or retire. */
export const longestMaintenanceMs = 14 * 24 * hour

export const TendMachineSchema = z.object({
  machineId: z.string(),
  care: z.enum(machineCares),
  /** How long maintenance may take; its silence is a fault again after that. */
  hours: z
    .number()
    .min(0.25)
    .max(longestMaintenanceMs / hour)
    .optional(),
  /** The machine's name, typed, where units could come to run twice. */
  typedName: z.string().max(200).optional(),
})
type Input = z.infer<typeof TendMachineSchema>

const past: Readonly<Record<MachineCare, `machine.${string}`>> = {
  drain: 'machine.drain_begun',
  end_drain: 'machine.drain_ended',
  maintain: 'machine.maintenance_begun',
  end_maintenance: 'machine.maintenance_ended',
  declare_off: 'machine.declared_off',
}

/** What an operator does with a machine that changes no state of its life: drain it, work on it, vouch that it is off. */
export async function tendMachine(actor: Actor, { machineId, care, hours, typedName }: Input): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machineId} for update`
    const machine = await tx.machine.findUnique({ where: { id: machineId } })
    if (!machine || machine.removedAt) throw notFound('This machine')
    refuse(whyNotTend(actor, care, machine))
    if (care === 'maintain' && hours === undefined)
      throw new AppError('invalid', 'Say how long it may take.', { fields: { hours: 'is missing' } })
    if (care === 'declare_off' && typedName !== machine.name)
      throw new AppError('invalid', 'Type the machine’s name to confirm.', { fields: { typedName: 'does not match' } })
    const data = dataOf(care, hours ?? 0)
    await tx.machine.update({ where: { id: machineId }, data })
    await wakePlannedOn(tx, machineId)
    await writeEvent(tx, actor, {
      name: past[care],
      subject: { kind: 'machine', id: machineId },
      data: {
        name: machine.name,
        ...('maintenanceUntil' in data && data.maintenanceUntil ? { until: data.maintenanceUntil } : {}),
        before: Object.fromEntries(Object.keys(data).map((key) => [key, machine[key as keyof typeof data]])),
        after: data,
      },
    })
  })
}

function dataOf(care: MachineCare, hours: number) {
  if (care === 'drain') return { drainSince: clock.now() }
  if (care === 'end_drain') return { drainSince: null }
  if (care === 'declare_off') return { saidOffAt: clock.now() }
  if (care === 'end_maintenance') return { maintenance: false, maintenanceUntil: null }
  return { maintenance: true, maintenanceUntil: new Date(clock.nowMs() + hours * hour) }
}
