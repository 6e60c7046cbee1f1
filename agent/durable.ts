import { closeSync, fsync, openSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isDiskFullError } from './failure'

const sync = promisify(fsync)
const reserveBytes = 256 * 1024
let reserveFile: string | undefined

/** A file that only takes room: removed when the disk is full, so that the news of it can still be written. */
export async function keepReserve(home: string): Promise<void> {
  reserveFile = join(home, 'reserve')
  try {
    if ((await stat(reserveFile).catch(() => undefined))?.size === reserveBytes) return
    const { bavail, bsize } = await statfs(home)
    // Taking the last free room for the reserve would make the shortage we want to survive.
    if (bavail * bsize < 4 * reserveBytes) return
    await writeFile(reserveFile, Buffer.alloc(reserveBytes, 1))
  } catch (error) {
    if (!isDiskFullError(error)) throw error
    await rm(reserveFile, { force: true })
  }
}

/** True when there was a reserve to give up; then the write is worth another try. */
export async function giveUpReserve(): Promise<boolean> {
  if (!reserveFile) return false
  const had = (await stat(reserveFile).catch(() => undefined)) !== undefined
  await rm(reserveFile, { force: true })
  return had
}

/** After return the new text is on disk; after a crash the file holds the old or the new text, whole. */
export async function writeDurably(path: string, text: string): Promise<void> {
  try {
    await replace(path, text)
  } catch (error) {
    await rm(`${path}.new`, { force: true })
    if (!isDiskFullError(error) || !(await giveUpReserve())) throw error
    await replace(path, text)
  }
}

/** Only the two waits for the disk go to another thread; the rest is over sooner than the way there. */
async function replace(path: string, text: string): Promise<void> {
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeFileSync(file, text)
    await sync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  await syncFolder(dirname(path))
}

export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r')
  try {
    await sync(folder)
  } finally {
    closeSync(folder)
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true, mode })
}
