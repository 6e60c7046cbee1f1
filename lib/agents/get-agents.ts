import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { findBuild, findLiveUpdate } from './update-agents'
import type { AgentsView } from './views'

/** Which agents the machines of each pool run, and the one that they could be given. */
export async function getAgents(actor: Actor): Promise<AgentsView> {
  authorize(actor, 'machine.see', {}, 'The list of agents')
  const build = await findBuild(db)
  const pools = await db.runtime.findMany({ where: { kind: 'pool', driver: 'machine' }, orderBy: { name: 'asc' } })
  const counts = await db.machine.groupBy({ by: ['runtimeId', 'agentVersion'], where: { removedAt: null }, _count: { _all: true } })
  return {
    build: build && { version: build.version, digest: build.digest, publishedAt: iso(build.publishedAt) },
    pools: await Promise.all(
      pools.map(async ({ id, name, environment }) => {
        const versions = counts
          .filter((row) => row.runtimeId === id)
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
          live: (await findLiveUpdate(db, id))?.number ?? null,
        }
      }),
    ),
    asOf: iso(clock.now()),
  }
}
