import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { dayMs } from '@/lib/machines/inventory-views'
import { RouteValuesSchema } from '@/lib/protocol/route'
import { factsOf, readChain } from './certificate'

const sweep = systemActor('sweep:remind-certificates')
/** So many days before its end people are told, each once. */
export const certificateDays = [30, 14, 7, 1] as const
const page = 200

/** Writes an event before an uploaded certificate in force ends. */
export async function remindCertificates(): Promise<number> {
  let given = 0
  for (let after = ''; ; ) {
    const routes = await db.route.findMany({
      where: { stageId: { gt: after }, stage: { releaseId: { not: null } } },
      include: { stage: { select: { releaseId: true } } },
      orderBy: { stageId: 'asc' },
      take: page,
    })
    const releases = await db.release.findMany({
      where: { id: { in: routes.flatMap(({ stage }) => stage.releaseId ?? []) } },
      select: { id: true, values: true },
    })
    for (const { stageId, stage } of routes) {
      const values = RouteValuesSchema.safeParse(releases.find((one) => one.id === stage.releaseId)?.values).data
      const end = factsOf(readChain(values?.chain ?? '') ?? [])?.to
      if (end && (await remind(stageId, end))) given++
    }
    if (routes.length < page) return given
    after = routes.at(-1)?.stageId ?? ''
  }
}

async function remind(stageId: string, end: Date): Promise<boolean> {
  const left = end.getTime() - clock.nowMs()
  const days = certificateDays.filter((one) => left <= one * dayMs).at(-1)
  if (days === undefined || left <= 0) return false
  return transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Route" where "stageId" = ${stageId} for update`
    const route = await tx.route.findUnique({ where: { stageId }, include: { stage: { select: { serviceId: true } } } })
    if (!route) return false
    const isGiven = route.remindedOf?.getTime() === end.getTime() && route.remindedDays !== null && route.remindedDays <= days
    if (isGiven) return false
    await tx.route.update({ where: { stageId }, data: { remindedOf: end, remindedDays: days } })
    await writeEvent(tx, sweep, {
      name: 'route.certificate_expires_soon',
      organizationId: route.organizationId,
      subject: { kind: 'service', id: route.stage.serviceId },
      data: { host: route.host, environment: route.environment, left: Math.ceil(left / dayMs), expiresAt: end.toISOString() },
    })
    return true
  })
}
