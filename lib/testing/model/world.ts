import { loadActor } from '@/lib/accounts/load-actor'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { newId } from '@/lib/ids'
import type { JobName, JobPayload } from '@/lib/queue/jobs'
import type { CrashPoint } from './crash'
import { ModelAgent } from './model-agent'
import type { Random } from './random'

export interface Hand {
  readonly workerId: string
  readonly signal: AbortSignal
}
/** Job → what a worker does with it; handed in, because doors are not known down here. */
export type Processors = { readonly [N in JobName]: (payload: JobPayload<N>, hand: Hand) => Promise<void> }

/** One small installation of its own: an organisation, its people, two pools, a service in test and production. */
export interface World {
  readonly processors: Processors
  readonly random: Random
  readonly crash: CrashPoint
  readonly organizationId: string
  readonly serviceId: string
  readonly stages: Readonly<Record<Environment, string>>
  readonly people: Readonly<Record<'dev' | 'admin' | 'second', string>>
  readonly versions: readonly string[]
  readonly agents: readonly ModelAgent[]
  /** What happened, for the report of a violation. */
  readonly story: string[]
}

const manifest = {
  tengen: 1,
  name: 'model',
  version: '1.0.0',
  title: 'Model',
  description: '',
  runtimes: ['machine'],
  config: {
    type: 'object',
    properties: { message: { type: 'string', default: 'hello', 'x-apply': 'reload' }, workers: { type: 'integer', default: 1 } },
  },
  components: [
    {
      name: 'main',
      ports: [{ name: 'http', default: 8080 }],
      resources: { cpuMillis: 100, memoryMib: 64, diskMib: 10 },
      templates: [{ from: 'app.conf', to: 'app.conf' }],
      process: { command: ['bin/server'] },
      hooks: { check: { run: ['bin/check'] } },
    },
  ],
}

export async function makeWorld(random: Random, crash: CrashPoint, processors: Processors): Promise<World> {
  const tag = newId().slice(0, 8)
  const organization = await db.organization.create({ data: { slug: `org-${tag}`, name: 'Model' } })
  const application = await db.application.create({ data: { organizationId: organization.id, slug: 'app', name: 'App' } })
  const people = {
    dev: await makePerson(organization.id, `dev-${tag}`, 'developer'),
    admin: await makePerson(organization.id, `admin-${tag}`, 'admin'),
    second: await makePerson(organization.id, `second-${tag}`, 'admin'),
  }
  const pkg = await db.package.create({ data: { name: `model-${tag}`, title: 'Model' } })
  const versions = await Promise.all(['1.0.0', '1.1.0'].map((version) => makeVersion(pkg.id, version, tag)))
  const service = await db.service.create({
    data: { organizationId: organization.id, applicationId: application.id, name: 'web', packageId: pkg.id },
  })
  const test = await makeStage(service.id, organization.id, 'test', 1, tag)
  const production = await makeStage(service.id, organization.id, 'production', 3, tag)
  return {
    processors,
    random,
    crash,
    organizationId: organization.id,
    serviceId: service.id,
    stages: { test: test.stageId, production: production.stageId },
    people,
    versions,
    agents: [...test.machineIds, ...production.machineIds].map((id) => new ModelAgent(id, random)),
    story: [],
  }
}

async function makePerson(organizationId: string, name: string, role: 'developer' | 'admin'): Promise<string> {
  const user = await db.user.create({ data: { name, email: `${name}@model.test`, members: { create: { organizationId, role } } } })
  return user.id
}

async function makeVersion(packageId: string, version: string, tag: string): Promise<string> {
  const digest = Buffer.from(`${version}${tag}`.padEnd(32, '.')).toString('hex').slice(0, 64)
  const row = await db.packageVersion.create({
    data: {
      packageId,
      version,
      state: 'active',
      digest,
      sizeBytes: 100,
      manifest: { ...manifest, version },
      templates: { 'app.conf': 'message = {{ config.message }}\nport = {{ ports.http }}\n' },
      origin: 'model',
    },
  })
  return row.id
}

async function makeStage(serviceId: string, organizationId: string, environment: Environment, machines: number, tag: string) {
  const runtime = await db.runtime.create({
    data: { name: `${environment}-${tag}`, environment, grants: { create: { organizationId } } },
  })
  const stage = await db.stage.create({ data: { serviceId, environment, placements: { create: { runtimeId: runtime.id } } } })
  const machineIds: string[] = []
  for (let index = 0; index < machines; index++) {
    const id = newId()
    machineIds.push(id)
    await db.machine.create({
      data: {
        id,
        runtimeId: runtime.id,
        name: `${environment}-${tag}-${index}`,
        state: 'ready',
        signKey: id,
        boxKey: id,
        heardAt: clock.now(),
        connected: true,
        cpuMillis: 4000,
        memoryMib: 4096,
        diskMib: 10_000,
      },
    })
  }
  return { stageId: stage.id, machineIds }
}

export async function actorOf(userId: string): Promise<PersonActor> {
  const actor = await loadActor(userId)
  if (actor) return { ...actor, session: { id: `of ${userId}`, signedInAt: clock.now() } }
  // A person without any grant may still knock at the door; the use cases must refuse.
  return { kind: 'person', id: userId, name: 'blocked', isOperator: false, isReviewer: false, grants: [] }
}
