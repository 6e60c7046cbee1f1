import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import { releaseRefs, titleFrom } from './deploy-views'
import type { DeployRef } from './views'

type Named = Pick<
  DeployRecord,
  'id' | 'number' | 'state' | 'kind' | 'serviceName' | 'fromReleaseId' | 'toReleaseId' | 'endedAt' | 'createdAt'
>

/** Records named in passing, by id: number, state, what they do, and when they ended or were asked for. */
export async function deployRefs(records: readonly Named[]): Promise<Map<string, DeployRef>> {
  if (records.length === 0) return new Map()
  const [targets, releases] = await Promise.all([
    db.deployTarget.findMany({
      where: { recordId: { in: records.map((record) => record.id) } },
      select: { recordId: true, fromCount: true, toCount: true },
    }),
    releaseRefs(
      db,
      records.flatMap((record) => [record.fromReleaseId, record.toReleaseId]),
    ),
  ])
  const byRecord = groupBy(targets, (target) => target.recordId)
  return new Map(
    records.map((record) => {
      const title = titleFrom({ ...record, targets: byRecord.get(record.id) ?? [] }, releases)
      return [record.id, { id: record.id, number: record.number, state: record.state, title, at: iso(record.endedAt ?? record.createdAt) }]
    }),
  )
}
