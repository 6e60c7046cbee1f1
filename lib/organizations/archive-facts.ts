import type { Tx } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import type { ArchiveFacts } from './archive-gate'

const mostNamed = 6

/** What speaks against archiving applications of an organisation. */
export async function archiveFacts(
  tx: Pick<Tx, '$queryRaw' | 'application'>,
  organizationId: string,
  ids: readonly string[],
): Promise<(applicationId: string) => ArchiveFacts> {
  const living = await tx.$queryRaw<{ applicationId: string; name: string }[]>`
    select s."applicationId", s.name from unnest(${[...ids]}::text[]) as asked(id)
    cross join lateral (select x.* from "Service" x where x."applicationId" = asked.id and x."removedAt" is null
      order by x.name limit ${mostNamed}) s`
  const servicesIn = groupBy(living, (service) => service.applicationId)
  const count = await tx.application.count({ where: { organizationId, archivedAt: null } })
  return (applicationId) => ({
    services: (servicesIn.get(applicationId) ?? []).map((service) => service.name),
    others: count - 1,
  })
}
