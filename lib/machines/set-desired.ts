import { publish } from '@/lib/bus/bus'
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
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
  /** Digest of what it shall know of others; null = as it was. */
  readonly relationsDigest: string | null
  /** The copy whose data it starts with; null = as it was, and of a new place none. */
  readonly copyId: string | null
}

/** A unit that is told of others, and of nothing else. */
export type RelatedUnit = Pick<WantedUnit, 'unitId' | 'machineId' | 'cause'> & { readonly relationsDigest: string }

export interface WantedPackage {
  readonly machineId: string
  readonly digest: string
  readonly sizeBytes: number
  readonly cause: { readonly recordId: string; readonly taskId: string; readonly attempt: number }
}

/** Changes what agents shall run. Every touched machine's revision rises by one, and its gateway is woken after the commit. */
export async function setDesired(
  tx: Tx,
  { units, related, packages }: { units: readonly WantedUnit[]; related: readonly RelatedUnit[]; packages: readonly WantedPackage[] },
): Promise<void> {
  const machineIds = [...new Set([...units, ...related, ...packages].map((entry) => entry.machineId))].sort()
  await raiseRevisions(tx, machineIds)
  await writeUnits(tx, units)
  await writeRelated(tx, related)
  await writePackages(tx, packages)
  await stampRevisions(tx, machineIds)
}

const flat = <T extends { readonly cause: WantedUnit['cause'] }>({ cause, ...entry }: T) => ({
  ...entry,
  causeRecordId: cause.recordId,
  causeTaskId: cause.taskId,
  causeAttempt: cause.attempt,
})

/** One statement for all: a deploy of a hundred units is one change, not a hundred. */
async function writeUnits(tx: Tx, units: readonly WantedUnit[]): Promise<void> {
  if (units.length === 0) return
  // An agent could not read a set with such a row: no unit without a place, and so without a generation, is ever wanted.
  const homeless = units.find((unit) => unit.generation < 1)
  if (homeless) throw new Error(`${homeless.unitName} has no place and cannot be wanted on a machine.`)
  // Of two words about one unit the later holds.
  const rows = [...new Map(units.map((unit) => [`${unit.machineId} ${unit.unitId}`, flat(unit)])).values()]
  await tx.$executeRaw`
    insert into "DesiredUnit" ("unitId", "machineId", generation, "unitName", wanted, "contentDigest", "releaseId", "restartToken", "keepData",
      "causeRecordId", "causeTaskId", "causeAttempt", "checkTaskId", "relationsDigest", "copyId", revision)
    select n."unitId", n."machineId", n.generation, n."unitName", n.wanted, n."contentDigest", n."releaseId", n."restartToken", n."keepData",
      n."causeRecordId", n."causeTaskId", n."causeAttempt", n."checkTaskId", n."relationsDigest", n."copyId", 0
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n("unitId" text, "machineId" text, generation int, "unitName" text, wanted text,
      "contentDigest" text, "releaseId" text, "restartToken" text, "keepData" boolean, "causeRecordId" text, "causeTaskId" text, "causeAttempt" int, "checkTaskId" text,
      "relationsDigest" text, "copyId" text)
    on conflict ("machineId", "unitId") do update set "copyId" = case when excluded.wanted = 'absent' or excluded.generation > "DesiredUnit".generation
        then excluded."copyId" else coalesce(excluded."copyId", "DesiredUnit"."copyId") end,
      generation = excluded.generation, "unitName" = excluded."unitName", wanted = excluded.wanted,
      "contentDigest" = excluded."contentDigest", "releaseId" = excluded."releaseId", "restartToken" = excluded."restartToken", "keepData" = excluded."keepData",
      "causeRecordId" = excluded."causeRecordId", "causeTaskId" = excluded."causeTaskId", "causeAttempt" = excluded."causeAttempt",
      "checkTaskId" = excluded."checkTaskId", "relationsDigest" = coalesce(excluded."relationsDigest", "DesiredUnit"."relationsDigest"), revision = 0`
}

