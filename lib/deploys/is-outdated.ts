import type { Tx } from '@/lib/db/client'
import { Prisma, type Stage } from '@/lib/db/generated/client'
import type { DeployKind } from '@/lib/db/generated/enums'
import type { StageRecord } from './stage-record'

/** What the plan of an unstarted record was made from is not so any more: it must be planned anew before anybody counts on it. */
export const isOutdated = async (tx: Tx, record: StageRecord, stage: Stage): Promise<boolean> =>
  record.inputsRevision !== stage.inputsRevision ||
  (await isServiceGone(tx, record)) ||
  (await isUnitGone(tx, record)) ||
  (await isVersionWithdrawn(tx, record)) ||
  (await isMachineTaken(tx, record))

export async function isServiceGone(tx: Tx, { serviceId }: Pick<StageRecord, 'serviceId'>): Promise<boolean> {
  const { removedAt } = await tx.service.findUniqueOrThrow({ where: { id: serviceId }, select: { removedAt: true } })
  return removedAt !== null
}

/** What moves must still be there: a unit that another record has just removed is not made again. */
async function isUnitGone(tx: Tx, record: StageRecord): Promise<boolean> {
  if (record.kind !== 'failover' && record.kind !== 'migrate') return false
  const tasks = await tx.task.findMany({ where: { recordId: record.id, unitName: { not: null } }, select: { unitId: true } })
  const unitIds = new Set(tasks.map((task) => task.unitId ?? ''))
  return (await tx.unit.count({ where: { id: { in: [...unitIds] }, removedAt: null } })) < unitIds.size
}

const bringsVersion: readonly DeployKind[] = ['install', 'upgrade', 'promote']

/** Suspended versions take no new installs or upgrades, whenever those were asked for; what runs goes on. */
export async function isVersionWithdrawn(tx: Tx, { kind, toReleaseId }: Pick<StageRecord, 'kind' | 'toReleaseId'>): Promise<boolean> {
  if (!toReleaseId || !bringsVersion.includes(kind)) return false
  const release = await tx.release.findUnique({ where: { id: toReleaseId }, select: { packageVersion: { select: { state: true } } } })
  return release !== null && release.packageVersion.state !== 'active'
}

/** A new unit was promised a place on a machine that takes none any more. */
async function isMachineTaken(tx: Tx, { id, stageId }: StageRecord): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ taken: boolean }[]>(Prisma.sql`
    select exists (
      select 1 from "Reservation" r join "Machine" m on m.id = r."machineId"
      where r."recordId" = ${id} and r."endedAt" is null and (m.state <> 'ready' or m.maintenance or m."drainSince" is not null)
        and not exists (
          select 1 from "Allocation" a join "Unit" u on u.id = a."unitId"
          where a."machineId" = r."machineId" and a."to" is null and u."stageId" = ${stageId}
            and u.ordinal::text = split_part(r."unitId", '/', 2))) as taken`)
  return found?.taken ?? false
}
