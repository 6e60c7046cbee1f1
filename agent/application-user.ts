import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { readIfThere, writeDurably } from './durable'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'

const firstUid = 200_000
const uidCount = 800_000

/** Numbers need no account on the system: each application gets one of its own, the same on every machine unless it is taken. */
export class ApplicationUsers {
  private last: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly path: string,
    private readonly uids: Record<string, number>,
    /** Why applications have no accounts of their own. */
    readonly whyNot: string | undefined,
    /** Then nothing of theirs is run: not by root. */
    readonly refuses: boolean,
  ) {}

  static async load(path: string, home: string, isRoot = process.getuid?.() === 0): Promise<ApplicationUsers> {
    const stored = await readIfThere(path)
    const whyNot = whyNotSeparate(home, isRoot)
    return new ApplicationUsers(path, stored ? (JSON.parse(stored) as Record<string, number>) : {}, whyNot, isRoot && whyNot !== undefined)
  }

  /** Undefined: programs run as the agent itself, see `whyNot`. Units that begin together are given their numbers one after another. */
  userFor(applicationUser: string): Promise<RunUser | undefined> {
    const given = this.last.catch(() => undefined).then(() => this.give(applicationUser))
    this.last = given
    return given
  }

  private async give(applicationUser: string): Promise<RunUser | undefined> {
    if (this.refuses) throw new AgentFailure('no_separate_users', this.whyNot ?? '')
    if (this.whyNot !== undefined) return undefined
    const known = this.uids[applicationUser]
    if (known !== undefined) return { uid: known, gid: known }
    const uid = freeUid(applicationUser, new Set(Object.values(this.uids)))
    await writeDurably(this.path, JSON.stringify({ ...this.uids, [applicationUser]: uid }))
    this.uids[applicationUser] = uid
    return { uid, gid: uid }
  }
}

export function freeUid(applicationUser: string, taken: ReadonlySet<number>): number {
  const hash = createHash('sha256').update(applicationUser).digest().readUInt32BE(0)
  for (let step = 0; step < uidCount; step += 1) {
    const uid = firstUid + ((hash + step) % uidCount)
    if (!taken.has(uid)) return uid
  }
  throw new Error('No free user number is left on this machine.')
}

function whyNotSeparate(home: string, isRoot: boolean): string | undefined {
  if (!isRoot) return 'The agent does not run as root, so programs run as its own user.'
  const closed = closedFolderOn(home) ?? closedFolderOn(dirname(process.execPath))
  if (closed === undefined) return undefined
  return `Other users cannot pass through ${closed}, and root runs nothing of applications. Move the agent and its Node to a folder that is open to all, for example below /opt.`
}

/** The first folder on the way that other users may not pass through. */
function closedFolderOn(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder
    if (folder === dirname(folder)) return undefined
  }
}
