import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Package, PackageVersion, Prisma, Service, Stage } from '@/lib/db/generated/client'
import { approvalFor } from '@/lib/deploys/approval-rules'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { loadUnitsOf } from '@/lib/deploys/load-units-on'
import type { ReleaseRef } from '@/lib/deploys/release-views'
import type { DeployRow } from '@/lib/deploys/views'
import { whyNotMove } from '@/lib/deploys/why-stays'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { leftRunning } from '@/lib/ledger/left-running'
import { findScope } from '@/lib/organizations/find-scope'
import { digestOf } from '@/lib/protocol/canonical'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { entryUrls } from '@/lib/relations/entry-urls'
import { EnvironmentSchema } from '@/lib/views'
import type { WorkloadView } from '@/lib/workloads/views'
import { configurationOf } from './configuration-of'
import { dataOf, loadUnits, type PlacedUnit, placementViews } from './placement-views'
import { promotionOf } from './promotion-of'
import { variablesIn } from './release-content'
import { releaseViews } from './release-views'
import { type StageFacts, whyNotChange, whyNotChangeUnit } from './service-gate'
import { nowhere, spreadOf } from './spread-of'
import { type StageHealth, stageHealth } from './stage-health'
import { variablesOf } from './variables-of'
import { versionChoices } from './version-choices'
import {
  type PlacementView,
  type PromotionView,
  type ServiceAct,
  type ServiceView,
  serviceActs,
  type UnitAct,
  type UnitView,
  unitActs,
} from './views'

export const GetServiceSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  /** Missing = production where it is there, else test. */
  environment: EnvironmentSchema.nullish(),
})
export type GetServiceInput = z.infer<typeof GetServiceSchema>

/** A service in one environment, with everything its page shows. */
export async function getService(actor: Actor, ask: GetServiceInput): Promise<ServiceView> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const { service, stage, resource } = await findStage(actor, scope.application?.id ?? '', ask)
  const asOf = iso(clock.now())
  const members = await listMembers(service.organizationId)
  const [pkg, placements, releases, health, deploys, approval, urls, spread, promotion, left] = await Promise.all([
    db.package.findUniqueOrThrow({ where: { id: service.packageId }, include: { versions: true } }),
    loadPlacements(actor, stage.id, { service, members }),
    releaseViews(actor, { stage, resource }),
    stageHealth([stage.id]),
    loadDeploys(actor, stage.id),
    approvalFor(actor, { ...service, environment: stage.environment }),
    entryUrls(stage.id),
    spreadOf([service.id]),
    promotionOf(service),
    leftRunning(stage.id),
  ])
  const current = await loadCurrent(stage.releaseId ?? placements.find((placement) => placement.release)?.release?.id)
  const release = refOf(current)
  const versions = versionChoices(pkg.versions, release?.version)
  const units = placements.flatMap((placement) => placement.units)
  const facts: StageFacts = {
    hasRelease: current !== null,
    ...unitFacts(placements),
    otherVersions: versions.filter((one) => one.version !== release?.version && one.state === 'active').length,
    otherReleases: releases.views.filter((one) => one.placedIn.length === 0).length,
    removed: service.removedAt !== null,
    ...whoCounts(current, service.component),
    ...(spread.get(service.id) ?? nowhere),
  }
  const gate = (act: ServiceAct) => gateOf(whyNotChange(actor, act, { resource, facts }), members, resource)
  return {
    id: service.id,
    stageId: stage.id,
    name: service.name,
    organizationSlug: scope.organization.slug,
    applicationSlug: ask.application,
    environment: stage.environment,
    environments: service.stages.map((one) => one.environment).sort(),
    ...countsOf(health.get(stage.id)),
    package: packageOf(pkg, current?.packageVersion.state),
    component: service.component,
    release,
    versions,
    placements,
    size: current && sizeOf(current, service, stage),
    releases: releases.views,
    releaseCount: releases.count,
    configuration: current ? await configurationOf(current) : null,
    variables: await variablesOf(service, stage, variablesIn(current?.variables)),
    promotion,
    live: liveOf(deploys),
    deploys,
    approval,
    data: current ? dataOf(current, service, units) : [],
    urls,
    left,
    gates: Object.fromEntries(serviceActs.map((act) => [act, gate(act)])) as ServiceView['gates'],
    revision: fingerprint({ stage, placements, deploys, promotion }),
    asOf,
  }
}

const countsOf = (now: StageHealth | undefined): Pick<ServiceView, 'health' | 'unknownUnits' | 'running' | 'wanted'> => ({
  health: now?.health ?? 'none',
  unknownUnits: now?.unknown ?? 0,
  running: now?.running ?? 0,
  wanted: now?.wanted ?? 0,
})

/** Units that the hub places itself, and pods of clusters, by what they have in common. */
function unitFacts(placements: readonly PlacementView[]): Pick<StageFacts, 'units' | 'pods' | 'running' | 'stopped' | 'held'> {
  const units = placements.flatMap((placement) => placement.units)
  const whole = placements.flatMap(({ workload, wanted }) => (workload && isThere(workload) ? [{ ...workload, wanted }] : []))
  const sum = (of: (one: (typeof whole)[number]) => number) => whole.reduce((total, one) => total + of(one), 0)
  return {
    units: units.length + sum(sizeIn),
    pods: sum(sizeIn),
    running: units.filter((unit) => unit.state === 'running').length + sum((one) => one.available),
    stopped: units.filter((unit) => unit.state === 'stopped').length + sum((one) => (one.state === 'stopped' ? one.wanted : 0)),
    held: units.filter((unit) => unit.held).length + sum((one) => (one.held ? Math.max(1, sizeIn(one)) : 0)),
  }
}

