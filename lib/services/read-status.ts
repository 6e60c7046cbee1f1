import DataLoader from 'dataloader'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
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

interface Ask {
  readonly organization: string
  readonly application: string
  readonly name: string
  readonly environment: ServiceStatus['environment'] | null
}

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

/**
 * The lateral makes the planner go by keys, one ask after the other, whatever it believes of how many there are. As JSON, because the
 * planner counts the values of an array, finds few of them cheaper than its kept plan, and so plans anew each time: most of the cost.
 */
const query = `
  select k.i, x.* from json_to_recordset($1) as k(i int, organization text, application text, name text, environment text)
  cross join lateral (
    select s.id, s."organizationId", s."applicationId", t.environment, ${healthColumns},
      r.number as "releaseNumber", v.version, l.number as "liveNumber", l.kind as "liveKind", l.state as "liveState"
    from "Organization" o
    join "Application" a on a."organizationId" = o.id and a.slug = k.application
    join "Service" s on s."applicationId" = a.id and s.name = k.name and s."removedAt" is null
    join "Stage" t on t."serviceId" = s.id and (k.environment is null or t.environment = k.environment::"Environment")
    left join "Release" r on r.id = t."releaseId"
    left join "PackageVersion" v on v.id = r."packageVersionId"
    left join lateral (
      select d.number, d.kind, d.state from "DeployRecord" d
      where d."stageId" = t.id and d."endedAt" is null
      order by d.number desc limit 1
    ) l on true
    ${healthLateral('$2')}
    where o.slug = k.organization and o."archivedAt" is null
    order by t.environment desc limit 1
  ) x`

/** Statements at once. What is asked while they are under way goes with the next: starting one costs several times what a row of it does. */
const lanes = 2
let taken = 0
const waiting: (() => void)[] = []

/** Each ask is sent after it came, so nobody gets an answer older than the question. */
const statuses = new DataLoader<Ask, Row | null>(
  (asks) =>
    readRows(asks).finally(() => {
      taken--
      const send = waiting.shift()
      if (send) start(send)
    }),
  { cache: false, maxBatchSize: 100, batchScheduleFn: (send) => (taken < lanes ? start(send) : void waiting.push(send)) },
)

function start(send: () => void): void {
  taken++
  setImmediate(send)
}

async function readRows(asks: readonly Ask[]): Promise<(Row | null)[]> {
  const values = [JSON.stringify(asks.map((ask, i) => ({ ...ask, i }))), heardLimit().toISOString()]
  const { rows } = await pool.query<Row & { i: number }>({ name: 'service-status', text: query, values })
  const found: (Row | null)[] = asks.map(() => null)
  for (const { i, ...row } of rows) found[i] = row
  return found
}

export async function readStatus(actor: Actor, { organization, application, name, environment }: ReadStatusInput): Promise<ServiceStatus> {
  const row = await statuses.load({ organization, application, name, environment: environment ?? null })
  if (!row) throw notFound('This service')
  authorize(actor, 'service.see', ofService(row), 'This service')
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
