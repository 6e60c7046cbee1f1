import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import type { Environment } from '@/lib/views'
import { commandOf } from './command-request'
import { machineTargets, unitTargets } from './find-targets'
import { earlierOf, findStage } from './run-command'
import type { CommandOffer } from './views'

export interface CommandOfferAsk {
  readonly organization: string
  readonly application: string
  readonly name: string
  readonly environment: Environment
  /** Number of an earlier command to fill in from. */
  readonly again?: number | undefined
}

/** What a form for a command on units begins with. */
export async function getCommandOffer(actor: Actor, ask: CommandOfferAsk): Promise<CommandOffer> {
  const stage = await findStage(db, ask)
  if (!stage) throw notFound('This service')
  const { service } = stage
  authorize(actor, 'service.see', ofService(service), 'This service')
  const refused = lacks(actor, 'command.run', ofService(service))
  const found = await unitTargets(db, { stageId: stage.id, serviceName: service.name, unitIds: undefined })
  return {
    organizationSlug: ask.organization,
    applicationSlug: ask.application,
    name: service.name,
    environment: stage.environment,
    targets: found.map((target) => target.view),
    gate: gateOf(refused, refused ? await listMembers(service.organizationId) : [], service),
    again: ask.again ? await earlier(service.organizationId, ask.again) : null,
    asOf: iso(clock.now()),
  }
}

/** The same for machines themselves. */
export async function getMachineOffer(
  actor: Actor,
  ask: { machines: readonly string[]; again?: number | undefined },
): Promise<CommandOffer> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  const again = ask.again ? await earlier(null, ask.again) : null
  const found = await machineTargets(db, ask.machines.length > 0 ? ask.machines : (again?.keys ?? []))
  return {
    organizationSlug: null,
    applicationSlug: null,
    name: null,
    environment: found[0]?.environment ?? 'test',
    targets: found.map((target) => target.view),
    gate: { allowed: true },
    again,
    asOf: iso(clock.now()),
  }
}

/** What an earlier command was, and those of its targets that it did not succeed on. */
async function earlier(organizationId: string | null, number: number): Promise<CommandOffer['again']> {
  const record = await earlierOf(db, organizationId, number)
  const command = commandOf(record)
  if (!command) return null
  const open = await db.task.findMany({
    where: { recordId: record.id, state: { not: 'succeeded' } },
    select: { unitId: true, machineId: true },
    orderBy: { index: 'asc' },
  })
  if (organizationId !== null) return { number, command, keys: open.flatMap((task) => task.unitId ?? []) }
  const machines = await db.machine.findMany({
    where: { id: { in: open.flatMap((task) => task.machineId ?? []) } },
    select: { name: true },
  })
  return { number, command, keys: machines.map((machine) => machine.name) }
}
