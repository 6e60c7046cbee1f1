import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'

export interface Connect {
  readonly machineId: string
  readonly epoch: number
}

/** Ends of connects. A newer connect, here or at another gateway, is not touched by them. */
export async function leaveAgents(ends: readonly Connect[]): Promise<void> {
  const sorted = inOrder(ends)
  await pool.query({
    name: 'leave-agents',
    text: `with gone as (
             select m.id from "Machine" m join unnest($1::text[], $2::int[]) as n(id, epoch) on m.id = n.id and m.epoch = n.epoch
             order by m.id for no key update of m)
           update "Machine" m set connected = false from gone g where m.id = g.id`,
    values: [sorted.map((end) => end.machineId), sorted.map((end) => end.epoch)],
  })
}

/** By id, as everybody locks who locks several machines. */
const inOrder = <One extends Connect>(connects: readonly One[]): One[] => [...connects].sort((a, b) => (a.machineId < b.machineId ? -1 : 1))

/** What a heartbeat says of its machine. */
export interface Vitals {
  readonly diskFreeMib: number
  readonly diskTrouble: string | null
  readonly clockOffSeconds: number
}

/** A sign of life; also says how far the agent has got, where that is a number of this hub. */
export interface Sign extends Connect {
  readonly agentRevision: number | null
  /** Missing: it says nothing of its machine, and what was said before stays. */
  readonly vitals?: Vitals | undefined
}

/** Signs of many agents at once. One of an older connect counts for nothing. */
export async function heardAgents(signs: readonly Sign[]): Promise<void> {
  if (signs.length === 0) return
  const sorted = inOrder(signs)
  await pool.query({
    name: 'heard-agents',
    text: `with heard as (
             select m.id, n.* from "Machine" m
             join unnest($1::text[], $2::int[], $3::int[], $5::int[], $6::text[], $7::int[]) as n(machine, epoch, revision, free, trouble, off)
               on m.id = n.machine and m.epoch = n.epoch
             order by m.id for no key update of m)
           update "Machine" m set "heardAt" = $4::timestamp, connected = true, "agentRevision" = coalesce(h.revision, m."agentRevision"),
             "diskFreeMib" = coalesce(h.free, m."diskFreeMib"), "clockOffSeconds" = coalesce(h.off, m."clockOffSeconds"),
             "diskTrouble" = case when h.free is null then m."diskTrouble" else h.trouble end
           from heard h where m.id = h.id`,
    values: [
      sorted.map((sign) => sign.machineId),
      sorted.map((sign) => sign.epoch),
      sorted.map((sign) => sign.agentRevision),
      clock.now().toISOString(),
      sorted.map(({ vitals }) => vitals?.diskFreeMib ?? null),
      sorted.map(({ vitals }) => vitals?.diskTrouble ?? null),
      sorted.map(({ vitals }) => vitals?.clockOffSeconds ?? null),
    ],
  })
}
