import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { whyNotRollBackTo } from './service-gate'
import type { ReleaseView } from './views'

/** More are found by their deploys. */
const mostReleases = 50

interface Ask {
  readonly stage: { readonly id: string; readonly releaseId: string | null; readonly releaseNumber: number }
  readonly resource: Resource & { readonly organizationId: string }
}

/** The stage's releases, newest first, with where each is placed now. */
export async function releaseViews(actor: Actor, { stage, resource }: Ask): Promise<{ views: ReleaseView[]; count: number }> {
  const [releases, placements] = await Promise.all([
    db.release.findMany({
      where: { stageId: stage.id },
      include: { packageVersion: { select: { version: true } } },
      orderBy: { number: 'desc' },
      take: mostReleases,
    }),
    db.placement.findMany({ where: { stageId: stage.id }, include: { runtime: { select: { name: true } } } }),
  ])
  const nameOf = await namePeople(releases.map((release) => release.createdBy))
  const isRefused = whyNotRollBackTo(actor, { resource, isPlaced: false }) !== undefined
  const members = isRefused ? await listMembers(resource.organizationId) : []
  const views = releases.map((release): ReleaseView => {
    const placedIn = placements
      .filter((placement) => placement.releaseId === release.id)
      .map((placement) => ({ runtimeName: placement.runtime.name, subset: placement.subset }))
    return {
      id: release.id,
      number: release.number,
      version: release.packageVersion.version,
      createdBy: nameOf(release.createdBy),
      createdAt: iso(release.createdAt),
      placedIn,
      current: release.id === stage.releaseId,
      rollBack: gateOf(whyNotRollBackTo(actor, { resource, isPlaced: placedIn.length > 0 }), members, resource),
    }
  })
  return { views, count: await countReleases(stage.id, releases.length) }
}

/** A page's worth counts itself; only longer histories are counted, along one stage's index. */
const countReleases = async (stageId: string, found: number): Promise<number> =>
  found < mostReleases ? found : db.release.count({ where: { stageId } })
