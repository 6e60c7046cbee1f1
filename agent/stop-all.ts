import { readdir } from 'node:fs/promises'
import { Groups } from './groups'
import { endGroup, findHeld, stopHeld } from './holder'
import type { Home } from './home'
import { paced } from './pace'
import { killUnit } from './procfs'
import { loadRecords } from './unit-record'

/**
 * Ends every process of this home and changes nothing on disk: the next agent finds them gone and starts again what is wanted.
 * For taking a whole machine down; an agent that merely stops leaves its units running.
 */
export async function stopAll(home: Home): Promise<void> {
  const records = await loadRecords(home).catch(() => [])
  const runIds = await readdir(home.runs).catch(() => [])
  await Promise.all(
    runIds.map(async (runId) => {
      const held = findHeld(home.run(runId), runId)
      if (!held) return
      const record = records.find(({ process }) => process?.runId === runId)
      const stop = record?.content?.process?.stop ?? { signal: 'SIGTERM' as const, timeoutMs: paced(10_000) }
      // A hook gets less patience than a service: it is run anew by the next agent.
      if (record) await stopHeld(held, stop)
      else await endGroup(held, paced(2_000))
    }),
  )
  // Programs that daemonised themselves carry only their unit's name.
  for (const { unitId } of records) killUnit(home, unitId)
  await Groups.find(home.root).endAll()
}
