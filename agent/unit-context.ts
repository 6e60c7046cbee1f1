import type { ApplicationUsers } from './application-user'
import type { Groups } from './groups'
import type { Home } from './home'
import type { Leases } from './leases'
import type { Outbox } from './outbox'
import type { PackageCache } from './package-cache'
import type { Secrets } from './secrets'
import type { Reporter } from './task-report'

/** What all units of an agent share. */
export type UnitContext = {
  home: Home
  outbox: Outbox
  reporter: Reporter
  users: ApplicationUsers
  cache: PackageCache
  secrets: Secrets
  groups: Groups
  leases: Leases
}

export function say(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`)
}
