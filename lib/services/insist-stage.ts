import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'

/** An address names an organisation and a body a stage: they must belong together, or the address would lie. */
export async function insistStageOf({ organization, stageId }: { organization: string; stageId: string }): Promise<void> {
  const stage = await db.stage.findUnique({ where: { id: stageId }, select: { service: { select: { organizationId: true } } } })
  const found = await db.organization.findUnique({ where: { slug: organization, archivedAt: null }, select: { id: true } })
  if (!stage || !found || stage.service.organizationId !== found.id) throw notFound('This service')
}
