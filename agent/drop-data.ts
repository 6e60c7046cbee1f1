import { closeSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { at, openFolder } from './beneath'
import { AgentFailure, errorCodeOf } from './failure'
import type { Home } from './home'
import { removeFolder } from './remove-folder'

/**
 * Deletes data that a unit left behind, for ever. Nothing happens where they are gone already. What lies in the folder of a unit that
 * is here, or is mounted from elsewhere, is not touched.
 */
export async function dropData(home: Home, path: string, usedFolders: readonly string[]): Promise<void> {
  const parts = partsBelow(home.apps, path)
  const inner = parts.join('/')
  const isBelow = (one: string, other: string) => one === other || one.startsWith(`${other}/`)
  if (usedFolders.some((folder) => isBelow(inner, folder) || isBelow(folder, inner)))
    throw new AgentFailure('data_in_use', 'A unit that is here has its folder there.')
  if (mounts().some((mount) => isBelow(mount, path))) throw new AgentFailure('data_shared', 'Something is mounted there.')
  const trash = join(home.trash, `dropped-${parts.join('-')}-${Date.now()}`)
  if (!moveAway(home.apps, parts, trash)) return
  await removeFolder(trash)
  removeEmpty(home.apps, parts.slice(0, -1))
}

function partsBelow(root: string, path: string): string[] {
  const inner = relative(root, path)
  const parts = inner.split('/')
  const isInside = isAbsolute(path) && !isAbsolute(inner) && join(root, inner) === path
  if (!isInside || parts.length < 2 || parts.includes('..')) throw new AgentFailure('data_not_ours', 'No unit keeps data there.')
  return parts
}

/** To where only the agent gets, before it is taken apart; no link on the way is followed. False: it is not there. */
function moveAway(root: string, parts: readonly string[], to: string): boolean {
  let folder: number | undefined
  try {
    folder = openFolder(root, parts.slice(0, -1))
    renameSync(at(folder, parts.at(-1) ?? ''), to)
    return true
  } catch (error) {
    const code = errorCodeOf(error) ?? ''
    if (code === 'ENOENT') return false
    if (code === 'ELOOP' || code === 'ENOTDIR') throw new AgentFailure('data_not_ours', 'A link leads elsewhere from there.')
    if (code === 'EXDEV' || code === 'EBUSY') throw new AgentFailure('data_shared', 'Something is mounted there.')
    throw error
  } finally {
    if (folder !== undefined) closeSync(folder)
  }
}

/** Folders that held nothing else. */
function removeEmpty(root: string, parts: readonly string[]): void {
  for (let count = parts.length; count > 0; count--) {
    let folder: number | undefined
    try {
      folder = openFolder(root, parts.slice(0, count - 1))
      rmdirSync(at(folder, parts[count - 1] ?? ''))
    } catch {
      return
    } finally {
      if (folder !== undefined) closeSync(folder)
    }
  }
}

const unescaped = (path: string) => path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))

const mounts = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map(unescaped)
