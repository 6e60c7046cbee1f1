import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { DataRefusal, modeOf, refuseLink, refusePath } from '@/lib/protocol/data-rules'
import { at, openFolder } from './beneath'
import type { RunUser } from './holder'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

export type OpenFile = { path: string; file: number; sizeBytes: number; mode: number; seconds: number }
export type DataEntry = { path: string } & (
  | { kind: 'folder'; mode: number; seconds: number }
  | { kind: 'link'; target: string }
  | { kind: 'file'; sizeBytes: number; open: () => OpenFile }
  /** Sockets and pipes are made anew by whoever needs them. */
  | { kind: 'other' }
)

export type DataPlace = {
  /** The unit's folder. */
  root: string
  folders: readonly string[]
  /** Not looked into. */
  except?: readonly string[]
  /** Whose files may be read; undefined = whatever the agent may read. */
  owner: RunUser | undefined
}

const secondsOf = ({ mtimeMs }: Stats): number => Math.max(0, Math.floor(mtimeMs / 1000))

/**
 * All that lies in folders of data, folders before what is in them, names in their order. Others may work there meanwhile: each step is
 * taken from an open folder and never through a link.
 */
export function* walkData(place: DataPlace): Generator<DataEntry> {
  for (const top of place.folders) {
    const folder = openIfThere(place.root, top)
    if (folder === undefined) continue
    try {
      yield* entriesOf(folder, top, place)
    } finally {
      closeSync(folder)
    }
  }
}

function openIfThere(root: string, path: string): number | undefined {
  try {
    return openFolder(root, path.split('/'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function* entriesOf(folder: number, path: string, place: DataPlace): Generator<DataEntry> {
  const stat = fstatSync(folder)
  yield { kind: 'folder', path, mode: modeOf('folder', stat.mode), seconds: secondsOf(stat) }
  for (const name of readdirSync(at(folder, '.')).sort()) {
    const inner = `${path}/${name}`
    if (place.except?.includes(inner)) continue
    refusePath(inner, place.folders)
    const found = lstatSync(at(folder, name), { throwIfNoEntry: false })
    if (!found) continue
    if (found.isDirectory()) yield* inFolder(folder, name, inner, place)
    else if (found.isSymbolicLink()) yield linkOf(readlinkSync(at(folder, name)), inner, place)
    else if (!found.isFile()) yield { kind: 'other', path: inner }
    else yield { kind: 'file', path: inner, sizeBytes: found.size, open: () => openFile(folder, name, inner, place) }
  }
}

function* inFolder(folder: number, name: string, path: string, place: DataPlace): Generator<DataEntry> {
  const inner = openSync(at(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    yield* entriesOf(inner, path, place)
  } finally {
    closeSync(inner)
  }
}

function linkOf(target: string, path: string, { folders }: DataPlace): DataEntry {
  refuseLink(path, target, folders)
  return { kind: 'link', path, target }
}

/** An application may put a second name of somebody else's file here: only what it could read itself is read for it. */
function openFile(folder: number, name: string, path: string, { owner }: DataPlace): OpenFile {
  const file = openSync(at(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  const stat = fstatSync(file)
  if (!stat.isFile() || (owner && stat.uid !== owner.uid && (stat.mode & 0o004) === 0)) {
    closeSync(file)
    throw new DataRefusal(`${path} is somebody else’s, and is not copied.`)
  }
  return { path, file, sizeBytes: stat.size, mode: modeOf('file', stat.mode), seconds: secondsOf(stat) }
}

const readBytes = 1024 * 1024

/** Exactly as many bytes as were promised, or it has changed meanwhile. */
export function* chunksOf({ path, file, sizeBytes, seconds }: OpenFile): Generator<Buffer> {
  const changed = new DataRefusal(`${path} was changed while it was read.`)
  for (let place = 0; place < sizeBytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(readBytes, sizeBytes - place))
    const length = readSync(file, chunk, 0, chunk.length, place)
    if (length === 0) throw changed
    place += length
    yield chunk.subarray(0, length)
  }
  const now = fstatSync(file)
  if (now.size !== sizeBytes || secondsOf(now) !== seconds) throw changed
}
