import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { AutomationPause, Prisma } from '@/lib/db/generated/client'
import { literally } from '@/lib/db/where'
import { releaseRefs } from '@/lib/deploys/deploy-views'
import type { ReleaseRef } from '@/lib/deploys/release-views'
import { notFound } from '@/lib/errors'
import { groupBy } from '@/lib/group-by'
import { iso, isoOrNull } from '@/lib/iso-time'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { paths } from '@/lib/paths'
import { neededBy } from '@/lib/relations/needed-by'
import type { Sentence } from '@/lib/views'
import { type ResidentRow, residentColumns } from './let-go'
import { placed, placedIn } from './placed-in'
import type { Resident, ResidentList } from './resident-views'

export const ListResidentsSchema = PageAskSchema.extend({
  name: z.string().max(200),
  /** Part of the name of a service or of its organisation. */
  q: z.string().trim().max(100).optional(),
})

const KeySchema = z.tuple([z.string(), z.string()])

/** What lives in a cluster, by name: an operator sees the state of everybody's, and the way to it only where a role allows it. */
export async function listResidents(actor: Actor, input: z.input<typeof ListResidentsSchema>): Promise<ResidentList> {
  authorize(actor, 'machine.see', {}, 'This cluster')
  const ask = parseAsk(ListResidentsSchema, input)
  const cluster = await db.cluster.findFirst({ where: { runtime: { name: ask.name }, removedAt: null } })
  if (!cluster) throw notFound('This cluster')
  const turn = turnOf(ask, KeySchema)
  const { direction, take } = orderOf(turn, false)
  const side = direction === 'asc' ? 'gt' : 'lt'
  const [name, id] = turn.key ?? []
  const nameIs = (filter: Prisma.StringFilter): Prisma.PlacementWhereInput => ({ stage: { service: { name: filter } } })
  const rows = await db.placement.findMany({
    where: {
      AND: [
        placedIn(cluster),
        ask.q ? nameIs({ contains: literally(ask.q.toLowerCase()) }) : {},
        name ? { OR: [nameIs({ [side]: name }), { ...nameIs({ equals: name }), id: { [side]: id ?? '' } }] } : {},
      ],
    },
    include: residentColumns,
    orderBy: [{ stage: { service: { name: direction } } }, { id: direction }],
    take,
  })
  const page = toPage(rows, turn, (row): z.infer<typeof KeySchema> => [row.stage.service.name, row.id])
  return { items: await residentsOf(actor, cluster.id, page.rows), next: page.next, previous: page.previous, total: page.total }
}

async function residentsOf(actor: Actor, clusterId: string, rows: readonly ResidentRow[]): Promise<Resident[]> {
  const applicationIds = rows.map((row) => row.stage.service.applicationId)
  const [applications, namespaces, elsewhere, refs, leavingOf] = await Promise.all([
    db.application.findMany({ where: { id: { in: applicationIds } }, include: { organization: true } }),
    db.clusterNamespace.findMany({ where: { clusterId, applicationId: { in: applicationIds } } }),
    db.placement.findMany({
      where: { stageId: { in: rows.map((row) => row.stageId) }, runtimeId: { notIn: rows.map((row) => row.runtimeId) }, ...placed },
      select: { stageId: true },
    }),
    releaseRefs(
      db,
      rows.map((row) => row.workload?.shownReleaseId),
    ),
    leavingsOf(actor, rows),
  ])
  return rows.map((row): Resident => {
    const { service, environment } = row.stage
    const application = applications.find((one) => one.id === service.applicationId)
    const [org, app] = [application?.organization.slug ?? '', application?.slug ?? '']
    const path = service.isRoute ? paths.route(org, app, service.name, environment) : paths.service(org, app, service.name, environment)
    return {
      placementId: row.id,
      organization: { slug: org, name: application?.organization.name ?? '' },
      application: { slug: app, name: application?.name ?? '' },
      service: service.name,
      isRoute: service.isRoute,
      subset: row.subset,
      environment,
      namespace: namespaces.find((one) => one.applicationId === service.applicationId)?.name ?? null,
      href: can(actor, 'service.see', service) ? path : null,
      isOnlyHere: !elsewhere.some((one) => one.stageId === row.stageId),
      leaving: leavingOf.get(row.id) ?? null,
      ...shownOf(row, refs),
    }
  })
}

const shownOf = ({ workload, wantedCount }: ResidentRow, refs: ReadonlyMap<string, ReleaseRef>) => ({
  state: workload?.state ?? ('none' as const),
  stateSince: isoOrNull(workload?.stateSince ?? null),
  held: workload?.held ?? false,
  release: refs.get(workload?.shownReleaseId ?? '') ?? null,
  desired: workload?.desired ?? wantedCount,
  ready: workload?.ready ?? 0,
  available: workload?.available ?? 0,
})

/** Why no plan of its removal could be made; null = what kept it is gone, and it is asked for again. */
function whyWaits({ code, message }: AutomationPause, needing: readonly string[]): Sentence | null {
  if (code === 'needed') return needing.length > 0 ? { code: 'leaving_needed', values: { services: needing.join(', ') } } : null
  return { code: 'leaving_refused', values: {}, ...(message ? { message } : {}) }
}

/** What became of the removals that were decided on: the newest record of each since, or why there is none. */
async function leavingsOf(actor: Actor, rows: readonly ResidentRow[]): Promise<Map<string, Resident['leaving']>> {
  const leaving = rows.filter((row) => row.leavingSince !== null)
  const stageIds = leaving.map((row) => row.stageId)
  const records = await db.deployRecord.findMany({
    where: { stageId: { in: stageIds }, kind: 'remove' },
    include: { targets: { select: { placementId: true } } },
    orderBy: { number: 'desc' },
  })
  const pauses = await db.automationPause.findMany({ where: { stageId: { in: stageIds }, kind: 'remove', code: { not: null } } })
  const needing = new Map<string, readonly string[]>()
  for (const { stageId, code } of pauses)
    if (code === 'needed') needing.set(stageId, [...new Set((await neededBy(db, stageId)).map((one) => one.service))])
  const ofStage = groupBy(records, (record) => record.stageId ?? '')
  const organizationIds = leaving.map((row) => row.stage.service.organizationId)
  const organizations = await db.organization.findMany({ where: { id: { in: organizationIds } }, select: { id: true, slug: true } })
  return new Map(
    leaving.map((row) => {
      const { service } = row.stage
      const since = row.leavingSince ?? new Date(0)
      const record = ofStage
        .get(row.stageId)
        ?.find((one) => one.targets.some((target) => target.placementId === row.id) && (!one.endedAt || one.createdAt >= since))
      const slug = organizations.find((one) => one.id === service.organizationId)?.slug ?? ''
      const pause = pauses.find((one) => one.stageId === row.stageId)
      return [
        row.id,
        {
          since: iso(since),
          record: record
            ? {
                number: record.number,
                state: record.state,
                href: can(actor, 'deploy.see', service) ? paths.deploy(slug, record.number) : null,
              }
            : null,
          refused: !record && pause ? whyWaits(pause, needing.get(row.stageId) ?? []) : null,
        },
      ]
    }),
  )
}
