import { gte, valid } from 'semver'
import type { Tx } from '@/lib/db/client'
import type { Ledger, Machine } from '@/lib/db/generated/client'
import { freshnessOf } from '@/lib/machines/freshness'
import { dropsSince } from '@/lib/protocol/drop'
import type { LedgerFacts } from './ledger-gate'
import { homeOf } from './stranger'

/** What the gate asks about these lines, in their order. */
export async function loadLedgerFacts(tx: Tx, lines: readonly Ledger[]): Promise<LedgerFacts[]> {
  const unitIds = lines.flatMap((line) => line.unitId ?? [])
  const desired = await tx.desiredUnit.findMany({ where: { unitId: { in: unitIds }, wanted: 'absent' } })
  const living = await tx.allocation.findMany({
    where: { unitId: { in: unitIds }, to: null, unit: { removedAt: null } },
    select: { unitId: true, machineId: true },
  })
  const machines = await tx.machine.findMany({
    where: { id: { in: lines.flatMap((line) => line.machineId ?? []) }, removedAt: null },
    select: { id: true, connected: true, heardAt: true, agentVersion: true },
  })
  const here = (line: Ledger) => (one: { unitId: string; machineId: string }) =>
    one.unitId === line.unitId && one.machineId === line.machineId
  return Promise.all(
    lines.map(async (line) => ({
      line,
      machine: ableOf(machines.find((machine) => machine.id === line.machineId)),
      livesThere: living.some(here(line)),
      asked: desired.find(here(line)) ?? null,
      home: line.stranger && line.closedAt === null ? await homeOf(tx, line) : null,
    })),
  )
}

function ableOf(machine: Pick<Machine, 'connected' | 'heardAt' | 'agentVersion'> | undefined): LedgerFacts['machine'] {
  if (!machine) return null
  const version = valid(machine.agentVersion)
  return { isHeard: machine.connected && freshnessOf(machine) === 'known', isTooOld: !version || !gte(version, dropsSince) }
}
