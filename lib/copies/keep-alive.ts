import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { isCopy } from './copy-verbs'

/** A copy takes as long as it takes: what its machine says of it is a sign of life, and only silence is too late. */
export async function keepCopiesAlive(tx: Tx, heard: readonly { readonly id: string; readonly verb: string }[]): Promise<void> {
  const ids = heard.filter(isCopy).map(({ id }) => id)
  if (ids.length === 0) return
  await tx.$executeRaw`
    update "Task" set "deadlineAt" = ${clock.now()}::timestamp + "timeoutMs" * interval '1 millisecond'
    where id = any(${ids}) and state = 'running' and "doneAt" is null and "deadlineAt" is not null`
}
