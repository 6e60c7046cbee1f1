import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import type { PracticeTarget } from '@/lib/drivers/practice/practice-driver'
import { newId } from '@/lib/ids'

/** The rows that a real target's own news would fill, written for the practice driver's pretended one. */
export const reportPractice: PracticeTarget = {
  async unit(order, state, failure) {
    await transaction(async (tx) => {
      const releaseId = (order.params.releaseId as string | null | undefined) ?? null
      await tx.unit.updateMany({
        where: { id: order.unitId ?? '' },
        data: {
          state,
          stateSince: clock.now(),
          code: failure?.code ?? null,
          message: failure?.message ?? null,
          ...(order.contentDigest ? { contentDigest: order.contentDigest } : {}),
          ...(state === 'running' && releaseId ? { releaseId } : {}),
          ...(state === 'removed' ? { removedAt: clock.now() } : {}),
        },
      })
      if (state === 'removed') {
        const allocations = await tx.allocation.findMany({ where: { unitId: order.unitId ?? '', to: null } })
        await tx.allocation.updateMany({ where: { unitId: order.unitId ?? '', to: null }, data: { to: clock.now() } })
        await tx.machinePort.deleteMany({ where: { allocationId: { in: allocations.map((allocation) => allocation.id) } } })
      }
    })
  },
  async cached(order) {
    const key = { machineId: order.machineId ?? '', digest: order.contentDigest ?? '', causeTaskId: order.taskId }
    const row = { ...key, sizeBytes: 0, causeRecordId: order.recordId, causeAttempt: order.attempt, revision: 0, cachedAt: clock.now() }
    await transaction(async (tx) => {
      await tx.desiredPackage.upsert({ where: { machineId_digest_causeTaskId: key }, create: row, update: { cachedAt: clock.now() } })
    })
  },
  async copied(order) {
    const { recordId, machineId } = order
    const unitId = order.unitId ?? ''
    await transaction(async (tx) => {
      if (order.verb === 'copy_in') {
        await tx.dataCopy.updateMany({ where: { recordId, unitId }, data: { verifiedAt: clock.now() } })
        return
      }
      const ends = { fromMachineId: machineId ?? '', toMachineId: String(order.params.to), left: [`${order.unitName}/data`] }
      await tx.dataCopy.createMany({ data: [{ id: newId(), recordId, unitId, ...ends, packedAt: clock.now() }], skipDuplicates: true })
    })
  },
}
