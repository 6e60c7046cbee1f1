import { publish } from '@/lib/bus/bus'
import type { Tx } from '@/lib/db/client'
import { afterCommit } from '@/lib/db/transaction'

export interface WantedUnit {
  readonly unitId: string
  readonly unitName: string
  readonly machineId: string
  readonly generation: number
  readonly wanted: 'running' | 'stopped' | 'absent' | 'as_is'
  readonly contentDigest: string | null
  readonly releaseId: string | null
  readonly restartToken: string | null
  readonly keepData: boolean
  readonly cause: { readonly recordId: string; readonly taskId: string; readonly attempt: number }
  readonly checkTaskId: string | null
}

export interface WantedPackage {
  readonly machineId: string
  readonly digest: string
  readonly sizeBytes: number
  readonly cause: { readonly recordId: string; readonly taskId: string; readonly attempt: number }
}

/** Changes what agents shall run. Every touched machine's revision rises by one, and its gateway is woken after the commit. */
export async function setDesired(tx: Tx, units: readonly WantedUnit[], packages: readonly WantedPackage[]): Promise<void> {
  const machineIds = [...new Set([...units, ...packages].map((entry) => entry.machineId))].sort()
  await raiseRevisions(tx, machineIds)
  for (const { cause, ...unit } of units) {
    const row = { ...unit, causeRecordId: cause.recordId, causeTaskId: cause.taskId, causeAttempt: cause.attempt, revision: 0 }
    const { unitId, machineId, ...update } = row
    await tx.desiredUnit.upsert({ where: { machineId_unitId: { machineId, unitId } }, create: row, update })
  }
  for (const { cause, ...entry } of packages) {
    await tx.$executeRaw`
      insert into "DesiredPackage" ("machineId", digest, "sizeBytes", "causeRecordId", "causeTaskId", "causeAttempt", revision)
      values (${entry.machineId}, ${entry.digest}, ${entry.sizeBytes}, ${cause.recordId}, ${cause.taskId}, ${cause.attempt}, 0)
      on conflict ("machineId", digest, "causeTaskId") do update set "causeAttempt" = excluded."causeAttempt", revision = 0`
  }
  await stampRevisions(tx, machineIds)
}

/** Takes these units out of everybody's hands: the agents touch nothing of them, and stop what they were doing to them. */
export async function setDesiredAsIs(tx: Tx, unitIds: readonly string[]): Promise<void> {
  if (unitIds.length === 0) return
  const rows = await tx.desiredUnit.findMany({
    where: { unitId: { in: [...unitIds] }, wanted: { notIn: ['as_is', 'absent'] } },
    select: { machineId: true },
  })
  const machineIds = [...new Set(rows.map((row) => row.machineId))].sort()
  if (machineIds.length === 0) return
  await raiseRevisions(tx, machineIds)
  await tx.desiredUnit.updateMany({
    where: { unitId: { in: [...unitIds] }, wanted: { notIn: ['as_is', 'absent'] } },
    data: { wanted: 'as_is', revision: 0 },
  })
  await stampRevisions(tx, machineIds)
}

/** The unit runs elsewhere now: this machine removes what it had, whenever it hears of it. */
export async function removeFromMachine(tx: Tx, unitId: string, machineId: string): Promise<void> {
  await raiseRevisions(tx, [machineId])
  await tx.desiredUnit.updateMany({
    where: { unitId, machineId },
    data: { wanted: 'absent', causeRecordId: null, causeTaskId: null, causeAttempt: null, checkTaskId: null, revision: 0 },
  })
  await stampRevisions(tx, [machineId])
}

async function raiseRevisions(tx: Tx, machineIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`select 1 from "Machine" where id = any(${machineIds}) order by id for update`
  await tx.$executeRaw`update "Machine" set revision = revision + 1 where id = any(${machineIds})`
}

/** Rows written as revision 0 get the machine's new one; the agent is sent what is above its own. */
async function stampRevisions(tx: Tx, machineIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    update "DesiredUnit" d set revision = m.revision from "Machine" m where m.id = d."machineId" and m.id = any(${machineIds}) and d.revision = 0`
  await tx.$executeRaw`
    update "DesiredPackage" d set revision = m.revision from "Machine" m where m.id = d."machineId" and m.id = any(${machineIds}) and d.revision = 0`
  for (const machineId of machineIds) afterCommit(tx, () => publish('machine', { machineId }))
}
