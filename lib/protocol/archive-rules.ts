export const archiveLimits = { entries: 10_000, unpackedBytes: 256 * 1024 * 1024, pathLength: 400 } as const

/** `rule` is stable and short; the message names the entry. */
export class ArchiveRefusal extends Error {
  constructor(
    readonly rule: string,
    readonly path: string,
    message: string,
  ) {
    super(message)
    this.name = 'ArchiveRefusal'
  }
}

export type ArchiveEntryHeader = {
  path: string
  kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other'
  sizeBytes: number
  linkTarget?: string
}

/**
 * The rules of a package archive, for the hub that takes it in and the agent that unpacks it. Feed it every header in
 * order, before anything of that entry is kept; it answers the clean path or throws.
 */
export class ArchiveGuard {
  private entries = 0
  private bytes = 0
  private readonly kinds = new Map<string, ArchiveEntryHeader['kind']>()

  admit(header: ArchiveEntryHeader): string {
    const path = cleanPath(header.path)
    this.entries += 1
    if (this.entries > archiveLimits.entries) throw new ArchiveRefusal('entries', path, `More than ${archiveLimits.entries} entries.`)
    this.count(header.sizeBytes, path)
    if (header.kind === 'other') throw new ArchiveRefusal('device', path, `${path} is a device, pipe or socket.`)
    this.refuseDetour(path)
    const before = this.kinds.get(path)
    if (before && !(before === 'folder' && header.kind === 'folder')) {
      throw new ArchiveRefusal('duplicate', path, `${path} is there twice.`)
    }
    if (header.kind === 'symlink') refuseLeavingLink(path, header.linkTarget ?? '')
    if (header.kind === 'hardlink') this.refuseLooseHardlink(path, header.linkTarget ?? '')
    this.kinds.set(path, header.kind)
    return path
  }

  /** For streams whose headers may lie about sizes: call with what really came. */
  count(bytes: number, path: string): void {
    this.bytes += bytes
    if (this.bytes > archiveLimits.unpackedBytes) throw new ArchiveRefusal('size', path, 'More than 256 MiB unpacked.')
  }

  /** An entry below a link would be written where the link points. */
  private refuseDetour(path: string): void {
    const parts = path.split('/')
    for (let length = 1; length < parts.length; length += 1) {
      const parent = parts.slice(0, length).join('/')
      const kind = this.kinds.get(parent)
      if (kind !== undefined && kind !== 'folder')
        throw new ArchiveRefusal('detour', path, `${path} lies below ${parent}, which is no folder.`)
    }
  }

  private refuseLooseHardlink(path: string, target: string): void {
    if (this.kinds.get(cleanPath(target)) !== 'file') {
      throw new ArchiveRefusal('link', path, `${path} is a hard link to ${target}, which is no earlier file of the archive.`)
    }
  }
}

function cleanPath(raw: string): string {
  const path = raw.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  const parts = path.split('/')
  if (raw.startsWith('/') || /^[A-Za-z]:/.test(raw)) throw new ArchiveRefusal('absolute_path', raw, `${raw} is an absolute path.`)
  if (parts.includes('..')) throw new ArchiveRefusal('parent_path', raw, `${raw} contains "..".`)
  // Backslashes are separators to some unpackers, control characters lie in logs and terminals.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
  if (/[\\\u0000-\u001f\u007f]/.test(path))
    throw new ArchiveRefusal('characters', JSON.stringify(raw), 'A path holds a backslash or control character.')
  if (path === '' || parts.some((part) => part === '' || part === '.'))
    throw new ArchiveRefusal('path', raw, `"${raw}" is not a plain path.`)
  if (Buffer.byteLength(path) > archiveLimits.pathLength) throw new ArchiveRefusal('path_length', raw, `${raw} is too long a path.`)
  return path
}

function refuseLeavingLink(path: string, target: string): void {
  const refusal = new ArchiveRefusal('link', path, `${path} is a link that leaves the package: ${target}`)
  if (target === '' || target.startsWith('/') || target.includes('\\')) throw refusal
  const here = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') {
      if (here.length === 0) throw refusal
      here.pop()
    } else if (part !== '.' && part !== '') here.push(part)
  }
}
