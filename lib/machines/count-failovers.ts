import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { underWay } from '@/lib/deploys/deploy-lifecycle'

/** Running failovers of units that were here when the fault was reported. Until they end, this machine must not come back with them. */
export async function countFailovers(tx: Tx, { id, state, stateSince }: Pick<Machine, 'id' | 'state' | 'stateSince'>): Promise<number> {
  if (state !== 'error_detected') return 0
  const left = await tx.allocation.findMany({
    where: { machineId: id, OR: [{ to: null }, { to: { gte: stateSince } }] },
    select: { unitId: true },
  })
  if (left.length === 0) return 0
  return tx.deployRecord.count({
    where: {
      kind: 'failover',
      state: { in: [...underWay] },
      tasks: { some: { unitId: { in: left.map((allocation) => allocation.unitId) } } },
    },
  })
}
