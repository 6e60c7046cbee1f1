import { gte, valid } from 'semver'
import type { Machine } from '@/lib/db/generated/client'
import { copiesSince } from '@/lib/protocol/copy'

/** Its agent would pass over what it is told to copy. */
export function isTooOldToCopy({ agentVersion }: Pick<Machine, 'agentVersion'>): boolean {
  const version = valid(agentVersion)
  return version !== null && !gte(version, copiesSince)
}
