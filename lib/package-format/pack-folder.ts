import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ArchiveEntry } from './read-archive'

/** The same entries give the same bytes, hence the same digest: sorted, no times, no owners, two modes. */
export async function packEntries(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const tar = pack()
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const chunks: Buffer[] = []
  const collecting = (async () => {
    for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk)
  })()
  for (const entry of sorted) {
    const common = { name: entry.path, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' }
    if (entry.kind === 'symlink') tar.entry({ ...common, type: 'symlink', linkname: entry.target, mode: 0o777 })
    else tar.entry({ ...common, type: 'file', mode: entry.executable ? 0o755 : 0o644 }, entry.bytes)
  }
  tar.finalize()
  await collecting
  return gzipSync(Buffer.concat(chunks), { level: 9 })
}

const leavings = (path: string) => /(^|\/)(\.DS_Store|\.git)$/.test(path)

/** Reads a package folder as an archive would carry it. Hidden files of editors and systems stay behind. */
export async function readFolder(folder: string, isLeftOut: (path: string) => boolean = leavings): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  const walk = async (inner: string): Promise<void> => {
    for (const item of await readdir(join(folder, inner), { withFileTypes: true })) {
      const path = inner === '' ? item.name : `${inner}/${item.name}`
      if (isLeftOut(path)) continue
      const full = join(folder, path)
      if (item.isDirectory()) await walk(path)
      else if (item.isSymbolicLink()) entries.push({ kind: 'symlink', path, target: await readlink(full) })
      else if (item.isFile()) {
        const { mode } = await stat(full)
        entries.push({ kind: 'file', path, executable: (mode & 0o100) !== 0, bytes: await readFile(full) })
      }
    }
  }
  await walk('')
  return entries
}

export async function packFolder(folder: string): Promise<Buffer> {
  return packEntries(await readFolder(folder))
}
