import { chownSync, closeSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DataContents } from '@/lib/protocol/copy'
import { at, openFolder } from './beneath'
import { syncFolder } from './durable'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'
import type { Home } from './home'
import { removeFolder } from './package-cache'

/** Where data of a copy wait for their unit. Only the agent gets there. */
export const staged = (home: Home, copyId: string) => {
  const root = join(home.copies, copyId)
  return { root, folder: join(root, 'data'), verified: join(root, 'verified.json') }
}

/** What was unpacked and compared; undefined = it was not, or not to its end. */
export function readVerified(home: Home, copyId: string): DataContents | undefined {
  try {
    return DataContents.parse(JSON.parse(readFileSync(staged(home, copyId).verified, 'utf8')))
  } catch {
    return undefined
  }
}

type Placing = { home: Home; copyId: string; unitFolder: string; folders: readonly string[]; owner: RunUser | undefined }

/**
 * Puts verified data where their unit finds them, each folder by a rename; after a crash it goes on with the next. What lay there is set
 * aside and never overwritten: it says from where to where.
 */
export async function placeData({ home, copyId, unitFolder, folders, owner }: Placing): Promise<{ from: string; to: string }[]> {
  if (!readVerified(home, copyId))
    throw new AgentFailure('data_not_verified', 'Its data did not come to this machine whole; it is not started without them.')
  const aside: { from: string; to: string }[] = []
  for (const path of folders) {
    const source = join(staged(home, copyId).folder, path)
    if (!existsSync(source)) continue
    const parts = path.split('/')
    const name = parts.pop() as string
    const parent = openFolder(unitFolder, parts)
    try {
      const target = at(parent, name)
      if (!isGone(target)) aside.push(setAside(target, { unitFolder, path, copyId, owner }))
      renameSync(source, target)
    } finally {
      closeSync(parent)
    }
    await syncFolder(dirname(join(unitFolder, path)))
  }
  return aside
}

/** Not there, or an empty folder: nothing that anybody would miss. */
function isGone(target: string): boolean {
  const found = lstatSync(target, { throwIfNoEntry: false })
  if (!found) return true
  if (!found.isDirectory() || readdirSync(target).length > 0) return false
  rmdirSync(target)
  return true
}

type Aside = Pick<Placing, 'unitFolder' | 'copyId' | 'owner'> & { path: string }

/** Beside the unit's folder, so that it does not go with the unit. */
function setAside(target: string, { unitFolder, path, copyId, owner }: Aside): { from: string; to: string } {
  const folder = `${unitFolder}.before-${copyId.slice(-8)}`
  const to = join(folder, path)
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  if (owner) chownSync(folder, owner.uid, owner.gid)
  renameSync(target, to)
  return { from: join(unitFolder, path), to }
}

/** Of copies that nobody waits for any more. */
export async function forgetStaged(home: Home, wanted: ReadonlySet<string>): Promise<void> {
  for (const copyId of await readdir(home.copies)) if (!wanted.has(copyId)) await removeFolder(staged(home, copyId).root)
}
