import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Release, Stage } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { AppError, notFound } from '@/lib/errors'
import { applyDefaults, validateConfig } from '@/lib/package-format/config-schema'
import { canonicalJson } from '@/lib/protocol/canonical'
import { isOfChart } from '@/lib/protocol/chart'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { refuseFixed } from './refuse-fixed'
import { refuseForeignSecrets } from './refuse-foreign-secrets'

export interface NewRelease {
  readonly stage: Stage
  readonly organizationId: string
  readonly packageVersionId: string
  readonly values: Readonly<Record<string, unknown>>
  /** Of this environment alone. */
  readonly overlay: Readonly<Record<string, unknown>>
  readonly variables: readonly string[]
  readonly promotedFromId?: string | null
  /** With the same content it stays, so that nothing changes where nothing was changed. */
  readonly current?: Release | null
  /** What was installed with it may not change by the package's own word. */
  readonly inForce: Release | null
  /** Suspended versions take no new installs or upgrades, but a configuration of what runs may change. */
  readonly mayBeSuspended: boolean
}

/** Freezes package version and values. The caller holds the stage, whose numbers are given in order. */
export async function createRelease(
  tx: Tx,
  actor: Actor,
  { stage, organizationId, packageVersionId, mayBeSuspended, current, inForce, ...content }: NewRelease,
): Promise<Release> {
  const version = await tx.packageVersion.findUnique({ where: { id: packageVersionId }, include: { package: true } })
  const visible = version && (version.package.organizationId === null || version.package.organizationId === organizationId)
  if (!version || !visible) throw notFound('This package version')
  if (version.state === 'suspended' && !mayBeSuspended)
    throw new AppError('plan_refused', 'This package version is suspended: no new installs or upgrades.', { reason: 'package_suspended' })
  if (version.state !== 'active' && version.state !== 'suspended')
    throw new AppError('plan_refused', `This package version is ${version.state}.`, { reason: 'package_not_active' })
  const manifest = PackageManifest.parse(version.manifest)
  const values = validValues(manifest, content)
  if (inForce) refuseFixed(manifest.config, inForce, { ...values, ...content.overlay })
  await refuseForeignSecrets(tx, stage, { ...values, ...content.overlay })
  await insistVariables(tx, stage, content.variables)
  const variables = [...new Set(content.variables)].sort()
  if (current?.packageVersionId === packageVersionId && isSame(current, { values, overlay: content.overlay, variables })) return current
  const { releaseNumber } = await tx.stage.update({
    where: { id: stage.id },
    data: { releaseNumber: { increment: 1 } },
    select: { releaseNumber: true },
  })
  return tx.release.create({
    data: {
      stageId: stage.id,
      number: releaseNumber,
      packageVersionId,
      values: json(values),
      overlay: json(content.overlay),
      variables: json(variables),
      promotedFromId: content.promotedFromId,
      createdBy: actor.kind === 'person' ? actor.id : null,
    },
  })
}

type Content = Pick<Release, 'values' | 'overlay' | 'variables'>

const isSame = (release: Content, content: Record<keyof Content, unknown>): boolean =>
  canonicalJson([release.values, release.overlay, release.variables]) ===
  canonicalJson([content.values, content.overlay, content.variables])

/** The base as it is frozen; what is valid is judged with the environment's own values over it. */
function validValues(manifest: PackageManifest, { values, overlay }: Pick<NewRelease, 'values' | 'overlay'>): Record<string, unknown> {
  const issues = validateConfig(manifest.config, applyDefaults(manifest.config, { ...values, ...overlay }))
  if (issues.length > 0) {
    const fields = Object.fromEntries(issues.map((issue) => [issue.path, issue.message]))
    throw new AppError('invalid', 'Some values are not valid.', { fields, issues })
  }
  // A chart has its defaults itself, and the next one others.
  return manifest.components.some(isOfChart) ? { ...values } : applyDefaults(manifest.config, values)
}

/** Each environment has its own; one that is not there would fail only when a plan is made. */
async function insistVariables(tx: Tx, stage: Stage, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const { applicationId } = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId }, select: { applicationId: true } })
  const found = await tx.variable.findMany({
    where: { applicationId, environment: stage.environment, name: { in: [...names] } },
    select: { name: true },
  })
  const missing = names.filter((name) => !found.some((one) => one.name === name))
  if (missing.length === 0) return
  const fields = Object.fromEntries(missing.map((name) => [`variables.${name}`, `is not set in ${stage.environment}`]))
  throw new AppError('invalid', `The application has no such variable in ${stage.environment}: ${missing.join(', ')}.`, { fields })
}
