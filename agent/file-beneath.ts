import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import type { FileEntry } from '@/lib/protocol/files'
import { at, openFolder } from './beneath'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'

/** Reading and writing for a person inside a folder that an application may change meanwhile: never through a link, only regular files. */
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants

const mostEntries = 5000

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'no_file',
  ENOTDIR: 'not_a_folder',
  ELOOP: 'is_link',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOSPC: 'no_room',
  EDQUOT: 'no_room',
  ENXIO: 'not_a_file',
  EISDIR: 'not_a_file',
}
const words: Readonly<Record<string, string>> = {
  no_file: 'There is no such file.',
  not_a_folder: 'This is not a folder.',
  is_link: 'This is a link; links are not followed.',
  denied: 'The agent may not do this.',
  no_room: 'There is no room left on the machine.',
  not_a_file: 'This is not a regular file.',
  too_large: 'The file is too large.',
  exists: 'There is a file of this name already.',
  reserved: 'The agent keeps this name for itself.',
  changed: 'The file became shorter while it was read.',
}

export const refusal = (code: string, message = words[code] ?? ''): AgentFailure => new AgentFailure(code, message)

/** The system's word for what went wrong, as a code that a person gets a sentence for. */
export function refusalOf(error: unknown): AgentFailure {
  if (error instanceof AgentFailure) return error
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException
  return codes[code] ? refusal(codes[code]) : new AgentFailure('failed', message)
}

/** A folder on the way that is a link answers ENOTDIR, which would be a riddle. */
function open(root: string, parts: readonly string[]): number {
  try {
    return openFolder(root, parts)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOTDIR' && isLinkOnTheWay(root, parts) ? refusal('is_link') : error
  }
}

function isLinkOnTheWay(root: string, parts: readonly string[]): boolean {
  for (let depth = 0; depth < parts.length; depth += 1) {
    const folder = openFolder(root, parts.slice(0, depth))
    try {
      const stat = lstatSync(at(folder, parts[depth] ?? ''), { throwIfNoEntry: false })
      if (!stat?.isDirectory()) return stat?.isSymbolicLink() ?? false
    } finally {
      closeSync(folder)
    }
  }
  return false
}

const partsOf = (path: string): string[] => (path === '' ? [] : path.split('/'))

export function listBeneath(root: string, path: string, isKept: (path: string) => boolean): { entries: FileEntry[]; isCut: boolean } {
  const folder = open(root, partsOf(path))
  try {
    const names = readdirSync(at(folder, '.')).sort()
    const entries = names.slice(0, mostEntries).flatMap((name) => {
      const stat = lstatSync(at(folder, name), { throwIfNoEntry: false })
      return stat ? [entryOf(name, stat, isKept(path === '' ? name : `${path}/${name}`))] : []
    })
    return { entries, isCut: names.length > mostEntries }
  } finally {
    closeSync(folder)
  }
}

const kindOf = (stat: Stats): FileEntry['kind'] =>
  stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other'

const entryOf = (name: string, stat: Stats, isKept: boolean): FileEntry => ({
  name,
  kind: kindOf(stat),
  sizeBytes: stat.isFile() ? stat.size : 0,
  modifiedAt: stat.mtime.toISOString(),
  mode: [6, 3, 0].map((shift) => ['r', 'w', 'x'].map((letter, i) => ((stat.mode >> shift) & (4 >> i) ? letter : '-')).join('')).join(''),
  isKept,
})

/** A regular file, open; a pipe or a device is not even waited for. */
export class FileToRead {
  private place = 0

  private constructor(
    private readonly file: number,
    readonly sizeBytes: number,
    readonly modifiedAt: string,
  ) {}

  static open(root: string, path: string, owner: RunUser | undefined): FileToRead {
    const parts = partsOf(path)
    const name = parts.pop() ?? ''
    const folder = open(root, parts)
    let file: number
    try {
      file = openSync(at(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } finally {
      closeSync(folder)
    }
    const stat = fstatSync(file)
    // An application may put a second name of somebody else's file here: only what it could read itself is read for it.
    const isTheirs = !owner || stat.uid === owner.uid || (stat.mode & 0o004) !== 0
    if (!stat.isFile() || !isTheirs) {
      closeSync(file)
      throw refusal(isTheirs ? 'not_a_file' : 'denied')
    }
    return new FileToRead(file, stat.size, stat.mtime.toISOString())
  }

  /** Exactly so many bytes: what was promised is sent, or it ends. */
  read(length: number): Buffer {
    const buffer = Buffer.alloc(length)
    let filled = 0
    while (filled < length) {
      const bytes = readSync(this.file, buffer, filled, length - filled, this.place + filled)
      if (bytes === 0) throw refusal('changed')
      filled += bytes
    }
    this.place += length
    return buffer
  }

  close(): void {
    closeSync(this.file)
  }
}

/** A new file beside its place, which it takes when it is whole. */
export class FileToWrite {
  private constructor(
    private readonly folder: number,
    private readonly name: string,
    private readonly half: string,
    private readonly file: number,
    private readonly options: { replace: boolean; owner: RunUser | undefined },
  ) {}

  static open(root: string, path: string, id: string, options: { replace: boolean; owner: RunUser | undefined }): FileToWrite {
    const parts = partsOf(path)
    const name = parts.pop() ?? ''
    const folder = open(root, parts)
    const half = `.upload-${id}`
    try {
      whyNotPlace(folder, name, options.replace)
      const file = openSync(at(folder, half), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      return new FileToWrite(folder, name, half, file, options)
    } catch (error) {
      closeSync(folder)
      throw error
    }
  }

  write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written)
  }

  /** Mode and owner as the file had that it replaces; a new one is its application's. */
  finish(): void {
    const before = lstatSync(at(this.folder, this.name), { throwIfNoEntry: false })
    if (this.options.owner) fchownSync(this.file, this.options.owner.uid, this.options.owner.gid)
    fchmodSync(this.file, before?.isFile() ? before.mode & 0o777 : 0o640)
    fsyncSync(this.file)
    whyNotPlace(this.folder, this.name, this.options.replace)
    renameSync(at(this.folder, this.half), at(this.folder, this.name))
    closeSync(this.file)
    closeSync(this.folder)
  }

  abandon(): void {
    try {
      unlinkSync(at(this.folder, this.half))
    } catch {
      // Its folder went with the unit.
    }
    closeSync(this.file)
    closeSync(this.folder)
  }
}

/** A link is not written through, and nothing but a file is replaced. */
function whyNotPlace(folder: number, name: string, replace: boolean): void {
  const there = lstatSync(at(folder, name), { throwIfNoEntry: false })
  if (!there) return
  if (there.isSymbolicLink()) throw refusal('is_link')
  if (!there.isFile()) throw refusal('not_a_file')
  if (!replace) throw refusal('exists')
}
