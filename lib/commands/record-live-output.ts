import { publish } from '@/lib/bus/bus'
import { pool } from '@/lib/db/client'
import type { CommandSaid } from '@/lib/protocol/command'

export interface LiveOutput {
  readonly machineId: string
  readonly said: CommandSaid
}

/**
 * What running commands have printed so far, of many machines at once. A row that others hold is passed over: it is about to go,
 * or its machine says more in a moment.
 */
export async function recordLiveOutput(batch: readonly LiveOutput[]): Promise<void> {
  const { rows } = await pool.query<{ recordId: string }>(
    `with said as (
       select d."machineId", d."taskId", n.output, n.bytes
       from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::int[]) as n(machine, task, attempt, output, bytes)
       join "DesiredCommand" d on d."machineId" = n.machine and d."taskId" = n.task and d.attempt = n.attempt
       for update of d skip locked)
     update "DesiredCommand" d set "liveOutput" = said.output, "liveBytes" = said.bytes
     from said where d."machineId" = said."machineId" and d."taskId" = said."taskId" returning d."recordId"`,
    [
      batch.map(({ machineId }) => machineId),
      batch.map(({ said }) => said.cause.taskId),
      batch.map(({ said }) => said.cause.attempt),
      batch.map(({ said }) => said.output),
      batch.map(({ said }) => said.outputBytes),
    ],
  )
  const topics = new Set(rows.map(({ recordId }) => `record:${recordId}`))
  await Promise.all([...topics].map((topic) => publish('live', { topic, what: 'command.printed' })))
}
