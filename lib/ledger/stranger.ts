import { z } from 'zod'
import type { Tx } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import type { InventoryUnit } from '@/lib/protocol/messages'
import { unitStates } from '@/lib/protocol/news'

/** What an agent says of a unit that the hub does not know. */
export const StrangerSchema = z.object({
  state: z.enum(unitStates),
  contentDigest: z.string().nullable(),
  releaseId: z.string().nullable(),
  ports: z.record(z.string(), z.int()),
  restarts: z.int(),
})
export type Stranger = z.infer<typeof StrangerSchema>

export const strangerOf = ({ state, contentDigest, releaseId, ports, restarts }: InventoryUnit): Stranger => ({
  state,
  contentDigest,
  releaseId,
  ports,
  restarts,
})

/** Where a unit that the hub does not know belongs, or why it belongs nowhere. */
export type Home =
  | {
      readonly ok: true
      readonly placementId: string
      readonly stageId: string
      readonly releaseId: string | null
      readonly ordinal: number
    }
  | { readonly ok: false; readonly code: 'no_home' | 'many_homes' | 'number_taken' }

/** Its release says which service it is of; where the hub does not know that either, its name does, if there is one such service here. */
export async function homeOf(tx: Tx, line: Pick<Ledger, 'machineId' | 'unitName' | 'stranger'>): Promise<Home> {
  const [name = '', number = ''] = (line.unitName ?? '').split('/')
  const machine = await tx.machine.findUnique({ where: { id: line.machineId ?? '' }, select: { runtimeId: true } })
  if (!machine || !/^\d+$/.test(number)) return { ok: false, code: 'no_home' }
  const { releaseId } = StrangerSchema.parse(line.stranger)
  const release = releaseId ? await tx.release.findUnique({ where: { id: releaseId }, select: { stageId: true } }) : null
  const placements = await tx.placement.findMany({
    where: {
      runtimeId: machine.runtimeId,
      stage: { ...(release ? { id: release.stageId } : {}), service: { name, removedAt: null } },
    },
    select: { id: true, stageId: true },
    take: 2,
  })
  const [only, another] = placements
  if (!only) return { ok: false, code: 'no_home' }
  if (another) return { ok: false, code: 'many_homes' }
  const ordinal = Number(number)
  const taken = await tx.unit.count({ where: { stageId: only.stageId, ordinal, removedAt: null } })
  if (taken > 0) return { ok: false, code: 'number_taken' }
  return { ok: true, placementId: only.id, stageId: only.stageId, releaseId: release ? releaseId : null, ordinal }
}
