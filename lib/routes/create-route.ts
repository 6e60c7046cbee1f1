import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Service } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { lockStage } from '@/lib/deploys/lock-record'
import type { PlanMade } from '@/lib/deploys/plan/plan-types'
import { previewOf } from '@/lib/deploys/preview-deploy'
import type { PlanPreview } from '@/lib/deploys/views'
import { writeEvent } from '@/lib/events/write-event'
import { holdApplication } from '@/lib/organizations/hold-application'
import { HostSchema } from '@/lib/protocol/route'
import { EnvironmentSchema } from '@/lib/views'
import { claimHost } from './claim-host'
import { RouteContentSchema, releaseRoute } from './release-route'
import { ensureRoutePackage } from './route-package'

export const CreateRouteSchema = RouteContentSchema.extend({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  host: HostSchema,
})
export type CreateRouteInput = z.input<typeof CreateRouteSchema>
type Parsed = z.output<typeof CreateRouteSchema>

/** Claims a host in an environment, and asks for its first version. All or nothing. */
export async function createRoute(actor: Actor, input: CreateRouteInput): Promise<{ recordId: string; number: number }> {
  const parsed = CreateRouteSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await createInside(tx, actor, parsed)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewRoute(actor: Actor, input: CreateRouteInput): Promise<PlanPreview> {
  const parsed = CreateRouteSchema.parse(input)
  return previewOf(actor, (tx) => createInside(tx, actor, { ...parsed, expectedHash: undefined }))
}

export async function createInside(
  tx: Tx,
  actor: Actor,
  input: Parsed,
  promotedFromId?: string,
): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { organization, application, environment, host, ...content } = input
  const { organizationId, id: applicationId } = await holdApplication(tx, { organization, application })
  // Asked for in both environments at once it is one route.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`route ${applicationId} ${host}`}))`
  const service = await ofHost(tx, { organizationId, applicationId, host })
  authorize(actor, 'deploy.request', service ? ofService(service) : { organizationId, applicationId }, 'This application')
  const own = service ?? (await newService(tx, actor, { organizationId, applicationId, host }))
  const key = { serviceId: own.id, environment }
  const { id } = await tx.stage.upsert({ where: { serviceId_environment: key }, create: key, update: {} })
  const stage = await lockStage(tx, id)
  await claimHost(tx, { stageId: id, organizationId, applicationId, environment, host })
  await writeEvent(tx, actor, {
    name: 'route.created',
    organizationId,
    subject: { kind: 'service', id: own.id },
    data: { host, environment },
  })
  return releaseRoute(tx, actor, { service: own, stage, content, promotedFromId })
}

interface Named {
  readonly organizationId: string
  readonly applicationId: string
  readonly host: string
}

/** The same host in the other environment is the same route there. */
const ofHost = (tx: Tx, { applicationId, host }: Named): Promise<Service | null> =>
  tx.service.findFirst({ where: { applicationId, name: host, isRoute: true, removedAt: null } })

async function newService(tx: Tx, actor: Actor, { organizationId, applicationId, host }: Named): Promise<Service> {
  const { packageId } = await ensureRoutePackage(tx)
  return tx.service.create({ data: { organizationId, applicationId, name: host, packageId, isRoute: true, createdBy: actor.id } })
}
