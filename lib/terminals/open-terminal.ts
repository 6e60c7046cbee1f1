import { z } from 'zod'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { Prisma, type Service, type Stage } from '@/lib/db/generated/client'
import { afterCommit, transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { freshnessOf } from '@/lib/machines/freshness'
import { findScope } from '@/lib/organizations/find-scope'
import { pace } from '@/lib/pace'
import { findPod } from './find-pod'
import { orderOpen } from './order-terminal'
import { terminalPermission, whyNotOpen } from './terminal-gate'
import { isTooLong, type OpenedTerminal } from './views'

const mostWords = 4000

export const OpenTerminalSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  unitId: z.string().max(64),
  /** Missing = a shell; else one command, run as it stands, by no shell. */
  argv: z
    .array(
      z
        .string()
        .max(mostWords)
        .regex(/^[^\0]*$/),
    )
    .min(1)
    .max(64)
    .refine((argv) => argv[0] !== '' && argv.join(' ').length <= mostWords, { message: 'must be a command of at most 4,000 characters' })
    .refine((argv) => !isTooLong(argv), {
      message: 'must be a command of at most 6,000 bytes; put it into a file of the unit, and run that',
    })
    .optional(),
  cols: z.number().int().min(2).max(500).default(120),
  rows: z.number().int().min(2).max(300).default(32),
})
export type OpenTerminalInput = z.infer<typeof OpenTerminalSchema>

/** A terminal in a unit's folder as its application. It begins when its ticket is shown; a command begins at once. */
export async function openTerminal(actor: Actor, input: OpenTerminalInput): Promise<OpenedTerminal> {
  if (actor.kind !== 'person') throw new AppError('forbidden', 'Terminals are for people.')
  const scope = await findScope(actor, input)
  return transaction(async (tx) => {
    const { unit, holder, ...place } = await findPlace(tx, scope.application?.id ?? '', input)
    const { service } = unit.stage
    authorize(actor, 'service.see', service, 'This unit')
    const facts = {
      environment: unit.stage.environment,
      ...place,
      open: await tx.terminal.count({ where: { userId: actor.id, endedAt: null } }),
    }
    const reason = whyNotOpen(actor, service, facts)
    if (reason?.permission) authorize(actor, terminalPermission(facts.environment), service, 'This unit')
    refuse(reason)
    if (facts.environment === 'production') insistFresh(actor, 'terminal.production')
    return make(tx, actor, { unit, machineId: holder, input })
  })
}

interface Place {
  readonly unit: { readonly id: string; readonly name: string; readonly stage: Stage & { readonly service: Service } }
  readonly isPlaced: boolean
  readonly isMachine: boolean
  readonly isHeard: boolean
  /** Who holds the line: its machine, or its cluster. */
  readonly holder: string
}

/** A unit on a machine, or a pod of a cluster. */
async function findPlace(tx: Tx, applicationId: string, input: OpenTerminalInput): Promise<Place> {
  const pod = await findPod(tx, applicationId, input)
  if (pod) return { ...pod, isMachine: true }
  const unit = await findUnit(tx, applicationId, input)
  const allocation = unit.allocations[0]
  return {
    unit: { id: unit.id, name: `${unit.stage.service.name}/${unit.ordinal}`, stage: unit.stage },
    isPlaced: allocation !== undefined && unit.removedAt === null,
    isMachine: unit.placement.runtime.driver === 'machine',
    isHeard: allocation?.machine.connected === true && freshnessOf(allocation.machine) === 'known',
    holder: allocation?.machineId ?? '',
  }
}

async function findUnit(tx: Tx, applicationId: string, { name, unitId }: OpenTerminalInput) {
  const unit = await tx.unit.findFirst({
    where: { id: unitId, stage: { service: { applicationId, name, removedAt: null } } },
    include: {
      stage: { include: { service: true } },
      placement: { include: { runtime: true } },
      allocations: { where: { to: null }, include: { machine: true } },
    },
  })
  if (!unit) throw notFound('This unit')
  return unit
}

interface Made {
  readonly unit: Place['unit']
  readonly machineId: string
  readonly input: OpenTerminalInput
}

async function make(tx: Tx, actor: PersonActor, { unit, machineId, input }: Made): Promise<OpenedTerminal> {
  const { stage } = unit
  const { service } = stage
  const ticket = input.argv ? null : newToken()
  const unitName = unit.name
  const terminal = await tx.terminal.create({
    data: {
      organizationId: service.organizationId,
      applicationId: service.applicationId,
      serviceId: service.id,
      stageId: stage.id,
      environment: stage.environment,
      unitId: unit.id,
      unitName,
      machineId,
      userId: actor.id,
      argv: input.argv ?? Prisma.DbNull,
      cols: input.cols,
      rows: input.rows,
      createdAt: clock.now(),
      openedAt: input.argv ? clock.now() : null,
      ...ticketData(ticket),
    },
  })
  await writeEvent(tx, actor, {
    name: 'terminal.opened',
    organizationId: service.organizationId,
    subject: { kind: 'service', id: service.id },
    data: { terminalId: terminal.id, unit: unitName, kind: input.argv ? 'command' : 'shell' },
  })
  if (input.argv) afterCommit(tx, () => orderOpen(terminal))
  return { terminalId: terminal.id, ticket }
}

export const ticketData = (ticket: string | null) => ({
  ticketHash: ticket && hashToken(ticket),
  ticketExpires: ticket && new Date(clock.nowMs() + pace('terminalTicket')),
})
