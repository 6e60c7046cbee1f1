import type { Actor, PersonActor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { canonicalJson } from '@/lib/protocol/canonical'
import { choicesOf } from './choices-of'
import { type RouteStage, tlsView, valuesOf } from './load-routes'
import type { RoutePromotion } from './views'

interface Reader {
  readonly resource: Resource
  /** To be named where the actor may not. */
  readonly members: readonly PersonActor[]
}

/** How far production is behind test, and what a promotion would bring; null while nothing is in force in test. */
export async function promotionOf(
  actor: Actor,
  stages: readonly RouteStage[],
  { resource, members }: Reader,
): Promise<RoutePromotion | null> {
  const inForce = (environment: RouteStage['environment']) => {
    const id = stages.find((one) => one.environment === environment)?.releaseId
    return id ? db.release.findUnique({ where: { id } }) : null
  }
  const [test, production] = await Promise.all([inForce('test'), inForce('production')])
  const [source, target] = [valuesOf(test ?? undefined), valuesOf(production ?? undefined)]
  if (!test || !source) return null
  const from = production?.promotedFromId ? await db.release.findUnique({ where: { id: production.promotedFromId } }) : null
  const gate = (permission: 'deploy.request' | 'secret.set_production') => gateOf(lacks(actor, permission, resource), members, resource)
  return {
    test: { number: test.number, rules: source.rules },
    production: production && target ? { number: production.number, rules: target.rules } : null,
    runs: from?.number ?? null,
    isSame: target !== undefined && canonicalJson(target.rules) === canonicalJson(source.rules),
    tls: tlsView(target ?? source),
    choices: await choicesOf(stages[0]?.service.applicationId ?? '', 'production'),
    gates: { promote: gate('deploy.request'), upload: gate('secret.set_production') },
  }
}
