import { gte, valid } from 'semver'
import { db } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { iso } from '@/lib/iso-time'
import { InitCheck, initSince } from '@/lib/protocol/init'
import { SentenceSchema } from '@/lib/views'
import type { InitResultView } from './views'

/** What was found on a machine the last time it was looked at, in the order of its pool's policies. */
export async function initResults(machineId: string): Promise<InitResultView[]> {
  const rows = await db.initResult.findMany({ where: { machineId }, orderBy: { order: 'asc' } })
  return rows.map(({ policyId, check, state, message, said, log, at }) => ({
    policyId,
    check: InitCheck.parse(check),
    state,
    message,
    said: said === null ? null : SentenceSchema.parse(said),
    log,
    at: iso(at),
  }))
}

/** It would never answer; what it is to be looked at for waits until it is another one. */
export function isTooOldForInit({ agentVersion }: Pick<Machine, 'agentVersion'>): boolean {
  const version = valid(agentVersion)
  return version !== null && !gte(version, initSince)
}
