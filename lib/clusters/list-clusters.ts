import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { literally } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import { EnvironmentSchema } from '@/lib/views'
import { clusterRows } from './cluster-rows'
import { type ClusterList, clusterStates } from './views'

export const ListClustersSchema = z.object({
  q: z.string().trim().max(100).optional(),
  state: z.array(z.enum(clusterStates)).optional(),
  environment: z.array(EnvironmentSchema).optional(),
  region: z.array(z.string().max(100)).optional(),
})

/** Nobody has more clusters than fit a page; who has is told so by the count. */
const most = 200

/** All clusters by name, for operators. */
export async function listClusters(actor: Actor, input: z.infer<typeof ListClustersSchema>): Promise<ClusterList> {
  authorize(actor, 'machine.see', {}, 'The list of clusters')
  const { q, state, environment, region } = ListClustersSchema.parse(input)
  const contains = q ? { contains: literally(q), mode: 'insensitive' as const } : undefined
  const where = {
    removedAt: null,
    ...(state?.length ? { state: { in: state } } : {}),
    ...(region?.length ? { region: { in: region } } : {}),
    ...(environment?.length ? { runtime: { environment: { in: environment } } } : {}),
    ...(contains ? { OR: [{ runtime: { name: contains } }, { region: contains }, { server: contains }] } : {}),
  }
  const found = await db.cluster.findMany({ where, include: { runtime: true }, orderBy: { runtime: { name: 'asc' } }, take: most })
  const regions = await db.cluster.findMany({
    where: { removedAt: null, region: { not: null } },
    distinct: ['region'],
    select: { region: true },
  })
  return {
    items: await clusterRows(found),
    next: null,
    previous: null,
    total: found.length < most ? found.length : await db.cluster.count({ where }),
    regions: regions.flatMap((one) => one.region ?? []).sort(),
    unknownAfterMs: pace('unknownAfter'),
    asOf: iso(clock.now()),
  }
}
