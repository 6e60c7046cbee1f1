import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { publishPackage } from './publish-package'
import type { Published } from './views'

interface Upload {
  /** Slug of the organisation it becomes private to. */
  readonly organization: string
  /** Name of the uploaded file, kept as where it came from. */
  readonly name: string
  /** As a function where reading it costs something: nobody's body is read before they may publish. */
  readonly archive: Buffer | (() => Promise<Buffer>)
}

/** An archive that a person uploaded becomes a private version of their organisation. */
export async function uploadPackage(actor: Actor, { organization, name, archive }: Upload): Promise<Published> {
  const found = await db.organization.findUnique({ where: { slug: organization }, select: { id: true } })
  if (!found) throw notFound('This organisation')
  authorize(actor, 'package.publish', { organizationId: found.id }, 'This organisation')
  const bytes = typeof archive === 'function' ? await archive() : archive
  const published = await publishPackage(actor, { organizationId: found.id, origin: `upload ${name}` }, bytes)
  return { name: published.name, version: published.version }
}
