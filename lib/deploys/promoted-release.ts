import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Prisma, Stage } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { createRelease } from '@/lib/services/create-release'
import { secretsIn, valuesIn, variablesIn, withoutSecrets } from '@/lib/services/release-content'
import { setSecrets } from '@/lib/services/set-secrets'
import type { Question } from './normalize-request'

type Source = Prisma.ReleaseGetPayload<{ include: { packageVersion: true } }>

/**
 * Package version, values and names of variables of another stage's release; over them what only this environment has. Secrets never
 * travel: this stage keeps its own or is given them.
 */
export async function promotedRelease(tx: Tx, actor: Actor, { input, service, stage }: Question): Promise<string> {
  const source = await sourceOf(tx, { stage, releaseId: input.releaseId, isPromotion: input.kind === 'promote' })
  const current = stage.releaseId ? await tx.release.findUnique({ where: { id: stage.releaseId } }) : null
  const known = new Set(Object.keys(PackageManifest.parse(source.packageVersion.manifest).config.properties ?? {}))
  const kept = secretsIn({ ...valuesIn(current?.values), ...valuesIn(current?.overlay) })
  const given = await setSecrets(tx, actor, { service, environment: stage.environment, secrets: input.secrets ?? {} })
  const secrets = Object.fromEntries(Object.entries({ ...kept, ...given }).filter(([key]) => known.has(key)))
  insistOwnSecrets(stage, source, secrets)
  const release = await createRelease(tx, actor, {
    stage,
    organizationId: service.organizationId,
    packageVersionId: source.packageVersionId,
    values: withoutSecrets(valuesIn(source.values)),
    overlay: { ...(input.overlay ?? withoutSecrets(valuesIn(current?.overlay))), ...secrets },
    variables: variablesIn(source.variables),
    promotedFromId: source.id,
    inForce: current,
    mayBeSuspended: source.packageVersionId === current?.packageVersionId,
  })
  return release.id
}

interface Wish {
  readonly stage: Stage
  readonly releaseId: string | undefined
  readonly isPromotion: boolean
}

/** Promotion goes from test to production; a first installation may also follow the other way. */
async function sourceOf(tx: Tx, { stage, releaseId, isPromotion }: Wish): Promise<Source> {
  if (isPromotion && stage.environment !== 'production')
    throw new AppError('invalid', 'Only production is promoted to.', { fields: { stageId: 'is not production' } })
  const other = await tx.stage.findFirst({ where: { serviceId: stage.serviceId, id: { not: stage.id } } })
  const wanted = releaseId ?? other?.releaseId
  if (!other || !wanted) throw new AppError('conflict', 'Nothing runs in test yet.', { reason: 'nothing_to_promote' })
  const source = await tx.release.findUnique({ where: { id: wanted }, include: { packageVersion: true } })
  if (source?.stageId !== other.id) throw notFound('This release')
  return source
}

function insistOwnSecrets(stage: Stage, source: Source, secrets: Readonly<Record<string, unknown>>): void {
  const theirs = secretsIn({ ...valuesIn(source.values), ...valuesIn(source.overlay) })
  const missing = Object.keys(theirs).filter((key) => !(key in secrets))
  if (missing.length === 0) return
  const fields = Object.fromEntries(missing.map((key) => [`secrets.${key}`, `needs a value of its own in ${stage.environment}`]))
  throw new AppError('invalid', `Secrets are not carried over; ${stage.environment} needs its own: ${missing.join(', ')}.`, { fields })
}
