import { createHash } from 'node:crypto'
import type { DataContents } from './copy'

/** Something that lies in a folder of data and is not copied, or came with a copy and is not kept. */
export class DataRefusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DataRefusal'
  }
}

const longest = 4000

const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`))

/** Names of data are their application's business, as long as they stay inside. */
export function refusePath(path: string, folders: readonly string[]): void {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\0') || !isBelow(path, folders))
    throw new DataRefusal(`${JSON.stringify(path)} is no path inside the data.`)
  if (Buffer.byteLength(path) > longest) throw new DataRefusal(`${path.slice(0, 80)}… is too long a path.`)
  // A name that is no text cannot be written again as it was.
  if (path.includes('\ufffd')) throw new DataRefusal(`${path} is a name that is not UTF-8.`)
}

/** Elsewhere it would lead to nothing, or to something else. */
export function refuseLink(path: string, target: string, folders: readonly string[]): void {
  const leaves = new DataRefusal(`${path} is a link that leaves the data: ${target}`)
  if (target === '' || target.startsWith('/') || target.includes('\0')) throw leaves
  const here = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') {
      if (here.pop() === undefined) throw leaves
    } else if (part !== '.' && part !== '') here.push(part)
  }
  if (!isBelow(here.join('/'), folders)) throw leaves
}

/** Whose it is may always read it, and change its folders: else nobody but root could move or remove a copy. Nothing runs as somebody else. */
export const modeOf = (kind: 'file' | 'folder', mode: number): number =>
  kind === 'folder' ? (mode & 0o3777) | 0o700 : (mode & 0o777) | 0o400

export type Noted = { path: string } & (
  | { kind: 'folder'; mode: number; seconds: number }
  | { kind: 'file'; mode: number; seconds: number; sizeBytes: number; digest: string }
  | { kind: 'link'; target: string }
)

/** One digest of all that lies there; equal ones mean equal data. Entries come in the order of `walkData`. */
export class DataSum {
  private readonly hash = createHash('sha256')
  private files = 0
  private bytes = 0

  add(entry: Noted): void {
    this.hash.update(`${JSON.stringify(fieldsOf(entry))}\n`)
    if (entry.kind !== 'file') return
    this.files += 1
    this.bytes += entry.sizeBytes
  }

  end(): DataContents {
    return { files: this.files, bytes: this.bytes, contents: this.hash.digest('hex') }
  }
}

function fieldsOf(entry: Noted): (string | number)[] {
  const { kind, path } = entry
  if (kind === 'link') return [kind, path, entry.target]
  const both = [kind, path, entry.mode, entry.seconds]
  return kind === 'folder' ? both : [...both, entry.sizeBytes, entry.digest]
}

/** Folders whose entries come now: an archive that leaves this order writes nowhere. */
export class OpenFolders<Folder extends { path: string }> {
  private readonly open: Folder[] = []

  /** Those that are over before an entry of this path, the innermost first. */
  leaveFor(path: string): Folder[] {
    const left: Folder[] = []
    for (let last = this.open.at(-1); last && !path.startsWith(`${last.path}/`); last = this.open.at(-1)) {
      left.push(last)
      this.open.pop()
    }
    return left
  }

  enter(folder: Folder): void {
    this.open.push(folder)
  }

  /** Nothing is written below what is no folder of this archive. */
  refuseStray(path: string, tops: readonly string[]): void {
    const parent = this.open.at(-1)?.path
    const isHere = parent === undefined ? tops.includes(path) : path.slice(0, path.lastIndexOf('/')) === parent
    if (!isHere) throw new DataRefusal(`${path} comes out of its order.`)
  }
}
