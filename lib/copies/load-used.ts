import type { Tx } from '@/lib/db/client'
import { unpackHour } from '@/lib/samples/pack-hour'

/** Unit → what its folder took when its machine last looked; missing where it holds too much to be counted, or nobody has looked. */
export async function loadUsedMib(tx: Tx, unitIds: readonly string[]): Promise<Map<string, number>> {
  if (unitIds.length === 0) return new Map()
  const hours = await tx.sampleHour.findMany({
    where: { subjectId: { in: [...unitIds] } },
    distinct: ['subjectId'],
    orderBy: [{ subjectId: 'asc' }, { hour: 'desc' }],
  })
  return new Map(
    hours.flatMap(({ subjectId, hour, bytes }) => {
      const last = unpackHour(hour, bytes).findLast(({ diskMib }) => diskMib !== null)
      return last?.diskMib == null ? [] : [[subjectId, last.diskMib] as const]
    }),
  )
}
