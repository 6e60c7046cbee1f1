import { db } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { InitCheck, type InitOrder } from '@/lib/protocol/init'

/** What each of these machines is still to be looked at for; one without a look under way is missing. */
export async function initOrders(machines: readonly { id: string; initRunId: string | null }[]): Promise<Map<string, InitOrder>> {
  const looked = machines.filter(({ initRunId }) => initRunId !== null)
  if (looked.length === 0) return new Map()
  const rows = await db.initResult.findMany({
    where: { machineId: { in: looked.map(({ id }) => id) }, state: { in: ['waiting', 'running'] } },
    orderBy: { order: 'asc' },
  })
  const byMachine = groupBy(rows, (row) => row.machineId)
  return new Map(
    looked.flatMap(({ id, initRunId }) => {
      const policies = (byMachine.get(id) ?? []).map((row) => ({ id: row.policyId, check: InitCheck.parse(row.check) }))
      return initRunId && policies.length > 0 ? [[id, { runId: initRunId, policies }] as const] : []
    }),
  )
}
