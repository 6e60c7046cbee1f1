import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Release, Stage } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { AppError, notFound } from '@/lib/errors'
import { applyDefaults, validateConfig } from '@/lib/package-format/config-schema'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { refuseForeignSecrets } from './refuse-foreign-secrets'

export interface NewRelease {
  readonly stage: Stage
  readonly organizationId: string
  readonly packageVersionId: string
  readonly values: Readonly<Record<string, unknown>>
  /** Suspended versions take no new installs or upgrades, but a configuration of what runs may change. */
  readonly mayBeSuspended: boolean
}

/** Freezes package version and values. The caller holds the stage, whose numbers are given in order. */
export async function createRelease(
  tx: Tx,
  actor: Actor,
  { stage, organizationId, packageVersionId, values, mayBeSuspended }: NewRelease,
): Promise<Release> {
  const version = await tx.packageVersion.findUnique({ where: { id: packageVersionId }, include: { package: true } })
  const visible = version && (version.package.organizationId === null || version.package.organizationId === organizationId)
  if (!version || !visible) throw notFound('This package version')
  if (version.state === 'suspended' && !mayBeSuspended)
    throw new AppError('plan_refused', 'This package version is suspended: no new installs or upgrades.', { reason: 'package_suspended' })
  if (version.state !== 'active' && version.state !== 'suspended')
    throw new AppError('plan_refused', `This package version is ${version.state}.`, { reason: 'package_not_active' })
  const manifest = PackageManifest.parse(version.manifest)
  const full = applyDefaults(manifest.config, values)
  const issues = validateConfig(manifest.config, full)
  if (issues.length > 0) {
    const fields = Object.fromEntries(issues.map((issue) => [issue.path, issue.message]))
    throw new AppError('invalid', 'Some values are not valid.', { fields, issues })
  }
  await refuseForeignSecrets(tx, stage, full)
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
      values: json(full),
      createdBy: actor.kind === 'person' ? actor.id : null,
    },
  })
}
