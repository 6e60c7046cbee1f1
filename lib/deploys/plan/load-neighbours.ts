import type { Tx } from '@/lib/db/client'
import { type NeighbourRule, rulesIn } from '@/lib/services/rule-views'
import type { UnitAt } from './weigh-machines'

/** Whose units stand where. */
export interface Neighbours {
  /** What other services ask of this one: who keeps apart from it, from it is kept apart. */
  readonly keptApart: readonly NeighbourRule[]
  readonly units: readonly UnitAt[]
}

export const noNeighbours: Neighbours = { keptApart: [], units: [] }

interface Place {
  readonly stageId: string
  readonly name: string
}

/** Those that keep apart from this stage's service, in its application and environment. */
async function othersApart(tx: Tx, stageId: string): Promise<NeighbourRule[]> {
  const rows = await tx.$queryRaw<{ name: string; rules: unknown; me: string }[]>`
    select v.name, q.rules, n.name as me from "Stage" t join "Service" n on n.id = t."serviceId"
    join "Service" v on v."organizationId" = n."organizationId" and v."applicationId" = n."applicationId" and v.id <> n.id and v."removedAt" is null
    join "Stage" s on s."serviceId" = v.id and s.environment = t.environment
    join "Placement" q on q."stageId" = s.id and q.rules <> '{}'::jsonb
      and q.rules -> 'apart' @> jsonb_build_array(jsonb_build_object('service', n.name))
    where t.id = ${stageId} order by v.name`
  return rows.flatMap(({ name, rules, me }) =>
    rulesIn(rules)
      .apart.filter((rule) => rule.service === me)
      .map((rule) => ({ ...rule, service: name })),
  )
}

/** Units of the services that the rules of these placements name, or that name this one; what is promised to others counts as there. */
export async function loadNeighbours(tx: Tx, stageId: string, rules: readonly NeighbourRule[]): Promise<Neighbours> {
  const keptApart = await othersApart(tx, stageId)
  const names = [...new Set([...rules, ...keptApart].map((rule) => rule.service))]
  if (names.length === 0) return noNeighbours
  const stages = await tx.$queryRaw<Place[]>`
    select s.id as "stageId", v.name from "Stage" t join "Service" n on n.id = t."serviceId"
    join "Service" v on v."organizationId" = n."organizationId" and v."applicationId" = n."applicationId" and v."removedAt" is null
    join "Stage" s on s."serviceId" = v.id and s.environment = t.environment
    where t.id = ${stageId} and v.name = any(${names}::text[]) and s.id <> t.id`
  return { keptApart, units: [...(await unitsThere(tx, stages)), ...(await unitsPromised(tx, stages))] }
}

const spot = { select: { id: true, rack: true, zone: true } } as const

async function unitsThere(tx: Tx, stages: readonly Place[]): Promise<UnitAt[]> {
  const nameOf = new Map(stages.map((stage) => [stage.stageId, stage.name]))
  const rows = await tx.allocation.findMany({
    where: { to: null, unit: { stageId: { in: [...nameOf.keys()] }, removedAt: null } },
    select: { unit: { select: { stageId: true, ordinal: true } }, machine: spot },
    orderBy: { from: 'asc' },
  })
  return rows.map(({ unit, machine }) => {
    const service = nameOf.get(unit.stageId) ?? ''
    return { service, name: `${service}/${unit.ordinal}`, at: machine }
  })
}

async function unitsPromised(tx: Tx, stages: readonly Place[]): Promise<UnitAt[]> {
  const records = await tx.deployRecord.findMany({
    where: { stageId: { in: stages.map((stage) => stage.stageId) }, endedAt: null },
    select: { id: true, serviceName: true },
  })
  const held = await tx.reservation.findMany({
    where: { recordId: { in: records.map((record) => record.id) }, endedAt: null },
    select: { recordId: true, unitId: true, machineId: true },
  })
  const machines = await tx.machine.findMany({ where: { id: { in: held.map((one) => one.machineId) } }, ...spot })
  const at = new Map(machines.map((machine) => [machine.id, machine]))
  const serviceOf = new Map(records.map((record) => [record.id, record.serviceName]))
  return held.flatMap(({ recordId, unitId, machineId }) => {
    const machine = at.get(machineId)
    // A reservation names its unit as people do.
    return machine ? [{ service: serviceOf.get(recordId) ?? '', name: unitId, at: machine }] : []
  })
}
