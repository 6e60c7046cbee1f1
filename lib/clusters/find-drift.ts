import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import type { Drift } from './drift-views'
import { previewContent } from './preview-content'

export const FindDriftSchema = z.object({ environment: EnvironmentSchema.optional() })
type Ask = z.output<typeof FindDriftSchema> & { readonly organization: string; readonly application: string; readonly name: string }

/** What in its clusters is not as its release says, and who keeps it so: by the clusters' own word. */
export async function findDrift(actor: Actor, ask: Ask): Promise<Drift> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const service = await db.service.findFirst({ where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null } })
  if (!service) throw notFound('This service')
  authorize(actor, 'output.see', ofService(service), 'This service')
  const stage = { serviceId: service.id, ...(ask.environment ? { environment: ask.environment } : {}) }
  const rows = await db.workload.findMany({
    where: { placement: { stage }, shownDigest: { not: null }, cluster: { removedAt: null } },
    include: { cluster: true, placement: { select: { runtime: { select: { name: true } } } } },
    orderBy: { placementId: 'asc' },
  })
  const texts = await readBlobTexts(
    db,
    rows.flatMap((row) => row.shownDigest ?? []),
  )
  const clusters = await Promise.all(
    rows.flatMap(({ placement, cluster, ...row }) =>
      cluster === null
        ? []
        : previewContent({
            placementId: row.placementId,
            runtimeName: placement.runtime.name,
            cluster,
            service,
            text: texts.get(row.shownDigest ?? '') ?? '',
            isStopped: row.state === 'stopped',
            isTakenOver: true,
            restartToken: row.restartToken,
            relationsDigest: row.relationsShown,
          }),
    ),
  )
  return { clusters, asOf: iso(clock.now()) }
}
