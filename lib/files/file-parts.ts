import { db } from '@/lib/db/client'
import { decrypt, encrypt } from '@/lib/encrypt'
import type { FileAct, FileSay } from '@/lib/protocol/files'

/** Messages of transfers as rows between two gateways, readable only with the master key. */
export type PartAct = Extract<FileAct, { kind: 'part' }>

const placeOf = (transferId: string, isUp: boolean, seq: number) => `FilePart/${transferId}/${isUp ? 'up' : 'down'}/${seq}`
const seal = (message: object, place: string) => Buffer.from(encrypt(JSON.stringify(message), place), 'base64')
const open = (body: Uint8Array, place: string): unknown => JSON.parse(decrypt(Buffer.from(body).toString('base64'), place))

/** Only of a transfer that goes on: what comes while it ends waits for the end, and is not kept. A number that came before changes nothing. */
const keep = (transferId: string, isUp: boolean, seq: number, message: object, machineId: string | null) =>
  db.$executeRaw`
    insert into "FilePart" ("transferId", "isUp", "seq", "body")
    select "id", ${isUp}, ${seq}::int, ${seal(message, placeOf(transferId, isUp, seq))}
    from "FileTransfer"
    where "id" = ${transferId} and "endedAt" is null and "machineId" = coalesce(${machineId}::text, "machineId")
    for share
    on conflict do nothing`

/** What is not of the machine whose transfer it is is not kept. */
export async function keepSaid(machineId: string, transferId: string, seq: number, say: FileSay): Promise<boolean> {
  return (await keep(transferId, true, seq, say, machineId)) > 0
}

/** What the machine said from this number on, as far as it has come without a gap; taken out of the rows. */
export async function takeSaid(transferId: string, from: number): Promise<FileSay[]> {
  const rows = await db.filePart.findMany({ where: { transferId, isUp: true, seq: { gte: from } }, orderBy: { seq: 'asc' } })
  const next = rows.filter((row, i) => row.seq === from + i)
  if (next.length > 0) await db.filePart.deleteMany({ where: { transferId, isUp: true, seq: { lt: from + next.length } } })
  return next.map(({ body, seq }) => open(body, placeOf(transferId, true, seq)) as FileSay)
}

export async function keepPart(transferId: string, act: PartAct): Promise<void> {
  await keep(transferId, false, act.seq, act, null)
}

/** For the gateway that holds the machine's connection. */
export async function takePart(transferId: string, seq: number): Promise<PartAct | undefined> {
  const where = { transferId_isUp_seq: { transferId, isUp: false, seq } }
  const row = await db.filePart.findUnique({ where })
  if (!row) return undefined
  await db.filePart.delete({ where })
  return open(row.body, placeOf(transferId, false, seq)) as PartAct
}
