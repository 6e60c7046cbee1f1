import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { lockStage } from '@/lib/deploys/lock-record'
import { previewOf } from '@/lib/deploys/preview-deploy'
import type { PlanPreview } from '@/lib/deploys/views'
import { notFound } from '@/lib/errors'
import { RouteContentSchema, releaseRoute } from './release-route'
import { RouteAddressSchema } from './route-address'

export const ChangeRouteSchema = RouteContentSchema.extend(RouteAddressSchema.shape)
export type ChangeRouteInput = z.input<typeof ChangeRouteSchema>
type Parsed = z.output<typeof ChangeRouteSchema>

/** Where a route leads from now on, and how it is served: a new version, by a record of its own. Its host stays. */
export async function changeRoute(actor: Actor, input: ChangeRouteInput): Promise<{ recordId: string; number: number }> {
  const parsed = ChangeRouteSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await changeInside(tx, actor, parsed)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewRouteChange(actor: Actor, input: ChangeRouteInput): Promise<PlanPreview> {
  const parsed = ChangeRouteSchema.parse(input)
  return previewOf(actor, (tx) => changeInside(tx, actor, { ...parsed, expectedHash: undefined }))
}

export async function changeInside(tx: Tx, actor: Actor, input: Parsed, promotedFromId?: string) {
  const { organization, application, environment, host, ...content } = input
  const { service, stage } = await lockRoute(tx, actor, { organization, application, environment, host })
  return releaseRoute(tx, actor, { service, stage, content, promotedFromId })
}

async function lockRoute(
  tx: Tx,
  actor: Actor,
  { organization, application, environment, host }: z.output<typeof RouteAddressSchema>,
): Promise<{ service: Service; stage: Stage }> {
  const place = await tx.application.findFirst({ where: { slug: application, organization: { slug: organization, archivedAt: null } } })
  const found =
    place &&
    (await tx.stage.findFirst({
      where: { environment, route: { isNot: null }, service: { applicationId: place.id, name: host, isRoute: true, removedAt: null } },
      include: { service: true },
    }))
  if (!found) throw notFound('This route')
  authorize(actor, 'deploy.request', ofService(found.service), 'This route')
  return { service: found.service, stage: await lockStage(tx, found.id) }
}