const isThere = ({ state }: WorkloadView): boolean => state !== 'none' && state !== 'removed'
const sizeIn = ({ state, desired, wanted }: Pick<WorkloadView, 'state' | 'desired'> & { wanted: number }): number =>
  state === 'stopped' ? wanted : desired

async function findStage(actor: Actor, applicationId: string, { name, environment }: GetServiceInput) {
  const service = await db.service.findFirst({ where: { applicationId, name, removedAt: null, isRoute: false }, include: { stages: true } })
  const wanted = environment ? [environment] : (['production', 'test'] as const)
  const stage = wanted.flatMap((one) => service?.stages.find((found) => found.environment === one) ?? [])[0]
  if (!service || !stage) throw notFound('This service')
  const resource = ofService(service)
  authorize(actor, 'service.see', resource, 'This service')
  return { service, stage, resource }
}

const withPackage = { packageVersion: true } as const satisfies Prisma.ReleaseInclude
export type CurrentRelease = Prisma.ReleaseGetPayload<{ include: { packageVersion: true } }>

const loadCurrent = async (releaseId: string | undefined): Promise<CurrentRelease | null> =>
  releaseId ? db.release.findUnique({ where: { id: releaseId }, include: withPackage }) : null

const refOf = (release: CurrentRelease | null): ReleaseRef | null =>
  release && { id: release.id, number: release.number, version: release.packageVersion.version }

function whoCounts(release: CurrentRelease | null, component: string): Pick<StageFacts, 'isDaemon' | 'isOfChart'> {
  const components = release ? PackageManifest.parse(release.packageVersion.manifest).components : []
  const found = components.find((one) => one.name === component)
  return { isDaemon: found?.mode === 'daemon', isOfChart: found?.chart !== undefined }
}

const packageOf = (pkg: Package & { versions: PackageVersion[] }, state: string | undefined): ServiceView['package'] => ({
  name: pkg.name,
  title: pkg.title,
  summary: pkg.summary,
  state: state ?? null,
})

function sizeOf({ packageVersion }: CurrentRelease, { component }: Service, { cpuMillis, memoryMib }: Stage): ServiceView['size'] {
  const { resources } = PackageManifest.parse(packageVersion.manifest).components.find((one) => one.name === component) ?? {}
  return { own: { cpuMillis, memoryMib }, package: { cpuMillis: resources?.cpuMillis ?? 0, memoryMib: resources?.memoryMib ?? 0 } }
}

async function loadPlacements(
  actor: Actor,
  stageId: string,
  { service, members }: { service: Service; members: readonly PersonActor[] },
): Promise<PlacementView[]> {
  const units = await loadUnits(stageId, service.name)
  const moving = new Map((await loadUnitsOf(db, stageId)).map((one) => [one.unit.id, one]))
  const gatesOf = (unit: PlacedUnit) => {
    const one = moving.get(unit.id)
    const stays = one ? whyNotMove({ ...one, isSilent: unit.isUnknown }) : 'never_ran'
    const gate = (act: UnitAct) => gateOf(whyNotChangeUnit(actor, act, ofService(service), { unit, stays }), members, service)
    return Object.fromEntries(unitActs.map((act) => [act, gate(act)])) as UnitView['gates']
  }
  const setRules = gateOf(lacks(actor, 'deploy.request', ofService(service)), members, service)
  const keepOutside = gateOf(lacks(actor, 'deploy.accept', ofService(service)), members, service)
  return placementViews(stageId, units, { gatesOf, setRules, keepOutside })
}

/** What is for later matters less than what is at work or waits for somebody now. */
const liveOf = (deploys: readonly DeployRow[]): DeployRow | null => {
  const live = deploys.filter((row) => row.endedAt === null)
  return live.find((row) => !row.scheduled) ?? live[0] ?? null
}

const lastDeploys = 20

async function loadDeploys(actor: Actor, stageId: string): Promise<DeployRow[]> {
  const records = await db.deployRecord.findMany({ where: { stageId }, orderBy: { number: 'desc' }, take: lastDeploys })
  return deployRows(actor, records)
}

/** Units change without anybody raising a number, so what is shown is fingerprinted: another number, another state. */
function fingerprint({
  stage,
  placements,
  deploys,
  promotion,
}: {
  stage: { inputsRevision: number; releaseId: string | null }
  placements: PlacementView[]
  deploys: DeployRow[]
  promotion: PromotionView
}): number {
  const units = placements.flatMap((placement) =>
    placement.units.map((unit) => [unit.id, unit.state, unit.transition, unit.held, unit.release?.id, unit.machine?.id, unit.restarts]),
  )
  const records = deploys.map((row) => [row.id, row.state, row.stateSince, row.tasks.done])
  const counts = placements.map((placement) => [
    placement.id,
    placement.workload && { ...placement.workload, heardAt: null },
    placement.rules,
    placement.wanted,
    placement.release?.id,
    placement.wantedRelease?.id,
  ])
  return Number.parseInt(digestOf([stage.inputsRevision, stage.releaseId, units, records, counts, promotion]).slice(0, 12), 16)
}
