import type { Tx } from '@/lib/db/client'
import type { ApprovalPolicy, DeployRecord } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { floorRules, noRules, type PolicyInForce, PolicyRulesSchema } from './schema'

type Place = Pick<DeployRecord, 'organizationId' | 'environment'>

/** The floor is asked here once more: what it is raised to later holds for policies of before, too. */
function rulesOf(policy: ApprovalPolicy | null | undefined, environment: Environment): PolicyInForce {
  const floor = floorRules(environment)
  if (!policy) return floor
  const { approvals, roles, windows, freezes, expiryHours, version } = policy
  const rules = PolicyRulesSchema.parse({ approvals: Math.max(floor.approvals, approvals), roles, windows, freezes, expiryHours })
  return { ...rules, version }
}

/** What an environment of an organisation asks now; what operators do to the platform itself nobody stands above. */
export async function loadRules(tx: Tx, { organizationId, environment }: Place): Promise<PolicyInForce> {
  if (organizationId === null) return noRules
  const key = { organizationId_environment: { organizationId, environment } }
  return rulesOf(await tx.approvalPolicy.findUnique({ where: key }), environment)
}

export type RulesOf = (place: Place) => PolicyInForce

/** The same for many records at once. */
export async function loadRulesOf(tx: Tx, places: readonly Place[]): Promise<RulesOf> {
  const organizationIds = [...new Set(places.flatMap((place) => place.organizationId ?? []))]
  const policies =
    organizationIds.length > 0 ? await tx.approvalPolicy.findMany({ where: { organizationId: { in: organizationIds } } }) : []
  return ({ organizationId, environment }) =>
    organizationId === null
      ? noRules
      : rulesOf(
          policies.find((one) => one.organizationId === organizationId && one.environment === environment),
          environment,
        )
}
