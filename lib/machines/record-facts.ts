import { db } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import type { Facts } from '@/lib/protocol/messages'

/** What an agent says of its machine: shown as it is, and taken as its capacity. */
export async function recordFacts(machineId: string, { v: _v, type: _type, ...facts }: Facts): Promise<void> {
  await db.machine.update({
    where: { id: machineId },
    data: {
      facts: json(facts),
      address: facts.address,
      agentVersion: facts.agentVersion,
      cpuMillis: facts.cpuCount * 1000,
      memoryMib: facts.memoryMib,
      diskMib: facts.diskMib,
    },
  })
}
