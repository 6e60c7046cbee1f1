import type { Machine } from '@/lib/db/generated/client'
import type { Facts } from '@/lib/protocol/messages'
import type { MachineView } from './views'

type Reported = Partial<Pick<Facts, 'sizesBy' | 'sizesReason' | 'agentVersion'>>

/** Whether this machine holds units to their size, as its agent says; null = it has not said anything yet. */
export function sizesHeld({ facts }: Pick<Machine, 'facts'>): MachineView['sizes'] | null {
  const { sizesBy, sizesReason, agentVersion } = facts as Reported
  if (sizesBy) return { by: sizesBy, reason: sizesReason ?? null }
  return agentVersion ? { by: 'none', reason: null } : null
}
