import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DesiredUnit, Unit } from '@/lib/db/generated/client'
import { tellLive } from '@/lib/events/write-event'
import { ledgerWords } from '@/lib/ledger/words'
import type { UnitNews } from '@/lib/protocol/news'
import { enqueue } from '@/lib/queue/outbox'
import { tellPeers } from '@/lib/relations/tell-peers'
import { moveUnits, type UnitMove } from './move-unit'

export interface UnitItem {
  /** Who says so. */
  readonly machineId: string
  readonly seq: number
  readonly news: UnitNews
}

/**
 * Writes what agents say of their units. Counts only for the unit's present generation on that machine, and only what is
 * newer than what is known. Returns the records that have running tasks on these units.
 */
export async function observeUnits(tx: Tx, items: readonly UnitItem[]): Promise<string[]> {
  if (items.length === 0) return []
  const ids = [...new Set(items.map((item) => item.news.unitId))].sort()
  await tx.$queryRaw`select 1 from "Unit" where id = any(${ids}) order by id for update`
  const units = await tx.unit.findMany({
    where: { id: { in: ids } },
    include: { allocations: { where: { to: null } }, stage: { include: { service: true } } },
  })
  const desired = await tx.desiredUnit.findMany({ where: { unitId: { in: ids } } })
  const organizations = new Set<string>()
  const moves: UnitMove[] = []
  const removed: [Observed, UnitNews][] = []
  for (const unit of units) {
    const machineId = unit.allocations[0]?.machineId
    const last = items.findLast(
      ({ news, ...item }) =>
        news.unitId === unit.id && item.machineId === machineId && news.generation === unit.generation && BigInt(item.seq) > unit.newsSeq,
    )
    if (!last) continue
    moves.push(
      moveOf(
        unit,
        last,
        desired.find((row) => row.unitId === unit.id && row.machineId === machineId),
      ),
    )
    if (last.news.state === 'removed') removed.push([unit, last.news])
    organizations.add(unit.stage.service.organizationId)
  }
  await moveUnits(tx, moves)
  for (const [unit, news] of removed) await removeAllocation(tx, unit, news)
  // Whoever has another release may give its interfaces elsewhere.
  const switched = moves.filter(({ unit, contentDigest }) => unit.releaseId !== null && unit.contentDigest !== contentDigest)
  await tellPeers(tx, [...new Set([...removed.map(([unit]) => unit), ...switched.map(({ unit }) => unit)].map((unit) => unit.stageId))])
  tellLive(
    tx,
    [...organizations].map((id) => `org:${id}`),
    'unit.observed',
  )
  await closeLeft(
    tx,
    items.filter(({ news }) => news.state === 'removed'),
  )
  const running = await tx.task.findMany({ where: { unitId: { in: ids }, state: 'running' }, select: { recordId: true } })
  const heard = moves.filter((move) => move.relationsDigest !== move.unit.relationsDigest).map((move) => move.unit.stageId)
  await wakeRoutes(tx, heard)
  return [...new Set([...running.map((task) => task.recordId), ...(await waitingForConsumers(tx, heard))])]
}

/** Records that take units out of these stages' sight and wait until they have heard it. */
async function waitingForConsumers(tx: Tx, stageIds: readonly string[]): Promise<string[]> {
  if (stageIds.length === 0) return []
  const providers = await tx.relation.findMany({
    where: { consumerStageId: { in: [...stageIds] }, removedAt: null, providerStageId: { not: null } },
    select: { providerStageId: true },
  })
  if (providers.length === 0) return []
  const tasks = await tx.task.findMany({
    where: { verb: 'withdraw', state: 'running', record: { stageId: { in: providers.flatMap((row) => row.providerStageId ?? []) } } },
    select: { recordId: true },
  })
  return tasks.map((task) => task.recordId)
}

/** Routes that wait until their ways in serve them: these may be the ones. */
async function wakeRoutes(tx: Tx, stageIds: readonly string[]): Promise<void> {
  if (stageIds.length === 0) return
  const waiting = await tx.workload.findMany({
    where: { clusterId: null, causeTaskId: { not: null } },
    select: { placementId: true },
    orderBy: { placementId: 'asc' },
  })
  for (const { placementId } of waiting) await enqueue(tx, 'route.carry-out', { placementId })
}

type Observed = Unit & { allocations: { id: string; machineId: string }[]; stage: { service: { organizationId: string; name: string } } }

function moveOf(unit: Unit, { seq, news }: UnitItem, desired: DesiredUnit | undefined): UnitMove {
  const confirmed = news.contentDigest !== null && desired?.contentDigest === news.contentDigest ? desired.releaseId : undefined
  return {
    unit,
    to: news.state,
    transition: news.transition,
    contentDigest: news.contentDigest ?? unit.contentDigest,
    releaseId: confirmed !== undefined && news.state === 'running' ? confirmed : unit.releaseId,
    code: news.code ?? null,
    message: news.message?.slice(0, 2000) ?? null,
    lastLines: news.lastLines?.join('\n').slice(0, 20_000) ?? null,
    exitCode: news.exitCode ?? null,
    pid: news.pid ?? null,
    restarts: news.restarts,
    newsSeq: seq,
    // An agent that knows of no relations does not say.
    relationsDigest: news.relations === undefined ? unit.relationsDigest : news.relations,
  }
}

async function removeAllocation(tx: Tx, unit: Observed, news: UnitNews): Promise<void> {
  const now = clock.now()
  for (const allocation of unit.allocations) {
    await tx.allocation.update({ where: { id: allocation.id }, data: { to: now } })
    await tx.machinePort.deleteMany({ where: { allocationId: allocation.id } })
    await tx.desiredUnit.deleteMany({ where: { machineId: allocation.machineId, unitId: unit.id } })
    for (const path of news.left ?? []) {
      await tx.ledger.create({
        data: {
          organizationId: unit.stage.service.organizationId,
          kind: 'data',
          machineId: allocation.machineId,
          unitId: unit.id,
          unitName: `${unit.stage.service.name}/${unit.ordinal}`,
          generation: news.generation,
          ...ledgerWords(path, { code: 'because_kept' }),
        },
      })
    }
  }
}

/** A machine says that it has removed what had been left behind on it: the line is closed, and what data it kept is a line of its own. */
async function closeLeft(tx: Tx, removed: readonly UnitItem[]): Promise<void> {
  for (const { machineId, news } of removed) {
    const lines = await tx.ledger.findMany({
      where: { kind: 'unit', machineId, unitId: news.unitId, generation: { lte: news.generation }, closedAt: null },
    })
    const [line] = lines
    if (!line) continue
    await tx.ledger.updateMany({ where: { id: { in: lines.map(({ id }) => id) } }, data: { closedAt: clock.now(), closedAs: 'gone' } })
    const { organizationId, unitId, unitName, generation } = line
    const rest = { organizationId, unitId, unitName, generation, kind: 'data', machineId }
    await tx.ledger.createMany({ data: (news.left ?? []).map((path) => ({ ...rest, ...ledgerWords(path, { code: 'because_kept' }) })) })
  }
}
