import type { Db } from '@/lib/db/client'
import { setEnv } from '@/lib/env'
import { createWebhook } from '@/lib/notices/keep-webhook'
import { buildCluster, buildGonePod } from '@/lib/testing/build-cluster'
import { buildMembers } from '@/lib/testing/build-members'
import type { BuiltOrganization } from '@/lib/testing/build-organization'
import { buildProvider } from '@/lib/testing/build-provider'
import { buildRoute } from '@/lib/testing/build-route'
import {
  type BuiltService,
  buildExternal,
  buildGranted,
  buildGroup,
  buildOffer,
  buildPackage,
  buildService,
  change,
  settle,
} from '@/lib/testing/build-service'
import { buildRevoked } from '@/lib/testing/build-token'
import { createVariable } from '@/lib/variables/create-variable'
import type { Names } from './knocks'

/** Something of everything that a route can name, each such that the rules refuse to change it. */
export async function buildWall(db: Db, world: BuiltOrganization): Promise<Names> {
  const pkg = await buildPackage(['1.0.0', '2.0.0'], { organizationId: world.id })
  await db.packageVersion.update({ where: { id: pkg.versions['2.0.0'] }, data: { state: 'suspended' } })
  const web = await buildService(world, pkg)
  // What a service takes is neither added again nor removed.
  await createVariable(await world.person('admin'), {
    organization: world.slug,
    application: 'shop',
    environment: 'production',
    name: 'TAKEN',
    value: 'x',
  })
  await settle(world, (await change(world, web, { kind: 'configure', variables: ['TAKEN'] })).recordId)
  const scaled = await change(world, web, { kind: 'scale', counts: { [web.placementId]: 1 } })
  await settle(world, scaled.recordId)
  const machine = await db.machine.findUniqueOrThrow({ where: { id: world.machines.test[0] } })
  const decided = await db.ledger.create({ data: { kind: 'unit', what: 'one', why: 'for the test', closedAt: new Date() } })
  const task = await db.task.findFirstOrThrow({ where: { recordId: scaled.recordId } })
  await buildOutputs(db, scaled)
  const ended = await db.joinToken.create({
    data: { runtimeId: world.runtimes.test, tokenHash: 'ended', expires: new Date(), uses: 1 },
  })
  setEnv({ AGENT_FILE: import.meta.filename })
  const cluster = await buildCluster(world)
  await buildGonePod(cluster, web.placementId)
  await buildProvider()
  const outside = await buildExternal(world, web)
  const offer = await buildOffer(world, web)
  const taken = await buildGroup(world, web)
  await createWebhook(await world.person('admin'), { organization: world.slug, name: 'taken', url: 'http://hook.test', kinds: [] })
  return {
    record: task.recordId,
    task: task.id,
    org: world.slug,
    package: pkg.name,
    version: pkg.versions['1.0.0'] ?? '',
    number: String(scaled.number),
    stage: web.stageId,
    serviceId: web.serviceId,
    outside: outside.id,
    operator: world.userIds.operator,
    owner: world.userIds.owner,
    ...(await buildMembers(world)),
    ...(await buildRevoked(world)),
    machine: machine.name,
    terminal: await buildTerminal(db, world, { web, machineId: machine.id }),
    unit: (await db.unit.findFirstOrThrow({ where: { stageId: web.stageId } })).id,
    placement: web.placementId,
    request: (await buildGranted(world)).id,
    line: decided.id,
    offer: offer.id,
    group: taken.name,
    host: (await buildRoute(world)).host,
    joinToken: ended.id,
    cluster: cluster.name,
    application: cluster.applicationId,
    organization: world.id,
    runtime: world.runtimes.test,
    pool: (await db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.test } })).name,
  }
}

/** What a command printed, in the organisation and on the platform; the same number leads to both. */
async function buildOutputs(db: Db, scaled: { recordId: string; number: number }): Promise<void> {
  await db.task.updateMany({ where: { recordId: scaled.recordId }, data: { outputDigest: '0'.repeat(64) } })
  await db.deployRecord.create({
    data: {
      number: scaled.number,
      serviceName: 'machines',
      environment: 'test',
      kind: 'command',
      state: 'succeeded',
      request: {},
      endedAt: new Date(),
      tasks: {
        create: {
          index: 0,
          layer: 1,
          targetId: 'none',
          verb: 'run',
          dependsOn: [],
          expect: {},
          timeoutMs: 1,
          outputDigest: '0'.repeat(64),
        },
      },
    },
  })
}

async function buildTerminal(
  db: Db,
  world: BuiltOrganization,
  { web, machineId }: { web: BuiltService; machineId: string },
): Promise<string> {
  const { id } = await db.terminal.create({
    data: {
      organizationId: world.id,
      applicationId: (await db.service.findUniqueOrThrow({ where: { id: web.serviceId } })).applicationId,
      serviceId: web.serviceId,
      stageId: web.stageId,
      environment: 'production',
      unitId: 'gone',
      unitName: 'web/0',
      machineId,
      userId: world.userIds.admin,
      cols: 80,
      rows: 24,
      endedAt: new Date(),
    },
  })
  return id
}
