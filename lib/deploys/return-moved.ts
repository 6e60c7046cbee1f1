import { isCopy } from '@/lib/copies/copy-verbs'
import type { Tx } from '@/lib/db/client'
import { raiseRevisions, stampRevisions } from '@/lib/machines/set-desired'
import type { StageRecord } from './stage-record'

/**
 * A move with data that came to nothing before anything began elsewhere: its units were only stopped, and are started again where
 * they are, as they were. Returns them.
 */
export async function returnMoved(tx: Tx, record: StageRecord): Promise<string[]> {
  if (record.kind !== 'migrate' || record.state === 'succeeded') return []
  const tasks = await tx.task.findMany({
    where: { recordId: record.id, unitId: { not: null } },
    select: { unitId: true, verb: true, state: true, attempt: true },
  })
  const copied = [...new Set(tasks.filter(isCopy).flatMap((task) => task.unitId ?? []))]
  const isThere = (unitId: string) => {
    const own = tasks.filter((task) => task.unitId === unitId)
    return (
      own.some(({ verb, state }) => verb === 'stop' && state === 'succeeded') &&
      !own.some((task) => task.verb === 'switch' && task.attempt > 0)
    )
  }
  const stopped = await tx.unit.findMany({
    where: { id: { in: copied.filter(isThere) }, state: 'stopped', held: false, removedAt: null, releaseId: { not: null } },
    include: { allocations: { where: { to: null }, select: { machineId: true } } },
  })
  const places = stopped.flatMap(({ id, allocations }) => allocations.map(({ machineId }) => ({ unitId: id, machineId })))
  if (places.length === 0) return []
  const machineIds = [...new Set(places.map(({ machineId }) => machineId))].sort()
  await raiseRevisions(tx, machineIds)
  await tx.desiredUnit.updateMany({
    where: { OR: places, wanted: 'stopped' },
    data: { wanted: 'running', causeRecordId: null, causeTaskId: null, causeAttempt: null, checkTaskId: null, revision: 0 },
  })
  await stampRevisions(tx, machineIds)
  return places.map(({ unitId }) => unitId)
}
