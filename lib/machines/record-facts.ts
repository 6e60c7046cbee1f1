import { pool } from '@/lib/db/client'
import type { Facts } from '@/lib/protocol/messages'

export interface SaidFacts {
  readonly machineId: string
  readonly facts: Facts
}

/**
 * What agents say of their machines, each machine once: shown as it is, and taken as its capacity. Who comes back has mostly nothing
 * new to say, and is not written again for it; how much of its disk is free the heartbeat says.
 */
export async function recordFacts(said: readonly SaidFacts[]): Promise<void> {
  const rows = said.map(({ machineId, facts: { v: _v, type: _type, ...facts } }) => ({
    id: machineId,
    facts,
    address: facts.address,
    agentVersion: facts.agentVersion,
    cpuMillis: facts.cpuCount * 1000,
    memoryMib: facts.memoryMib,
    diskMib: facts.diskMib,
  }))
  // Locked in id order, as by everybody who locks several of them.
  await pool.query({
    name: 'record-facts',
    text: `with said as (
             select n.* from "Machine" m
             join jsonb_to_recordset($1::jsonb) as n(id text, facts jsonb, address text, "agentVersion" text, "cpuMillis" int, "memoryMib" int, "diskMib" int) on n.id = m.id
             where (m.facts - 'diskFreeMib', m.address, m."agentVersion", m."cpuMillis", m."memoryMib", m."diskMib")
               is distinct from (n.facts - 'diskFreeMib', n.address, n."agentVersion", n."cpuMillis", n."memoryMib", n."diskMib")
             order by m.id for no key update of m)
           update "Machine" m set facts = s.facts, address = s.address, "agentVersion" = s."agentVersion",
             "cpuMillis" = s."cpuMillis", "memoryMib" = s."memoryMib", "diskMib" = s."diskMib"
           from said s where m.id = s.id`,
    values: [JSON.stringify(rows)],
  })
}
