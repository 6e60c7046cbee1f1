import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** PostgreSQL refuses to run as root: it gets the account `postgres` where there is one, else `nobody`. Nothing is created. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Undefined for an ordinary user: PostgreSQL then runs as that user. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : []
  const line = lines.find((entry) => entry.startsWith('postgres:')) ?? lines.find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}

/** May this account pass through every folder down to `folder`? A checkout under a home of mode 0700 says no. */
export function canEnter(folder: string, { uid, gid }: Account): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid: owner, gid: group } = statSync(at)
      const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
      if (!(mode & bit)) return false
    }
    if (at === path.dirname(at)) return true
  }
}
