import { db } from '@/lib/db/client'
import type { Prisma, Service } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import type { ReleaseRef } from '@/lib/deploys/release-views'
import { configurationOf } from './configuration-of'
import { variablesIn } from './release-content'
import type { PromotionView } from './views'

type Release = Prisma.ReleaseGetPayload<{ include: { packageVersion: true } }>

/** Which release of test production runs, how far test is ahead of it, and what a promotion would carry. */
export async function promotionOf(service: Pick<Service, 'id' | 'applicationId'>): Promise<PromotionView> {
  const stages = await db.stage.findMany({ where: { serviceId: service.id }, include: { placements: true } })
  const stageIn = (environment: Environment) => stages.find((stage) => stage.environment === environment)
  const production = stageIn('production')
  const [source, target] = await Promise.all([loadRelease(stageIn('test')?.releaseId), loadRelease(production?.releaseId)])
  const runs = await loadRelease(target?.promotedFromId)
  const variables = source ? variablesIn(source.variables) : []
  const isPlaced = production?.placements.some((placement) => placement.count > 0 || placement.wantedCount > 0) ?? false
  return {
    test: refOf(source),
    production: refOf(target),
    stageId: production && isPlaced ? production.id : null,
    runs: refOf(runs),
    ahead: source && runs ? source.number - runs.number : null,
    source: source && (await configurationOf(source)),
    target: target && (await configurationOf(target)),
    variables,
    missingVariables: await missingIn(service.applicationId, variables),
  }
}

const loadRelease = async (id: string | null | undefined): Promise<Release | null> =>
  id ? db.release.findUnique({ where: { id }, include: { packageVersion: true } }) : null

const refOf = (release: Release | null): ReleaseRef | null =>
  release && { id: release.id, number: release.number, version: release.packageVersion.version }

async function missingIn(applicationId: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const found = await db.variable.findMany({
    where: { applicationId, environment: 'production', name: { in: [...names] } },
    select: { name: true },
  })
  return names.filter((name) => !found.some((one) => one.name === name))
}
