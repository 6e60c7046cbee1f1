import { closeSync, existsSync, fsyncSync, lstatSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DataContents } from '@/lib/protocol/copy'
import { at, makeFolderBeneath, openFolder } from './beneath'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'
import type { Home } from './home'
import { removeFolder } from './remove-folder'

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
type Aside = { from: string; to: string }

/**
 * Puts verified data where their unit finds them, each folder by a rename; after a crash it goes on with the next. What lay there is set
 * aside and never overwritten: it says from where to where. Applications may change these folders meanwhile, so no link is followed.
 */
export function placeData({ home, copyId, unitFolder, folders, owner }: Placing): Aside[] {
  if (!readVerified(home, copyId))
    throw new AgentFailure('data_not_verified', 'Its data did not come to this machine whole; it is not started without them.')
  // Beside the unit's folder, so that it does not go with the unit.
  const beside = `${basename(unitFolder)}.before-${copyId.slice(-8)}`
  return folders.flatMap((path) => {
    const source = join(staged(home, copyId).folder, path)
    const parts = path.split('/')
    const name = parts.pop() as string
    if (existsSync(source))
      inFolder(unitFolder, parts, (parent) => {
        if (!isGone(at(parent, name))) setAside(at(parent, name), { root: dirname(unitFolder), parts: [beside, ...parts], name, owner })
        renameSync(source, at(parent, name))
      })
    const to = join(dirname(unitFolder), beside, path)
    return existsSync(to) ? [{ from: join(unitFolder, path), to }] : []
  })
}

/** Not there, or an empty folder: nothing that anybody would miss. */
function isGone(target: string): boolean {
  const found = lstatSync(target, { throwIfNoEntry: false })
  if (!found) return true
  if (!found.isDirectory() || readdirSync(target).length > 0) return false
  rmdirSync(target)
  return true
}

type Beside = { root: string; parts: readonly string[]; name: string; owner: RunUser | undefined }

function setAside(target: string, { root, parts, name, owner }: Beside): void {
  makeFolderBeneath(root, parts.join('/'), owner)
  inFolder(root, parts, (folder) => renameSync(target, at(folder, name)))
}

/** What is done in it is on disk when this returns. */
function inFolder(root: string, parts: readonly string[], work: (folder: number) => void): void {
  const folder = openFolder(root, parts)
  try {
    work(folder)
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Of copies that nobody waits for any more. */
export async function forgetStaged(home: Home, wanted: ReadonlySet<string>): Promise<void> {
  for (const copyId of await readdir(home.copies)) if (!wanted.has(copyId)) await removeFolder(staged(home, copyId).root)
}
