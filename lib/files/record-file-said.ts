import { publish } from '@/lib/bus/bus'
import type { FileSaid } from '@/lib/protocol/files'
import { keepSaid } from './file-parts'
import { fileNewsTopic, orderFile } from './order-file'

/** What a machine said of a transfer, for the door that waits for it. Of one that nobody waits for, it is told to stop. */
export async function recordFileSaid(machineId: string, { transferId, seq, say }: FileSaid): Promise<void> {
  if (await keepSaid(machineId, transferId, seq, say)) await publish(fileNewsTopic(transferId), { seq })
  else if (say.kind !== 'end') await orderFile({ id: transferId, machineId }, { kind: 'stop' })
}
