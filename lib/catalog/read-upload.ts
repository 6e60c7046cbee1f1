import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { AppError, notFound } from '@/lib/errors'
import { unpackCharts } from '@/lib/package-format/import-chart'
import { type ArchiveEntry, readArchive } from '@/lib/package-format/read-archive'
import { ArchiveRefusal } from '@/lib/protocol/archive-rules'

/** Entries of an uploaded archive; what the rules of archives refuse is told with path and rule. */
export async function readUpload(archive: Buffer): Promise<ArchiveEntry[]> {
  try {
    return await unpackCharts(await readArchive(archive))
  } catch (error) {
    if (!(error instanceof ArchiveRefusal)) throw error
    const { message, rule, path } = error
    throw new AppError('invalid_package', message, { issues: [{ file: path, line: null, rule, message }] }, { cause: error })
  }
}

/** The organisation to which something shall be published, if the actor may. */
export async function publisherOf(actor: Actor, slug: string): Promise<{ organizationId: string }> {
  const found = await db.organization.findUnique({ where: { slug }, select: { id: true } })
  if (!found) throw notFound('This organisation')
  authorize(actor, 'package.publish', { organizationId: found.id }, 'This organisation')
  return { organizationId: found.id }
}
