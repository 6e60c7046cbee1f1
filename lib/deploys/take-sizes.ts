import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import type { Resources } from '@/lib/drivers/driver'

/** The size that a task gives to a unit that is there already. */
export const sizeIn = (params: unknown): Resources | undefined => (params as { resize?: Resources } | null)?.resize

/**
 * Units that have taken up another size hold that much room from here on, however their record ended. Until then a larger one was
 * promised to the record, and a smaller one was not given away.
 */
export async function takeSizes(tx: Tx, record: DeployRecord): Promise<void> {
  const tasks = await tx.task.findMany({
    where: { recordId: record.id, verb: 'switch', unitId: { not: null }, attempt: { gt: 0 } },
    select: { unitId: true, contentDigest: true, params: true },
  })
  const resized = tasks.flatMap(({ unitId, contentDigest, params }) => {
    const size = sizeIn(params)
    return size && unitId && contentDigest ? [{ unitId, contentDigest, ...size }] : []
  })
  if (resized.length === 0) return
  await tx.$executeRaw`
    update "Allocation" a set "cpuMillis" = n."cpuMillis", "memoryMib" = n."memoryMib", "diskMib" = n."diskMib"
    from jsonb_to_recordset(${JSON.stringify(resized)}::jsonb) as n("unitId" text, "contentDigest" text, "cpuMillis" int, "memoryMib" int, "diskMib" int)
    join "Unit" u on u.id = n."unitId" and u."contentDigest" = n."contentDigest"
    where a."unitId" = u.id and a."to" is null`
}
