import type { Tx } from '@/lib/db/client'
import type { DesiredCommand } from '@/lib/db/generated/client'
import type { TaskOrder } from '@/lib/drivers/driver'
import { newId } from '@/lib/ids'
import { raiseRevisions, wakeMachines } from '@/lib/machines/set-desired'
import type { CopyContent, CopyOrder } from '@/lib/protocol/copy'
import { copyLimitBytes, packedIn } from './find-copy'

/** Tells machines to pack data or to fetch them. A later attempt takes the place of the one before, and goes on with what that has done. */
export async function orderCopies(tx: Tx, orders: readonly TaskOrder[]): Promise<void> {
  if (orders.length === 0) return
  for (const { recordId, unitId, machineId, params } of orders.filter(({ verb }) => verb === 'copy_out')) {
    const ends = { fromMachineId: machineId as string, toMachineId: String(params.to) }
    const key = { recordId, unitId: unitId as string }
    await tx.dataCopy.createMany({ data: [{ id: newId(), ...key, ...ends }], skipDuplicates: true })
  }
  const machineIds = [...new Set(orders.flatMap((order) => order.machineId ?? []))].sort()
  await raiseRevisions(tx, machineIds)
  await tx.$executeRaw`
    insert into "DesiredCommand" ("machineId", "taskId", "recordId", attempt, "unitId", "contentDigest", revision)
    select t."machineId", t.id, t."recordId", t.attempt, t."unitId", t."contentDigest", m.revision
    from "Task" t join "Machine" m on m.id = t."machineId" where t.id = any(${orders.map((order) => order.taskId)}) and t.state = 'running'
    on conflict ("machineId", "taskId") do update set attempt = excluded.attempt, "isStopped" = false, revision = excluded.revision`
  wakeMachines(tx, machineIds)
}

/** `<recordId> <unitId>` → the copy that its unit starts with. */
export async function copiesFor(tx: Tx, orders: readonly Pick<TaskOrder, 'recordId' | 'unitId'>[]): Promise<Map<string, string>> {
  const recordId = { in: [...new Set(orders.map((order) => order.recordId))] }
  const rows =
    orders.length === 0 ? [] : await tx.dataCopy.findMany({ where: { recordId }, select: { id: true, recordId: true, unitId: true } })
  return new Map(rows.map((row) => [copyKey(row), row.id]))
}

export const copyKey = ({ recordId, unitId }: { readonly recordId: string; readonly unitId: string | null }): string =>
  `${recordId} ${unitId}`

/** By `copyKey`: what these commands copy. */
export async function readCopies(
  tx: Tx,
  rows: readonly DesiredCommand[],
): Promise<Map<string, Pick<CopyOrder, 'copyId' | 'limitBytes' | 'packed'>>> {
  if (rows.length === 0) return new Map()
  const copies = await tx.dataCopy.findMany({ where: { recordId: { in: [...new Set(rows.map((row) => row.recordId))] } } })
  const limitBytes = copyLimitBytes()
  return new Map(copies.map((copy) => [copyKey(copy), { copyId: copy.id, limitBytes, packed: packedIn(copy) }]))
}

/** The order to copy, whole: what was approved, and what has been packed since. */
export function copyOrderOf(copy: CopyContent, row: DesiredCommand, copies: Awaited<ReturnType<typeof readCopies>>): CopyOrder | undefined {
  const facts = copies.get(copyKey(row))
  return facts && { ...copy, ...facts }
}
