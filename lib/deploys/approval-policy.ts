import type { Environment } from '@/lib/db/generated/enums'

/** The platform's floor (5-model 7): policies of organisations may ask for more, never for less. */
export const approvalFloor: Record<Environment, number> = { test: 0, production: 1 }

/** Kinds that run without a person unless a service's standing policy says otherwise (5-model 3). */
export const standingDefault: readonly string[] = ['repair', 'relate', 'failover']

/** Decisions that count towards what is needed, while they stand. */
export const countingDecisions: readonly string[] = ['approve', 'override', 'second_confirmation']
