import { readBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { readEntryContent } from '@/lib/drivers/entry/entry-content'
import type { RouteOfEnd } from '@/lib/protocol/relations'

/** Application, environment, service and port → the routes that lead there through ways in, as they are ordered now. */
export type EntryRoutes = ReadonlyMap<string, readonly RouteOfEnd[]>

const keyOf = (applicationId: string, environment: string, service: string, port: string): string =>
  [applicationId, environment, service, port].join(' ')

/** Routes that ways in of these applications shall serve. */
export async function routesAtEntries(tx: Tx, applicationIds: readonly string[]): Promise<EntryRoutes> {
  if (applicationIds.length === 0) return new Map()
  const rows = await tx.workload.findMany({
    where: {
      clusterId: null,
      wanted: 'running',
      contentDigest: { not: null },
      placement: { stage: { service: { applicationId: { in: [...applicationIds] }, isRoute: true, removedAt: null } } },
    },
    select: {
      contentDigest: true,
      placement: { select: { stage: { select: { environment: true, service: { select: { applicationId: true } } } } } },
    },
  })
  const texts = await readBlobTexts(
    tx,
    rows.flatMap((row) => row.contentDigest ?? []),
  )
  const found = new Map<string, Map<string, RouteOfEnd>>()
  for (const { contentDigest, placement } of rows) {
    const text = texts.get(contentDigest ?? '')
    if (text === undefined) continue
    const { host, rules } = readEntryContent(text)
    const { environment, service } = placement.stage
    for (const { path, match, service: to, port } of rules) {
      const key = keyOf(service.applicationId, environment, to, port)
      const mine = found.get(key) ?? new Map<string, RouteOfEnd>()
      // In two pools it is the same route.
      found.set(key, mine.set(`${host} ${path} ${match}`, { host, path, match }))
    }
  }
  return new Map([...found].map(([key, mine]) => [key, [...mine.keys()].sort().flatMap((one) => mine.get(one) ?? [])]))
}

export const routesOf = (
  routes: EntryRoutes,
  { applicationId, environment, service }: { applicationId: string; environment: string; service: string },
  port: string,
): readonly RouteOfEnd[] => routes.get(keyOf(applicationId, environment, service, port)) ?? []
