import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Prisma, Unit } from '@/lib/db/generated/client'
import type { UnitState } from '@/lib/db/generated/enums'
import { tellServing } from '@/lib/relations/tell-serving'
import { unitLifecycle } from './unit-lifecycle'

/** Which event of the lifecycle leads from one state to another; undefined = the table knows none. */
export const unitEventBetween = (from: UnitState, to: UnitState) =>
  unitLifecycle.events.find((event) => unitLifecycle.can(from, event) && unitLifecycle.table[event].to === to)

/** One unit, by what the hub itself found out or was told. Beside `moveUnits` the only writer of a unit's `state` once it is allocated. */
export async function moveUnit(
  tx: Tx,
  unit: Unit,
  to: UnitState,
  data: Omit<Prisma.UnitUncheckedUpdateInput, 'state' | 'id'>,
): Promise<{ jumped: boolean }> {
  const moved = unit.state !== to
  await tx.unit.update({
    where: { id: unit.id },
    data: { ...data, state: to, ...(moved ? { stateSince: clock.now() } : {}), ...(to === 'removed' ? { removedAt: clock.now() } : {}) },
  })
  await tellServing(tx, [{ stageId: unit.stageId, from: unit.state, to }])
  return { jumped: moved && unitEventBetween(unit.state, to) === undefined }
}

/** A unit and what it is to be: all that news says of it. */
export interface UnitMove {
  readonly unit: Unit
  readonly to: UnitState
  readonly transition: string | null
  readonly contentDigest: string | null
  readonly releaseId: string | null
  readonly code: string | null
  readonly message: string | null
  readonly lastLines: string | null
  readonly exitCode: number | null
  readonly pid: number | null
  readonly restarts: number
  readonly newsSeq: number
  readonly relationsDigest: string | null
}

/**
 * Units as their agents show them, all in one statement. What a target shows is the truth even
 * where the table names no single step for it (news of in between was dropped with a hole).
 */
export async function moveUnits(tx: Tx, moves: readonly UnitMove[]): Promise<void> {
  if (moves.length === 0) return
  const now = clock.now()
  const rows = moves.map(({ unit, ...move }) => ({ id: unit.id, moved: unit.state !== move.to, ...move }))
  await tx.$executeRaw`
    update "Unit" u set state = w."to"::"UnitState", transition = w.transition, "contentDigest" = w."contentDigest", "releaseId" = w."releaseId",
      code = w.code, message = w.message, "lastLines" = w."lastLines", "exitCode" = w."exitCode", pid = w.pid, restarts = w.restarts, "newsSeq" = w."newsSeq",
      "relationsDigest" = w."relationsDigest", "stateSince" = case when w.moved then ${now}::timestamp else u."stateSince" end,
      "removedAt" = case when w."to" = 'removed' then ${now}::timestamp else u."removedAt" end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(id text, moved boolean, "to" text, transition text, "contentDigest" text, "releaseId" text,
      code text, message text, "lastLines" text, "exitCode" int, pid int, restarts int, "newsSeq" bigint, "relationsDigest" text)
    where u.id = w.id`
  await tellServing(
    tx,
    moves.map(({ unit, to }) => ({ stageId: unit.stageId, from: unit.state, to })),
  )
}
