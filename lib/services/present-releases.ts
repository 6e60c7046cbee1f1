import { db, type Tx } from '@/lib/db/client'

interface Known {
  readonly id: string
  readonly releaseId: string | null
  readonly contentDigest: string | null
}

/**
 * What units have on their machines now, by unit id: a release that was switched to counts from then on, although
 * `Unit.releaseId` says it only once it serves.
 */
export async function presentReleases(units: readonly Known[], tx: Tx = db): Promise<Map<string, string | null>> {
  const wanted = await tx.desiredUnit.findMany({
    where: { unitId: { in: units.map((unit) => unit.id) }, wanted: { not: 'absent' }, contentDigest: { not: null } },
    select: { unitId: true, contentDigest: true, releaseId: true },
  })
  const told = new Map(wanted.map((row) => [`${row.unitId} ${row.contentDigest}`, row.releaseId]))
  return new Map(units.map((unit) => [unit.id, told.get(`${unit.id} ${unit.contentDigest}`) ?? unit.releaseId]))
}
