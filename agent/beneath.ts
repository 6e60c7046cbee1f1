import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import type { RunUser } from './holder'

/**
 * Work inside a folder that an application may change while we are in it. Each step is taken from an open folder and
 * never through a link, so that an agent that is root cannot be led elsewhere.
 */
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants
export const at = (folder: number, name: string) => `/proc/self/fd/${folder}/${name}`

function withFolder<T>(root: string, parts: string[], owner: RunUser | undefined, use: (folder: number) => T): T {
  let folder = openSync(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    for (const part of parts) {
      const inner = openOrMake(folder, part, owner)
      closeSync(folder)
      folder = inner
    }
    return use(folder)
  } finally {
    closeSync(folder)
  }
}

function openOrMake(folder: number, name: string, owner: RunUser | undefined): number {
  try {
    return openSync(at(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  mkdirSync(at(folder, name), { mode: 0o700 })
  const made = openSync(at(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  if (owner) fchownSync(made, owner.uid, owner.gid)
  return made
}

/** A folder that must be there, open. */
export function openFolder(root: string, parts: readonly string[]): number {
  let folder = openSync(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  for (const part of parts) {
    try {
      const inner = openSync(at(folder, part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      closeSync(folder)
      folder = inner
    } catch (error) {
      closeSync(folder)
      throw error
    }
  }
  return folder
}

/** A folder of this mode and owner, open. A link in its place is taken away; where it leads nothing is made, changed or given away. */
export function insistFolder(parent: number, name: string, mode: number, owner: RunUser | undefined): number {
  const place = at(parent, name)
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(place)
  if (!lstatSync(place, { throwIfNoEntry: false })) mkdirSync(place, { mode: 0o700 })
  const folder = openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  fchmodSync(folder, mode)
  if (owner) fchownSync(folder, owner.uid, owner.gid)
  return folder
}

/** In one step: whoever looks finds the old one or the new one. */
export function replaceLink(target: string, path: string): void {
  rmSync(`${path}.new`, { force: true })
  symlinkSync(target, `${path}.new`)
  renameSync(`${path}.new`, path)
}

export function makeFolderBeneath(root: string, path: string, owner: RunUser | undefined): void {
  withFolder(root, path.split('/'), owner, () => undefined)
}

export type FileToWrite = { path: string; text: string; mode: number }

/** First all new files beside the old ones, then all renames: a full disk changes nothing. */
export function writeFilesBeneath(root: string, files: readonly FileToWrite[], owner: RunUser | undefined): void {
  try {
    for (const file of files) eachParent(root, file.path, owner, (folder, name) => writeNew(folder, name, file, owner))
  } catch (error) {
    for (const file of files) eachParent(root, file.path, owner, removeNew)
    throw error
  }
  for (const file of files) eachParent(root, file.path, owner, (folder, name) => renameSync(at(folder, newName(name)), at(folder, name)))
}

const newName = (name: string) => `.${name}.new`

function eachParent(root: string, path: string, owner: RunUser | undefined, use: (folder: number, name: string) => void): void {
  const parts = path.split('/')
  const name = parts.pop() as string
  withFolder(root, parts, owner, (folder) => use(folder, name))
}

function removeNew(folder: number, name: string): void {
  try {
    unlinkSync(at(folder, newName(name)))
  } catch {
    // It was not written yet.
  }
}

function writeNew(folder: number, name: string, { text, mode }: FileToWrite, owner: RunUser | undefined): void {
  removeNew(folder, name)
  const file = openSync(at(folder, newName(name)), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    if (owner) fchownSync(file, owner.uid, owner.gid)
    fchmodSync(file, mode)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Nothing happens where it is not. */
export function removeFileBeneath(root: string, path: string): void {
  try {
    eachParent(root, path, undefined, (folder, name) => unlinkSync(at(folder, name)))
  } catch {
    // It is gone, or its folder is.
  }
}
