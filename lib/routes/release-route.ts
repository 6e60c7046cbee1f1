import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Release, Service, Stage } from '@/lib/db/generated/client'
import type { PlanMade } from '@/lib/deploys/plan/plan-types'
import { openRecord, promotedFrom } from '@/lib/deploys/request-deploy'
import { readNotBefore } from '@/lib/deploys/schedule'
import { AppError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { RouteRuleSchema, type RouteValues, RouteValuesSchema } from '@/lib/protocol/route'
import { createRelease } from '@/lib/services/create-release'
import { setSecrets } from '@/lib/services/set-secrets'
import { insistBackends, insistPlaces } from './backends'
import { factsOf, readChain, whyNotServed } from './certificate'
import { ensureRoutePackage } from './route-package'
import { type TlsInput, TlsInputSchema } from './schema'

/** What both a new route and a change of one say. */
export const RouteContentSchema = z.object({
  rules: z.array(RouteRuleSchema).min(1).max(50),
  /** Missing or null = the default of its clusters. */
  ingressClass: z.string().max(253).nullish(),
  tls: TlsInputSchema.default({ kind: 'none' }),
  reason: z.string().trim().max(500).optional(),
  onFailure: z.enum(['stop', 'roll_back']).default('stop'),
  notBefore: z.iso.datetime({ offset: true }).optional(),
  expectedHash: z.string().optional(),
})
export type RouteContent = z.output<typeof RouteContentSchema>

interface Ask {
  readonly service: Service
  /** Held by the caller. */
  readonly stage: Stage
  readonly content: RouteContent
  /** The version of test that it brings. */
  readonly promotedFromId?: string | undefined
}

/** A new version of a route, and the record that asks for it. */
export async function releaseRoute(
  tx: Tx,
  actor: Actor,
  { service, stage, content, promotedFromId }: Ask,
): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { rules, tls } = content
  insistPaths(rules)
  const places = await insistBackends(tx, { applicationId: service.applicationId, environment: stage.environment }, rules)
  const ingressClass = insistPlaces(places, { ingressClass: content.ingressClass ?? null, tls: tls.kind })
  const current = stage.releaseId ? await tx.release.findUnique({ where: { id: stage.releaseId } }) : null
  const values: RouteValues = {
    ...{ host: service.name, rules, ingressClass, tls: tls.kind },
    ...(tls.kind === 'issuer' ? { issuer: tls.issuer } : {}),
    ...(tls.kind === 'certificate' ? await certificateOf(tx, actor, { service, stage, tls, current }) : {}),
  }
  const { packageVersionId } = await ensureRoutePackage(tx)
  const release = await createRelease(tx, actor, {
    ...{ stage, organizationId: service.organizationId, packageVersionId, values, overlay: {}, variables: [] },
    ...{ current, inForce: current, mayBeSuspended: true, promotedFromId },
  })
  return openRecord(tx, actor, {
    ...{ service, stage, kind: 'route' },
    request: { toReleaseId: release.id, counts: await countsIn(tx, stage, places.at), keepData: true },
    ...{ reason: content.reason, onFailure: content.onFailure, expectedHash: content.expectedHash },
    ...{ notBefore: readNotBefore(content.notBefore), promotedFromId: await promotedFrom(tx, release.id) },
  })
}

function insistPaths(rules: RouteContent['rules']): void {
  for (const [at, { path, match }] of rules.entries()) {
    if (rules.findIndex((one) => one.path === path && one.match === match) === at) continue
    const message = `${path} is there twice.`
    throw new AppError('invalid', message, { reason: 'path_twice', values: { path }, fields: { [`rules.${at}.path`]: message } })
  }
}

/** Where it is already it stays until it is removed; it comes to be where all that it leads to has come. */
async function countsIn(tx: Tx, stage: Stage, clusters: readonly { runtimeId: string; name: string }[]): Promise<Record<string, number>> {
  const placed = await tx.placement.findMany({ where: { stageId: stage.id }, include: { runtime: { select: { name: true } } } })
  const left = placed.find(
    (one) => (one.count > 0 || one.wantedCount > 0) && !clusters.some(({ runtimeId }) => runtimeId === one.runtimeId),
  )
  if (left) {
    const message = `The route is in ${left.runtime.name}, and not all that it would lead to is there.`
    throw new AppError('invalid', message, { reason: 'not_in_cluster', values: { cluster: left.runtime.name }, fields: { rules: message } })
  }
  const missing = clusters.filter(({ runtimeId }) => !placed.some((one) => one.runtimeId === runtimeId))
  const made = missing.map(({ runtimeId }) => ({ id: newId(), stageId: stage.id, runtimeId }))
  await tx.placement.createMany({ data: made })
  const all = [...placed.filter((one) => clusters.some(({ runtimeId }) => runtimeId === one.runtimeId)), ...made]
  return Object.fromEntries(all.map(({ id }) => [id, 1]))
}

type Uploaded = Extract<TlsInput, { kind: 'certificate' }>

/** Each certificate has a secret of its own for its key: an earlier version finds the key that belongs to it. */
async function certificateOf(
  tx: Tx,
  actor: Actor,
  { service, stage, tls, current }: Pick<Ask, 'service' | 'stage'> & { tls: Uploaded; current: Release | null },
): Promise<Pick<RouteValues, 'chain' | 'key'>> {
  const { chain, key } = tls
  if (!chain && !key) return kept(current)
  if (!chain || !key) {
    const [field, message] = chain ? ['tls.key', 'needs the key of the certificate'] : ['tls.chain', 'needs the certificate of the key']
    throw new AppError('invalid', `It ${message}.`, { reason: chain ? 'key_missing' : 'chain_missing', fields: { [field]: message } })
  }
  const fault = whyNotServed({ chain, key, host: service.name, now: clock.now() })
  if (fault) {
    const { code: reason, message, values, field } = fault
    throw new AppError('invalid', `The ${field === 'key' ? 'key' : 'certificate'} ${message}.`, {
      reason,
      values,
      fields: { [`tls.${field}`]: message },
    })
  }
  const certificates = readChain(chain) ?? []
  const name = `key-${factsOf(certificates)?.fingerprint.slice(0, 32)}`
  const known = await tx.secret.findFirst({ where: { serviceId: service.id, environment: stage.environment, name } })
  const secret = known
    ? `secret:${known.id}`
    : (await setSecrets(tx, actor, { service, environment: stage.environment, secrets: { [name]: key } }))[name]
  return { chain: certificates.map((one) => one.toString()).join(''), ...(secret ? { key: secret } : {}) }
}

function kept(current: Release | null): Pick<RouteValues, 'chain' | 'key'> {
  const before = current && RouteValuesSchema.parse(current.values)
  if (before?.chain && before.key) return { chain: before.chain, key: before.key }
  throw new AppError('invalid', 'Upload a certificate and its key.', { reason: 'chain_missing', fields: { 'tls.chain': 'is missing' } })
}
