import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { FileTransfer } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { freshnessOf } from '@/lib/machines/freshness'
import { findScope } from '@/lib/organizations/find-scope'
import { filePermission, whyNotFiles } from './file-gate'
import type { UnitFiles } from './views'

export type TransferKind = 'list' | 'read' | 'write'

/** Listing is no event; who read or wrote a file is, before the machine hears of it. */
const events = { read: 'file.read', write: 'file.upload_begun' } as const

export const tellFile = (tx: Tx, actor: Actor, name: `file.${string}`, { id, organizationId, serviceId, unitName, path }: FileTransfer) =>
  writeEvent(tx, actor, {
    name,
    organizationId,
    subject: { kind: 'service', id: serviceId },
    data: { transferId: id, unit: unitName, path },
  })

/** The row that a transfer goes on under, once it is certain that this person may, and before the machine hears of it. */
export async function beginTransfer(
  actor: Actor,
  ask: UnitFiles,
  { kind, path }: { kind: TransferKind; path: string },
): Promise<FileTransfer> {
  if (actor.kind !== 'person') throw new AppError('forbidden', 'Files are for people.')
  const scope = await findScope(actor, ask)
  return transaction(async (tx) => {
    const unit = await findUnit(tx, scope.application?.id ?? '', ask)
    const { service, environment } = unit.stage
    authorize(actor, 'service.see', ofService(service), 'This unit')
    const [allocation] = unit.allocations
    const facts = {
      environment,
      isPlaced: allocation !== undefined && unit.removedAt === null,
      isMachine: unit.placement.runtime.driver === 'machine',
      isHeard: allocation?.machine.connected === true && freshnessOf(allocation.machine) === 'known',
      open: await tx.fileTransfer.count({ where: { userId: actor.id, endedAt: null } }),
    }
    const reason = whyNotFiles(actor, ofService(service), facts)
    if (reason?.permission) authorize(actor, filePermission(environment), ofService(service), 'This unit')
    refuse(reason)
    const { organizationId, applicationId } = service
    const unitName = `${service.name}/${unit.ordinal}`
    const place = { organizationId, applicationId, serviceId: service.id, environment, unitId: unit.id, unitName }
    const transfer = await tx.fileTransfer.create({
      data: { ...place, machineId: allocation?.machineId ?? '', userId: actor.id, kind, path, createdAt: clock.now() },
    })
    if (kind !== 'list') await tellFile(tx, actor, events[kind], transfer)
    return transfer
  })
}

async function findUnit(tx: Tx, applicationId: string, { name, unitId }: UnitFiles) {
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
