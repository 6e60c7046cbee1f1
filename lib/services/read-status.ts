import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { healthColumns, healthLateral, heardLimit } from './stage-health'
import { HealthSchema } from './views'

export const ReadStatusSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  /** Missing = production where it is there, else test. */
  environment: EnvironmentSchema.nullish(),
})
export type ReadStatusInput = z.infer<typeof ReadStatusSchema>

/** What programs ask again and again: is it there, does it run, what is happening to it. */
export const ServiceStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  health: HealthSchema,
  running: z.int(),
  wanted: z.int(),
  /** Units on machines that have not been heard lately; never counted as running. */
  unknownUnits: z.int(),
  release: z.object({ number: z.int(), version: z.string() }).nullable(),
  /** The deploy that is open now. */
  live: z.object({ number: z.int(), kind: z.string(), state: z.string() }).nullable(),
  asOf: z.iso.datetime(),
})
export type ServiceStatus = z.infer<typeof ServiceStatusSchema>

interface Row {
  id: string
  organizationId: string
  applicationId: string
  environment: ServiceStatus['environment']
  health: ServiceStatus['health']
  unknown: number
  running: number
  wanted: number
  releaseNumber: number | null
  version: string | null
  liveNumber: number | null
  liveKind: string
  liveState: string
}

/** One statement, prepared once a connection: this is asked far more often than a page is looked at. */
const query = `
  select s.id, s."organizationId", s."applicationId", t.environment, ${healthColumns},
    r.number as "releaseNumber", v.version, l.number as "liveNumber", l.kind as "liveKind", l.state as "liveState"
  from "Organization" o
  join "Application" a on a."organizationId" = o.id and a.slug = $2
  join "Service" s on s."applicationId" = a.id and s.name = $3 and s."removedAt" is null
  join "Stage" t on t."serviceId" = s.id and ($4::text is null or t.environment = $4::text::"Environment")
  left join "Release" r on r.id = t."releaseId"
  left join "PackageVersion" v on v.id = r."packageVersionId"
  left join lateral (
    select d.number, d.kind, d.state from "DeployRecord" d
    where d."stageId" = t.id and d.state in ('planning', 'awaiting_approval', 'queued', 'running', 'paused', 'cancelling')
    order by d.number desc limit 1
  ) l on true
  ${healthLateral('$5')}
  where o.slug = $1 and o."archivedAt" is null
  order by t.environment desc limit 1`

export async function readStatus(actor: Actor, { organization, application, name, environment }: ReadStatusInput): Promise<ServiceStatus> {
  const values = [organization, application, name, environment ?? null, heardLimit().toISOString()]
  const { rows } = await pool.query<Row>({ name: 'service-status', text: query, values })
  const row = rows[0]
  if (!row) throw notFound('This service')
  authorize(actor, 'service.see', row, 'This service')
  return {
    id: row.id,
    name,
    environment: row.environment,
    health: row.health,
    running: row.running,
    wanted: row.wanted,
    unknownUnits: row.unknown,
    release: row.releaseNumber !== null && row.version !== null ? { number: row.releaseNumber, version: row.version } : null,
    live: row.liveNumber === null ? null : { number: row.liveNumber, kind: row.liveKind, state: row.liveState },
    asOf: iso(clock.now()),
  }
}
