import { publish } from '@/lib/bus/bus'
import type { FileAct } from '@/lib/protocol/files'

/** Said on the bus to the gateway that holds the machine's connection; that one signs it. A part lies in its row. */
export interface FileCommand {
  readonly machineId: string
  readonly transferId: string
  readonly act: Exclude<FileAct, { kind: 'part' }> | { readonly kind: 'part'; readonly seq: number }
}

export const fileOrderTopic = 'file-order'
/** Said when the machine said something of a transfer. */
export const fileNewsTopic = (transferId: string): string => `file:${transferId}`

export const orderFile = ({ id, machineId }: { id: string; machineId: string }, act: FileCommand['act']): Promise<void> =>
  publish(fileOrderTopic, { machineId, transferId: id, act } satisfies FileCommand)

/** It was ended from elsewhere: for the machine, and for the door that holds it. */
export async function endedTransfer(transfer: { id: string; machineId: string }): Promise<void> {
  await orderFile(transfer, { kind: 'stop' })
  await publish(fileNewsTopic(transfer.id), {})
}
