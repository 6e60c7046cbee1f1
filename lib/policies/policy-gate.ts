import { type No, no } from '@/lib/auth/gate'
import { approvalFloor } from '@/lib/deploys/approval-policy'
import type { Environment } from '@/lib/views'
import type { PolicyRules } from './schema'

interface PolicyFacts {
  readonly environment: Environment
  /** Members of the whole organisation who may approve and have one of its roles. */
  readonly able: number
}

/** The platform's floor is not undercut, and nobody asks for more people than there are. */
export function whyNotAsk(rules: PolicyRules, { environment, able }: PolicyFacts): No | undefined {
  const floor = approvalFloor[environment]
  if (rules.approvals < floor)
    return { ...no('below_floor', `The platform asks for at least ${floor} in ${environment}.`, 'invalid'), values: { floor } }
  const isMore = rules.approvals > Math.max(floor, able)
  return isMore
    ? {
        ...no('too_few_people', `It asks for ${rules.approvals} approvals, and ${able} may give one.`, 'invalid'),
        values: { able, asked: rules.approvals },
      }
    : undefined
}