/** Also of units that are left as they are: that they are wanted so does not change. */
async function writeRelated(tx: Tx, related: readonly RelatedUnit[]): Promise<void> {
  if (related.length === 0) return
  await tx.$executeRaw`
    update "DesiredUnit" d set "relationsDigest" = n."relationsDigest", "causeRecordId" = n."causeRecordId", "causeTaskId" = n."causeTaskId",
      "causeAttempt" = n."causeAttempt", "checkTaskId" = null, revision = 0
    from jsonb_to_recordset(${JSON.stringify(related.map(flat))}::jsonb)
      as n("unitId" text, "machineId" text, "relationsDigest" text, "causeRecordId" text, "causeTaskId" text, "causeAttempt" int)
    where d."unitId" = n."unitId" and d."machineId" = n."machineId"`
}

async function writePackages(tx: Tx, packages: readonly WantedPackage[]): Promise<void> {
  if (packages.length === 0) return
  await tx.$executeRaw`
    insert into "DesiredPackage" ("machineId", digest, "sizeBytes", "causeRecordId", "causeTaskId", "causeAttempt", revision)
    select n."machineId", n.digest, n."sizeBytes", n."causeRecordId", n."causeTaskId", n."causeAttempt", 0
    from jsonb_to_recordset(${JSON.stringify(packages.map(flat))}::jsonb)
      as n("machineId" text, digest text, "sizeBytes" int, "causeRecordId" text, "causeTaskId" text, "causeAttempt" int)
    on conflict ("machineId", digest, "causeTaskId") do update set "causeAttempt" = excluded."causeAttempt", revision = 0`
}

/**
 * Takes these units out of everybody's hands: the agents touch nothing of them, and stop what they were doing to them, a removal
 * included. Only a place that the unit has left stays `absent`. With `taskIds`: no more than what these tasks have asked for.
 */
export async function setDesiredAsIs(tx: Tx, unitIds: readonly string[], taskIds?: readonly string[]): Promise<void> {
  if (unitIds.length === 0) return
  const places = await tx.allocation.findMany({
    where: { unitId: { in: [...unitIds] }, to: null },
    select: { unitId: true, machineId: true },
  })
  if (places.length === 0) return
  const open: Prisma.DesiredUnitWhereInput = {
    OR: places,
    wanted: { not: 'as_is' },
    ...(taskIds ? { causeTaskId: { in: [...taskIds] } } : {}),
  }
  const rows = await tx.desiredUnit.findMany({ where: open, select: { machineId: true } })
  const machineIds = [...new Set(rows.map((row) => row.machineId))].sort()
  if (machineIds.length === 0) return
  await raiseRevisions(tx, machineIds)
  await tx.desiredUnit.updateMany({ where: open, data: { wanted: 'as_is', revision: 0 } })
  await stampRevisions(tx, machineIds)
}

/**
 * The unit runs elsewhere now: this machine removes what it had, whenever it hears of it. `copyId`: its data were copied, and all of
 * them stay there until a person removes them.
 */
export async function removeFromMachine(tx: Tx, unitId: string, machineId: string, copyId: string | null = null): Promise<void> {
  await raiseRevisions(tx, [machineId])
  await tx.desiredUnit.updateMany({
    where: { unitId, machineId },
    data: { wanted: 'absent', copyId, causeRecordId: null, causeTaskId: null, causeAttempt: null, checkTaskId: null, revision: 0 },
  })
  await stampRevisions(tx, [machineId])
}

export async function raiseRevisions(tx: Tx, machineIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    with touched as (select id from "Machine" where id = any(${machineIds}) order by id for update)
    update "Machine" m set revision = m.revision + 1 from touched where m.id = touched.id`
}

/** Rows written as revision 0 get the machine's new one; the agent is sent what is above its own. */
export async function stampRevisions(tx: Tx, machineIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    update "DesiredUnit" d set revision = m.revision from "Machine" m where m.id = d."machineId" and m.id = any(${machineIds}) and d.revision = 0`
  await tx.$executeRaw`
    update "DesiredPackage" d set revision = m.revision from "Machine" m where m.id = d."machineId" and m.id = any(${machineIds}) and d.revision = 0`
  wakeMachines(tx, machineIds)
}

/** As many fit into one message of the bus. */
const machinesAtOnce = 200

/** Their gateways look once the change is committed. */
export function wakeMachines(tx: Tx, machineIds: readonly string[]): void {
  for (let i = 0; i < machineIds.length; i += machinesAtOnce) {
    const some = machineIds.slice(i, i + machinesAtOnce)
    afterCommit(tx, () => publish('machine', { machineIds: some }))
  }
}
