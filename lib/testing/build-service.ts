import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { createService } from '@/lib/deploys/create-service'
import type { RequestDeployInput } from '@/lib/deploys/deploy-request'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { newId } from '@/lib/ids'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import type { BuiltOrganization, PersonName } from './build-organization'
import { carryJobs } from './carry-jobs'

const manifest = {
  tengen: 1,
  name: 'practice',
  title: 'Practice',
  description: 'For tests.',
  runtimes: ['machine'],
  config: {
    type: 'object',
    properties: {
      message: { type: 'string', default: 'hello', 'x-apply': 'reload' },
      workers: { type: 'integer', default: 1, minimum: 1 },
      password: { type: 'string', 'x-secret': true },
    },
  },
  components: [
    {
      name: 'main',
      ports: [{ name: 'http', default: 8080 }],
      resources: { cpuMillis: 100, memoryMib: 64, diskMib: 10 },
      data: [{ name: 'state', path: 'data', sizeMib: 5 }],
      templates: [{ from: 'app.conf', to: 'app.conf' }],
      process: { command: ['bin/server'] },
      hooks: { check: { run: ['bin/check'] } },
    },
  ],
} as const

export interface BuiltPackage {
  readonly id: string
  readonly name: string
  /** Version → id. */
  readonly versions: Readonly<Record<string, string>>
}

interface PackageAsk {
  readonly organizationId?: string
  readonly name?: string
  /** What differs from the usual component: `{ data: [] }`, `{ mode: 'singleton' }`. */
  readonly component?: Readonly<Record<string, unknown>>
  readonly runtimes?: readonly ('machine' | 'kubernetes')[]
}

/** A package with these versions; without an organisation it is the platform's. */
export async function buildPackage(
  versions: readonly string[],
  { organizationId, name = `practice-${newId().slice(0, 6)}`, component = {}, runtimes = ['machine'] }: PackageAsk = {},
): Promise<BuiltPackage> {
  const row = await db.package.create({ data: { name, title: 'Practice', summary: 'For tests.', organizationId } })
  const ids: Record<string, string> = {}
  for (const version of versions) {
    const components = [{ ...manifest.components[0], ...component }]
    const parsed = PackageManifest.parse({ ...manifest, components, runtimes, name, version })
    const made = await db.packageVersion.create({
      data: {
        packageId: row.id,
        version,
        state: 'active',
        digest: Buffer.from(`${version}${row.id}`.padEnd(32, '.')).toString('hex').slice(0, 64),
        sizeBytes: 100,
        manifest: JSON.parse(JSON.stringify(parsed)),
        templates: { 'app.conf': 'message = {{ config.message }}\nport = {{ ports.http }}\n' },
        origin: 'test',
      },
    })
    ids[version] = made.id
  }
  return { id: row.id, name, versions: ids }
}

export interface BuiltService {
  readonly serviceId: string
  readonly stageId: string
  readonly placementId: string
  readonly name: string
  readonly application: string
  readonly recordId: string
  readonly number: number
}

export interface ServiceAsk {
  readonly name?: string
  readonly application?: 'shop' | 'edge'
  readonly environment?: Environment
  readonly count?: number
  readonly version?: string
  readonly values?: Record<string, unknown>
  readonly secrets?: Record<string, string>
  readonly by?: PersonName
}

/** Asks for a new service by the use case itself; in production it then waits for approval. */
export async function askForService(world: BuiltOrganization, pkg: BuiltPackage, ask: ServiceAsk = {}): Promise<BuiltService> {
  const { name = 'web', application = 'shop', environment = 'production', count = 2, by = 'developer' } = ask
  const version = ask.version ?? Object.keys(pkg.versions)[0]
  const made = await createService(await world.person(by), {
    organization: world.slug,
    application,
    name,
    packageVersionId: pkg.versions[version ?? ''] ?? '',
    runtimeId: world.runtimes[environment],
    count,
    values: ask.values ?? {},
    secrets: ask.secrets ?? {},
    reason: 'for the test',
  })
  const placement = await db.placement.findFirstOrThrow({ where: { stage: { serviceId: made.serviceId } } })
  return { ...made, name, application, stageId: placement.stageId, placementId: placement.id }
}

