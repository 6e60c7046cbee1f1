import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** What was unpacked: the digest of every file, where every link leads, and whether a file is a program. */
export type PackageSums = { files: Record<string, { digest: string; isProgram: boolean }>; links: Record<string, string> }

type Seen = Map<string, string>

/** The look of a file from outside: who changes its content changes this, and a look is much cheaper than its content. */
const lookOf = ({ size, mtimeMs, ctimeMs, ino, mode }: Stats): string => [size, mtimeMs, ctimeMs, ino, mode].join()

/**
 * Why a folder is not what was unpacked into it; undefined = it is. Contents are read once, and again when a file looks different:
 * `seen` remembers. What programs have put beside their package is not looked at.
 */
export async function whyDamaged(folder: string, { files, links }: PackageSums, seen: Seen): Promise<string | undefined> {
  for (const [path, target] of Object.entries(links)) {
    const found = await readlink(join(folder, path)).catch(() => undefined)
    if (found !== target) return `${path} does not lead to ${target}`
  }
  for (const [path, { digest, isProgram }] of Object.entries(files)) {
    const stat = await lstat(join(folder, path)).catch(() => undefined)
    if (!stat?.isFile()) return `${path} is missing`
    const look = lookOf(stat)
    if (seen.get(path) === look) continue
    if (isProgram !== ((stat.mode & 0o100) !== 0)) return `${path} has another mode`
    if ((await digestOfFile(join(folder, path))) !== digest) return `${path} has another content`
    seen.set(path, look)
  }
  return undefined
}

/** As everything looks that was just written. */
export async function seenIn(folder: string, { files }: PackageSums): Promise<Seen> {
  const seen: Seen = new Map()
  for (const path of Object.keys(files)) seen.set(path, lookOf(await lstat(join(folder, path))))
  return seen
}

async function digestOfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch {
    // A disk that cannot give it back has lost it.
    return undefined
  }
}
