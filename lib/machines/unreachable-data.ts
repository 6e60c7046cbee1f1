import { clock } from '@/lib/clock'
import type { db, Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive } from '@/lib/events/write-event'
import { tellServing } from '@/lib/relations/tell-serving'

/** The code of a unit that cannot run because its data lie on a machine that is not heard. */
export const dataUnreachable = 'data_unreachable'

/** Units whose data are out of reach run nowhere, and are not started elsewhere without them (5-model 5). Returns how many are so now. */
export async function markUnreachable(machine: { id: string; name: string }, unitIds: readonly string[]): Promise<number> {
  if (unitIds.length === 0) return 0
  return transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Unit" where id = any(${[...unitIds]}) order by id for update`
    const marked = await tx.$queryRaw<{ stageId: string; from: string }[]>`
      update "Unit" u set "stateBefore" = u.state, state = 'error', "stateSince" = ${clock.now()}::timestamp, transition = null,
        code = ${dataUnreachable}, message = ${`Its data are on ${machine.name}, which is not heard. It starts again when the machine returns.`}
      from "Allocation" a where a."unitId" = u.id and a."to" is null and a."machineId" = ${machine.id}
        and u.id = any(${[...unitIds]}) and u.state not in ('error', 'removing', 'removed', 'stopped') and u."removedAt" is null
      returning u."stageId", u."stateBefore"::text as "from"`
    await tellServing(
      tx,
      marked.map((unit) => ({ ...unit, to: 'error' })),
    )
    if (marked.length > 0) tellLive(tx, ['platform', ...(await organizationsOf(tx, unitIds))], 'unit.observed')
    return marked.length
  })
}

/** The machine is heard again: what it last said of these units holds, until it says something else. */
export async function reachAgain(tx: Tx, machineId: string): Promise<void> {
  const units = await tx.$queryRaw<{ id: string; stageId: string; to: string }[]>`
    update "Unit" u set state = u."stateBefore", "stateBefore" = null, "stateSince" = ${clock.now()}::timestamp, code = null, message = null
    from "Allocation" a where a."unitId" = u.id and a."to" is null and a."machineId" = ${machineId}
      and u."stateBefore" is not null and u.state = 'error' and u.code = ${dataUnreachable} returning u.id, u."stageId", u.state::text as "to"`
  await tellServing(
    tx,
    units.map((unit) => ({ ...unit, from: 'error' })),
  )
  const organizations = await organizationsOf(
    tx,
    units.map((unit) => unit.id),
  )
  tellLive(tx, organizations, 'unit.observed')
}

async function organizationsOf(tx: Pick<typeof db, 'unit'>, unitIds: readonly string[]): Promise<string[]> {
  const units = await tx.unit.findMany({
    where: { id: { in: [...unitIds] } },
    select: { stage: { select: { service: { select: { organizationId: true } } } } },
  })
  return units.map((unit) => `org:${unit.stage.service.organizationId}`)
}
