import type { Tx } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import type { ArchiveFacts } from './archive-gate'

const mostNamed = 6

/** What speaks against archiving applications of an organisation. */
export async function archiveFacts(
  tx: Pick<Tx, 'service' | 'application'>,
  organizationId: string,
  ids: readonly string[],
): Promise<(applicationId: string) => ArchiveFacts> {
  const living = await tx.service.findMany({
    where: { applicationId: { in: [...ids] }, removedAt: null },
    select: { applicationId: true, name: true },
    orderBy: { name: 'asc' },
  })
  const servicesIn = groupBy(living, (service) => service.applicationId)
  const count = await tx.application.count({ where: { organizationId, archivedAt: null } })
  return (applicationId) => ({
    services: (servicesIn.get(applicationId) ?? []).slice(0, mostNamed).map((service) => service.name),
    others: count - 1,
  })
}
