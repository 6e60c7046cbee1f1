import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import { findBuild, findLiveUpdates } from './update-agents'
import type { AgentsView } from './views'

/** Which agents the machines of each pool run, and the one that they could be given. */
export async function getAgents(actor: Actor): Promise<AgentsView> {
  authorize(actor, 'machine.see', {}, 'The list of agents')
  const build = await findBuild(db)
  const pools = await db.runtime.findMany({ where: { kind: 'pool', driver: 'machine' }, orderBy: { name: 'asc' } })
  const counts = await db.machine.groupBy({ by: ['runtimeId', 'agentVersion'], where: { removedAt: null }, _count: { _all: true } })
  const countsIn = groupBy(counts, (row) => row.runtimeId)
  const updates = await findLiveUpdates(db)
  return {
    build: build && { version: build.version, digest: build.digest, publishedAt: iso(build.publishedAt) },
    pools: pools.map(({ id, name, environment }) => {
      const versions = (countsIn.get(id) ?? [])
        .map((row) => ({ version: row.agentVersion, count: row._count._all }))
        .sort((a, b) => b.count - a.count)
      const sum = (list: typeof versions) => list.reduce((total, one) => total + one.count, 0)
      return {
        id,
        name,
        environment,
        machines: sum(versions),
        versions,
        behind: build ? sum(versions.filter((one) => one.version !== build.version)) : 0,
        live: updates.get(id) ?? null,
      }
    }),
    asOf: iso(clock.now()),
  }
}
