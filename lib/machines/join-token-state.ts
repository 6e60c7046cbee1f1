import { clock } from '@/lib/clock'
import type { JoinToken } from '@/lib/db/generated/client'
import type { joinTokenStates } from './join-views'

/** Whether somebody may still join with it; else what ended it. */
export function joinTokenState(token: Pick<JoinToken, 'revokedAt' | 'uses' | 'maxUses' | 'expires'>): (typeof joinTokenStates)[number] {
  if (token.uses >= token.maxUses) return 'used'
  if (token.revokedAt) return 'revoked'
  return token.expires < clock.now() ? 'expired' : 'open'
}
