import { setTimeout as sleep } from 'node:timers/promises'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { pace } from '@/lib/pace'

const lookMs = 100
/** Since when this process could have been spoken to. */
const begunAt = clock.now()

/**
 * After a restart of the gateway people are back before their machines, and what they type would reach nobody. Waits until the machine
 * was heard since then, by whatever gateway, or for as long as a machine may be silent.
 */
export async function awaitMachine(machineId: string, goesOn: () => boolean): Promise<void> {
  for (const end = performance.now() + pace('unknownAfter'); goesOn() && performance.now() < end; await sleep(lookMs)) {
    const machine = await db.machine.findUnique({ where: { id: machineId }, select: { heardAt: true } })
    if (!machine || (machine.heardAt && machine.heardAt >= begunAt)) return
  }
}
