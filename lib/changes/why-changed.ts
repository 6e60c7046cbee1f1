import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can, ofService } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { deployRefs } from '@/lib/deploys/deploy-refs'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { listDecisions } from '@/lib/deploys/list-decisions'
import { notFound } from '@/lib/errors'
import { readEvents } from '@/lib/events/read-events'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema, type EventView } from '@/lib/views'
import { becauseKinds, type Change, type Changes, type DeployChange } from './views'

const most = 30

export const WhyServiceSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
})

/** Why a service is as it is in one environment: each deploy that touched it, with people and causes, and what was set about it. */
export async function whyServiceChanged(actor: Actor, ask: z.infer<typeof WhyServiceSchema>): Promise<Changes> {
  const scope = await findScope(actor, ask)
  const service = await db.service.findFirst({
    where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null },
    include: { stages: { where: { environment: ask.environment } } },
  })
  const stage = service?.stages[0]
  if (!service || !stage) throw notFound('This service')
  authorize(actor, 'service.see', ofService(service), 'This service')
  const records = await db.deployRecord.findMany({
    where: { stageId: stage.id, startedAt: { not: null } },
    orderBy: { startedAt: 'desc' },
    take: most,
  })
  return together(await explain(actor, records), await readEvents('service', service.id, most))
}

/** The same of a machine, for who may see it; deploys of organisations only for who may see those. */
export async function whyMachineChanged(actor: Actor, { name }: { name: string }): Promise<Changes> {
  authorize(actor, 'machine.see', {}, 'This machine')
  const machine = await db.machine.findFirst({ where: { name, removedAt: null }, select: { id: true } })
  if (!machine) throw notFound('This machine')
  const touched = await db.$queryRaw<{ id: string }[]>`
    select r.id from "DeployRecord" r where r."startedAt" is not null
      and r.id in (select t."recordId" from "Task" t where t."machineId" = ${machine.id}) order by r."startedAt" desc limit ${most}`
  const records = await db.deployRecord.findMany({ where: { id: { in: touched.map((one) => one.id) } } })
  const seen = records.filter((record) => (record.organizationId === null ? can(actor, 'machine.see') : can(actor, 'deploy.see', record)))
  return together(await explain(actor, seen), await readEvents('machine', machine.id, most))
}

const originOf = (record: DeployRecord): Record<(typeof becauseKinds)[number], string | null> => ({
  promotedFrom: record.promotedFromId,
  retryOf: record.retryOfId,
  rollbackOf: record.rollbackOfId,
  partOf: record.partOfId,
})

async function slugsOf(records: readonly DeployRecord[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(records.flatMap((record) => record.organizationId ?? []))]
  const found = await db.organization.findMany({ where: { id: { in: ids } }, select: { id: true, slug: true } })
  return new Map(found.map(({ id, slug }) => [id, slug]))
}

/** Record → approvals → people → cause, and the same of what it goes back to. */
async function explain(actor: Actor, records: readonly DeployRecord[]): Promise<DeployChange[]> {
  const originIds = records.flatMap((record) => Object.values(originOf(record)).flatMap((id) => id ?? []))
  const origins = await db.deployRecord.findMany({ where: { id: { in: originIds } } })
  const [rows, refs, slugs, decisions] = await Promise.all([
    deployRows(actor, records),
    deployRefs(origins),
    slugsOf(records),
    listDecisions([...new Map([...records, ...origins].map((record) => [record.id, record])).values()]),
  ])
  return records.flatMap((record) => {
    const deploy = rows.find((row) => row.id === record.id)
    if (!deploy) return []
    const because = becauseKinds.flatMap((how) => {
      const id = originOf(record)[how]
      const ref = id ? refs.get(id) : undefined
      return ref ? [{ how, deploy: ref, decisions: decisions.get(ref.id) ?? [] }] : []
    })
    const organization = slugs.get(record.organizationId ?? '') ?? null
    return [{ deploy, organization, decisions: decisions.get(record.id) ?? [], because }]
  })
}

function together(deploys: readonly DeployChange[], events: readonly EventView[]): Changes {
  const items: Change[] = [
    ...deploys.map((deploy) => ({ at: deploy.deploy.startedAt ?? deploy.deploy.createdAt, deploy, event: null })),
    ...events.map((event) => ({ at: event.at, deploy: null, event })),
  ]
  return { items: items.sort((a, b) => b.at.localeCompare(a.at)).slice(0, most) }
}
