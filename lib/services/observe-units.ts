import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DesiredUnit, Unit } from '@/lib/db/generated/client'
import { tellLive } from '@/lib/events/write-event'
import type { UnitNews } from '@/lib/protocol/news'
import { moveUnit } from './move-unit'

interface Item {
  readonly seq: number
  readonly news: UnitNews
}

/**
 * Writes what an agent says of its units. Counts only for the unit's present generation on this machine, and only what is
 * newer than what is known. Returns the records that have running tasks on these units.
 */
export async function observeUnits(tx: Tx, machineId: string, items: readonly Item[]): Promise<string[]> {
  if (items.length === 0) return []
  const ids = [...new Set(items.map((item) => item.news.unitId))].sort()
  await tx.$queryRaw`select 1 from "Unit" where id = any(${ids}) order by id for update`
  const units = await tx.unit.findMany({
    where: { id: { in: ids } },
    include: { allocations: { where: { to: null } }, stage: { include: { service: true } } },
  })
  const desired = await tx.desiredUnit.findMany({ where: { machineId, unitId: { in: ids } } })
  const organizations = new Set<string>()
  for (const unit of units) {
    if (unit.allocations[0]?.machineId !== machineId) continue
    const mine = items.filter(
      (item) => item.news.unitId === unit.id && item.news.generation === unit.generation && BigInt(item.seq) > unit.newsSeq,
    )
    const last = mine.at(-1)
    if (!last) continue
    await apply(
      tx,
      unit,
      mine,
      desired.find((row) => row.unitId === unit.id),
    )
    organizations.add(unit.stage.service.organizationId)
  }
  tellLive(
    tx,
    [...organizations].map((id) => `org:${id}`),
    'unit.observed',
  )
  const running = await tx.task.findMany({ where: { unitId: { in: ids }, state: 'running' }, select: { recordId: true } })
  return [...new Set(running.map((task) => task.recordId))]
}

async function apply(
  tx: Tx,
  unit: Unit & { allocations: { id: string; machineId: string }[] },
  items: readonly Item[],
  desired: DesiredUnit | undefined,
): Promise<void> {
  const last = items.at(-1) as Item
  const { news } = last
  const confirmed = news.contentDigest !== null && desired?.contentDigest === news.contentDigest ? desired.releaseId : undefined
  await moveUnit(tx, unit, news.state, {
    transition: news.transition,
    contentDigest: news.contentDigest ?? unit.contentDigest,
    ...(confirmed && news.state === 'running' ? { releaseId: confirmed } : {}),
    code: news.code ?? null,
    message: news.message?.slice(0, 2000) ?? null,
    lastLines: news.lastLines?.join('\n').slice(0, 20_000) ?? null,
    exitCode: news.exitCode ?? null,
    pid: news.pid ?? null,
    restarts: news.restarts,
    newsSeq: BigInt(last.seq),
  })
  if (news.state === 'removed') await removeAllocation(tx, unit, news)
}

async function removeAllocation(tx: Tx, unit: Unit & { allocations: { id: string; machineId: string }[] }, news: UnitNews): Promise<void> {
  const now = clock.now()
  for (const allocation of unit.allocations) {
    await tx.allocation.update({ where: { id: allocation.id }, data: { to: now } })
    await tx.machinePort.deleteMany({ where: { allocationId: allocation.id } })
    await tx.desiredUnit.deleteMany({ where: { machineId: allocation.machineId, unitId: unit.id } })
    for (const path of news.left ?? []) {
      await tx.ledger.create({
        data: { kind: 'data', machineId: allocation.machineId, unitId: unit.id, what: path, why: 'kept when its unit was removed' },
      })
    }
  }
}
