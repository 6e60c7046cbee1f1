import { db } from '@/lib/db/client'
import type { ApprovalPolicy } from '@/lib/db/generated/client'
import type { Watch } from './watch'
import type { World } from './world'

const lastSunday = (year: number, month: number): number => {
  const end = new Date(Date.UTC(year, month + 1, 0, 1))
  return end.getTime() - end.getUTCDay() * 24 * 3_600_000
}

/** Hours by which clocks in Berlin are ahead, by the law itself. */
function berlinShift(at: number): number {
  const year = new Date(at).getUTCFullYear()
  return at >= lastSunday(year, 2) && at < lastSunday(year, 9) ? 2 : 1
}

/** What of a policy of the model keeps changes from starting at an instant; counted here, and not by the engine's own functions. */
function shutBy(policy: Pick<ApprovalPolicy, 'freezes' | 'windows'> | null, at: number): string | undefined {
  const freezes = (policy?.freezes ?? []) as { from: string; to: string }[]
  if (freezes.some(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to))) return 'in a freeze'
  const hourInBerlin = (new Date(at).getUTCHours() + berlinShift(at)) % 24
  const hasWindow = ((policy?.windows ?? []) as unknown[]).length > 0
  return hasWindow && (hourInBerlin < 8 || hourInBerlin >= 20) ? 'outside its window' : undefined
}

/** The first of what people asked for that has started all the same, and was not overridden. */
export async function startedShut({ organizationId }: World, { started }: Watch): Promise<string | undefined> {
  const asked = started.filter((record) => record.requesterId !== null && record.environment === 'production')
  if (asked.length === 0) return undefined
  const policy = await db.approvalPolicy.findFirst({ where: { organizationId, environment: 'production' } })
  for (const { id, number, startedAt } of asked) {
    const shut = shutBy(policy, startedAt?.getTime() ?? 0)
    const override = { recordId: id, decision: 'override', withdrawnAt: null, lostAt: null }
    if (shut && (await db.approval.count({ where: override })) === 0) return `#${number} started ${shut}`
  }
  return undefined
}
