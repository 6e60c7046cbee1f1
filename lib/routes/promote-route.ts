import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Release } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { previewOf } from '@/lib/deploys/preview-deploy'
import type { PlanPreview } from '@/lib/deploys/views'
import { AppError, notFound } from '@/lib/errors'
import { RouteValuesSchema } from '@/lib/protocol/route'
import { changeInside } from './change-route'
import { createInside } from './create-route'
import { RouteContentSchema } from './release-route'
import { RouteAddressSchema } from './route-address'
import { type TlsInput, TlsInputSchema } from './schema'

export const PromoteRouteSchema = RouteContentSchema.omit({ rules: true, ingressClass: true, tls: true }).extend({
  ...RouteAddressSchema.omit({ environment: true }).shape,
  /** How production serves it; missing = as it does, and the first time as test does. */
  tls: TlsInputSchema.optional(),
})
export type PromoteRouteInput = z.input<typeof PromoteRouteSchema>
type Parsed = z.output<typeof PromoteRouteSchema>

/** Where a route of test leads, for production: by a record of its own. How it is served there stays production's. */
export async function promoteRoute(actor: Actor, input: PromoteRouteInput): Promise<{ recordId: string; number: number }> {
  const parsed = PromoteRouteSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await promoteInside(tx, actor, parsed)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewPromotion(actor: Actor, input: PromoteRouteInput): Promise<PlanPreview> {
  const parsed = PromoteRouteSchema.parse(input)
  return previewOf(actor, (tx) => promoteInside(tx, actor, { ...parsed, expectedHash: undefined }))
}

async function promoteInside(tx: Tx, actor: Actor, { tls, ...input }: Parsed) {
  const { organization, application, host } = input
  const home = await tx.application.findFirst({ where: { slug: application, organization: { slug: organization, archivedAt: null } } })
  const service = await tx.service.findFirst({
    where: { applicationId: home?.id ?? '', name: host, isRoute: true, removedAt: null },
    include: { stages: { include: { route: true } } },
  })
  if (!service) throw notFound('This route')
  authorize(actor, 'deploy.request', ofService(service), 'This route')
  const stageOf = (environment: 'test' | 'production') => service.stages.find((one) => one.environment === environment && one.route)
  const [source, current] = await Promise.all([stageOf('test'), stageOf('production')].map((stage) => inForce(tx, stage?.releaseId)))
  if (!source) throw new AppError('conflict', 'It does not lead anywhere in test yet.', { reason: 'nothing_to_promote' })
  const { rules, ingressClass } = valuesOf(source)
  const own = current && valuesOf(current)
  const content = { ...input, environment: 'production' as const, rules, ingressClass: own ? own.ingressClass : ingressClass }
  const whole = { ...content, tls: tls ?? tlsOf(current ?? source) }
  return stageOf('production') ? changeInside(tx, actor, whole, source.id) : createInside(tx, actor, whole, source.id)
}

const inForce = (tx: Tx, id: string | null | undefined): Promise<Release | null> =>
  id ? tx.release.findUnique({ where: { id } }) : Promise.resolve(null)

const valuesOf = ({ values }: Release) => RouteValuesSchema.parse(values)

/** A certificate is never carried over: production keeps its own, or is given one. */
function tlsOf(release: Release): TlsInput {
  const { tls, issuer } = valuesOf(release)
  if (tls === 'issuer' && issuer) return { kind: 'issuer', issuer }
  return tls === 'certificate' ? { kind: 'certificate' } : { kind: 'none' }
}
