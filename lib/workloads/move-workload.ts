import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Prisma, Workload } from '@/lib/db/generated/client'
import { type WorkloadEvent, workloadLifecycle } from './workload-lifecycle'

type Columns = Omit<Prisma.WorkloadUncheckedUpdateManyInput, 'state' | 'stateSince' | 'placementId'>

/** Locks it and reads it; null = nothing was ever ordered for this placement. */
export async function lockWorkload(tx: Tx, placementId: string): Promise<Workload | null> {
  await tx.$queryRaw`select 1 from "Workload" where "placementId" = ${placementId} for update`
  return tx.workload.findUnique({ where: { placementId } })
}

/** The only writer of a workload's `state`. The caller holds its row. */
export async function moveWorkload(
  tx: Tx,
  { placementId, state: from, stateSince }: Pick<Workload, 'placementId' | 'state' | 'stateSince'>,
  event: WorkloadEvent,
  data: Columns = {},
): Promise<void> {
  const state = workloadLifecycle.next(from, event)
  await tx.workload.update({
    where: { placementId },
    data: { ...data, state, stateSince: state === from ? stateSince : clock.now() },
  })
}
