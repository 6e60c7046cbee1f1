import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { AppError, notFound } from '@/lib/errors'
import { isoOrNull } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { removedKeptDays } from './tend-output'
import type { OutputUnit } from './views'

export interface OutputAddress {
  readonly organization: string
  readonly application: string
  readonly name: string
  /** Missing = production where it is there, else test. */
  readonly environment?: Environment | null | undefined
}

export interface FoundUnit extends OutputUnit {
  readonly machineId: string | null
}

export interface FoundOutput {
  readonly serviceName: string
  readonly stageId: string
  /** Living units by ordinal, then those that went and whose output is still there. */
  readonly units: readonly FoundUnit[]
  /** The ones that were asked for; without a choice all that live. */
  readonly chosen: readonly FoundUnit[]
}

/** More at once can neither be read by a person nor be asked for by a program. */
export const mostUnits = 20

/** Whose output may be read at an address. "Not yours" and "not there" answer alike. */
export async function findOutput(actor: Actor, address: OutputAddress, unitIds?: readonly string[]): Promise<FoundOutput> {
  const scope = await findScope(actor, { organization: address.organization, application: address.application })
  const service = await db.service.findFirst({
    where: { applicationId: scope.application?.id ?? '', name: address.name, removedAt: null },
    include: { stages: true },
  })
  if (!service) throw notFound('This service')
  authorize(actor, 'output.see', ofService(service), 'This service')
  const wanted = address.environment ? [address.environment] : (['production', 'test'] as const)
  const stage = wanted.flatMap((one) => service.stages.find((found) => found.environment === one) ?? [])[0]
  if (!stage) throw notFound('This service')
  const units = await unitsOf(stage.id, service.name)
  if (unitIds?.some((id) => !units.some((unit) => unit.id === id))) throw new AppError('not_found', 'This service has no such unit.')
  const chosen = unitIds ? units.filter((unit) => unitIds.includes(unit.id)) : units.filter((unit) => !unit.removed)
  return { serviceName: service.name, stageId: stage.id, units, chosen: chosen.slice(0, mostUnits) }
}

interface Row {
  id: string
  ordinal: number
  state: OutputUnit['state']
  removedAt: Date | null
  machineId: string | null
  machineName: string | null
  heardAt: Date | null
  lastAt: Date | null
}

async function unitsOf(stageId: string, serviceName: string): Promise<FoundUnit[]> {
  const { rows } = await pool.query<Row>({
    name: 'output-units',
    text: `select u.id, u.ordinal, u.state, u."removedAt", m.id as "machineId", m.name as "machineName", m."heardAt" at time zone 'UTC' as "heardAt",
             case when c.lines > 0 then c."lastAt" at time zone 'UTC' end as "lastAt"
           from "Unit" u left join "OutputCursor" c on c."unitId" = u.id
           left join lateral (select "machineId" from "Allocation" where "unitId" = u.id order by generation desc limit 1) a on true
           left join "Machine" m on m.id = a."machineId"
           where u."stageId" = $1 and (u."removedAt" is null or (u."removedAt" > $2::timestamptz at time zone 'UTC' and c."keptBytes" > 0))
           order by u."removedAt" is not null, case when u."removedAt" is null then u.ordinal end, u."removedAt" desc limit 200`,
    values: [stageId, new Date(clock.nowMs() - removedKeptDays * 86_400_000)],
  })
  return rows.map((row) => ({
    id: row.id,
    name: `${serviceName}/${row.ordinal}`,
    state: row.state,
    removed: row.removedAt !== null,
    machineId: row.machineId,
    machineName: row.machineName,
    heardAt: isoOrNull(row.heardAt),
    lastAt: isoOrNull(row.lastAt),
  }))
}