export async function hashOf(recordId: string): Promise<string> {
  const record = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  return (await db.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })).hash
}

export async function approve(world: BuiltOrganization, recordId: string, by: PersonName = 'admin'): Promise<void> {
  await approveDeploy(await world.person(by), { recordId, planHash: await hashOf(recordId) })
}

/** A service whose units the practice driver runs. */
export async function buildService(world: BuiltOrganization, pkg: BuiltPackage, ask: ServiceAsk = {}): Promise<BuiltService> {
  const built = await askForService(world, pkg, ask)
  await settle(world, built.recordId)
  return built
}

/** Approves what asks for it and carries everything until nothing moves. */
export async function settle(world: BuiltOrganization, recordId: string): Promise<void> {
  const { state } = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  if (state === 'awaiting_approval') await approve(world, recordId)
  await carryJobs()
}

export async function change(
  world: BuiltOrganization,
  service: BuiltService,
  input: Omit<RequestDeployInput, 'stageId'>,
  by: PersonName = 'developer',
): Promise<{ recordId: string; number: number }> {
  return requestDeploy(await world.person(by), { stageId: service.stageId, ...input })
}

/** A database of somebody else's that the service names as what it needs. */
export async function buildExternal(world: BuiltOrganization, consumer: BuiltService): Promise<{ id: string }> {
  const { applicationId } = await db.service.findUniqueOrThrow({ where: { id: consumer.serviceId } })
  const outside = { organizationId: world.id, environment: 'test', interface: 'redis' } as const
  return db.externalService.create({
    data: {
      ...outside,
      applicationId,
      name: 'outside',
      endpoints: [{ address: 'redis.example.org', port: 6379 }],
      relations: { create: { ...outside, consumerStageId: consumer.stageId, requirement: 'redis', granularity: 'service' } },
    },
  })
}

/** The service is lent to the application `edge`, where another cannot be without it. */
export async function buildOffer(world: BuiltOrganization, giver: BuiltService): Promise<{ id: string }> {
  const edge = await db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'edge' } })
  const { packageId } = await db.service.findUniqueOrThrow({ where: { id: giver.serviceId } })
  const { environment } = await db.stage.findUniqueOrThrow({ where: { id: giver.stageId } })
  const taker = await db.service.create({
    data: { organizationId: world.id, applicationId: edge.id, name: 'taker', packageId, stages: { create: { environment } } },
    include: { stages: true },
  })
  const lent = { organizationId: world.id, environment, interface: 'http' }
  const consumerStageId = taker.stages[0]?.id ?? ''
  await db.relation.create({
    data: { ...lent, consumerStageId, providerStageId: giver.stageId, provision: 'web', requirement: 'web', granularity: 'service' },
  })
  return db.relationOffer.create({ data: { ...lent, serviceId: giver.serviceId, toApplicationId: edge.id, acceptedAt: new Date() } })
}

/** A group of that name which has nothing anywhere: it can be neither made again nor changed. */
export async function buildGroup(world: BuiltOrganization, service: BuiltService): Promise<{ name: string }> {
  const { applicationId } = await db.service.findUniqueOrThrow({ where: { id: service.serviceId } })
  return db.group.create({ data: { organizationId: world.id, applicationId, name: 'taken' } })
}

/** A request that was granted, and asks for what the organisation has: asked again, nothing is left to do. */
export async function buildGranted(world: BuiltOrganization): Promise<{ id: string; runtimeId: string }> {
  const request = { organizationId: world.id, runtimeId: world.runtimes.test, reason: 'for the test', requesterId: world.userIds.developer }
  return db.quotaRequest.create({ data: { ...request, state: 'approved' } })
}
