import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { powersIn } from '@/lib/organizations/cluster-powers'
import { isChartArchive, packageOfChart } from '@/lib/package-format/import-chart'
import { packEntries } from '@/lib/package-format/pack-folder'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'
import { templatesOf } from '@/lib/package-format/templates-of'
import { validatePackage } from '@/lib/package-format/validate-package'
import type { PackageManifest } from '@/lib/protocol/package-manifest'
import { writeBlob } from './blobs'
import { newestFirst } from './newest-first'
import { readUpload } from './read-upload'

export const PublishPackageSchema = z.object({ organizationId: z.string(), origin: z.string().max(200) })

export interface Published {
  readonly packageId: string
  readonly versionId: string
  readonly name: string
  readonly version: string
}

/** Reads an uploaded archive, refuses what is unsafe or invalid with file, line and rule, and publishes it for one organisation. */
export async function publishPackage(
  actor: Actor,
  { organizationId, origin }: z.infer<typeof PublishPackageSchema>,
  archive: Buffer,
): Promise<Published> {
  authorize(actor, 'package.publish', { organizationId }, 'This organisation')
  const uploaded = await readUpload(archive)
  const entries = isChartArchive(uploaded) ? packageOfChart(uploaded) : uploaded
  return transaction((tx) => publishEntries(tx, actor, { organizationId, origin, entries }))
}

export interface Entries {
  /** Null = shipped with the product. */
  readonly organizationId: string | null
  readonly origin: string
  readonly entries: readonly ArchiveEntry[]
}

/** Stores a version once: the same version with the same content again changes nothing, with other content it is refused. */
export async function publishEntries(tx: Tx, actor: Actor, { organizationId, origin, entries }: Entries): Promise<Published> {
  const { manifest, findings } = validatePackage(entries, organizationId ? await powersIn(tx, organizationId) : [])
  if (!manifest || findings.length > 0) {
    throw new AppError('invalid_package', `The package has ${findings.length} problem${findings.length === 1 ? '' : 's'}.`, {
      issues: findings,
    })
  }
  // Packed anew, so that the digest depends on the content alone and every agent meets one format.
  const archive = await packEntries(entries)
  const digest = await writeBlob(tx, archive, 'application/gzip')
  const pkg = await ensurePackage(tx, manifest, organizationId)
  const known = await tx.packageVersion.findUnique({ where: { packageId_version: { packageId: pkg.id, version: manifest.version } } })
  if (known && known.digest !== digest) {
    throw new AppError(
      'conflict',
      `${manifest.name} ${manifest.version} is published already with other content. A version never changes: raise its number.`,
    )
  }
  if (known) return { packageId: pkg.id, versionId: known.id, name: manifest.name, version: manifest.version }
  const version = await tx.packageVersion.create({
    data: {
      packageId: pkg.id,
      version: manifest.version,
      state: 'active',
      digest,
      sizeBytes: archive.byteLength,
      manifest: json(manifest),
      templates: templatesOf(manifest, entries),
      origin,
      createdBy: actor.kind === 'person' ? actor.id : null,
    },
  })
  await writeEvent(tx, actor, {
    name: 'package.published',
    organizationId,
    subject: { kind: 'package', id: pkg.id },
    data: { name: manifest.name, version: manifest.version, digest },
  })
  return { packageId: pkg.id, versionId: version.id, name: manifest.name, version: manifest.version }
}

async function ensurePackage(tx: Tx, manifest: PackageManifest, organizationId: string | null): Promise<{ id: string }> {
  const texts = { title: manifest.title, summary: manifest.description }
  const known = await tx.package.findFirst({
    where: { name: manifest.name, organizationId },
    include: { versions: { select: { version: true } } },
  })
  // The newest release speaks for the package, not whatever was published last.
  const isNewest = newestFirst([manifest, ...(known?.versions ?? [])])[0] === manifest
  if (known) return isNewest ? tx.package.update({ where: { id: known.id }, data: texts }) : known
  return tx.package.create({ data: { name: manifest.name, organizationId, ...texts } })
}
