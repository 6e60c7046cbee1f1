import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskTrouble } from '@/lib/protocol/messages'
import { errorCodeOf, isDiskFullError } from './failure'
import { paced } from './pace'

/** More than any small file of ours: on a full disk none of them could be written. */
const probeBytes = 16 * 1024
const stuckMs = 30_000
const notOfTheDisk = ['EMFILE', 'ENFILE', 'ENOMEM']

let found: DiskTrouble | null = null
let startedAt: number | undefined

/**
 * Why this agent cannot write to its disk, by the last try; asking begins the next one. A disk may keep whoever writes waiting for
 * ever, and the heartbeat does not wait with it.
 */
export function diskTrouble(home: string): DiskTrouble | null {
  if (startedAt === undefined) {
    startedAt = performance.now()
    void tryDisk(home).then((trouble) => {
      found = trouble
      startedAt = undefined
    })
  } else if (performance.now() - startedAt > paced(stuckMs)) found = 'unwritable'
  return found
}

export async function tryDisk(home: string): Promise<DiskTrouble | null> {
  const file = join(home, 'probe')
  try {
    await writeFile(file, Buffer.alloc(probeBytes, 1))
    await rm(file, { force: true })
    return null
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined)
    if (isDiskFullError(error)) return 'full'
    return notOfTheDisk.includes(errorCodeOf(error) ?? '') ? null : 'unwritable'
  }
}
