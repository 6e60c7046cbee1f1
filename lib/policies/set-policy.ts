import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from '@/lib/members/lock-organization'
import { canonicalJson } from '@/lib/protocol/canonical'
import { enqueue } from '@/lib/queue/outbox'
import { EnvironmentSchema } from '@/lib/views'
import { loadRules } from './load-rules'
import { whyNotAsk } from './policy-gate'
import { type PolicyInForce, type PolicyRules, PolicyRulesSchema } from './schema'

export const PolicyAskSchema = z.object({ organization: z.string().max(100), environment: EnvironmentSchema, rules: PolicyRulesSchema })
export const SetPolicySchema = PolicyAskSchema.extend({
  /** The version that was looked at: another one meanwhile is a conflict, and nothing is overwritten unseen. */
  version: z.int().min(0),
  note: z.string().trim().max(500).optional(),
})

/** What an environment asks from now on. What waits or is queued there is asked again at once; what runs goes on. */
export async function setPolicy(actor: Actor, input: z.infer<typeof SetPolicySchema>): Promise<{ version: number }> {
  const { organization: slug, environment, rules, version, note } = input
  return transaction(async (tx) => {
    const { id: organizationId } = await lockOrganization(tx, actor, slug)
    authorize(actor, 'organization.manage', { organizationId }, 'This organisation')
    const { version: found, ...before } = await loadRules(tx, { organizationId, environment })
    if (found !== version)
      throw new AppError('stale', 'Somebody changed this policy meanwhile. Look at it and decide anew.', {
        expected: version,
        actual: found,
      })
    if (canonicalJson(before) === canonicalJson(rules)) return { version: found }
    refuse(whyNotAsk(rules, { environment, able: await countAble(tx, organizationId, rules) }))
    insistFresh(actor, 'policy.set')
    const next = found + 1
    await store(tx, { organizationId, environment, rules, version: next, by: actor.id, note })
    await writeEvent(tx, actor, {
      name: 'policy.changed',
      organizationId,
      subject: { kind: 'organization', id: organizationId },
      data: { environment, version: next, before, after: rules, ...(note ? { note } : {}) },
    })
    await askRecordsAgain(tx, organizationId, environment)
    return { version: next }
  })
}

/** People of the whole organisation whose approval would count. */
export async function countAble(tx: Tx, organizationId: string, { roles }: Pick<PolicyRules, 'roles'>): Promise<number> {
  const people = await listMembers(organizationId, { roles, tx })
  const isOfWhole = ({ grants }: (typeof people)[number]) =>
    grants.some(
      (grant) => grant.organizationId === organizationId && grant.applicationId === null && (roles as string[]).includes(grant.role),
    )
  return people.filter(isOfWhole).length
}

interface Stored extends Pick<PolicyInForce, 'version'> {
  readonly organizationId: string
  readonly environment: Environment
  readonly rules: PolicyRules
  readonly by: string
  readonly note: string | undefined
}

async function store(tx: Tx, { organizationId, environment, rules, version, by, note }: Stored): Promise<void> {
  const set = { version, setBy: by, setAt: clock.now() }
  const data = { ...rules, windows: json(rules.windows), freezes: json(rules.freezes), ...set }
  const key = { organizationId_environment: { organizationId, environment } }
  await tx.approvalPolicy.upsert({ where: key, create: { organizationId, environment, ...data }, update: data })
  await tx.policyVersion.create({ data: { organizationId, environment, rules: json(rules), note: note ?? null, ...set } })
}

/** The engine looks at each by itself, with its own locks. */
export async function askRecordsAgain(tx: Tx, organizationId: string, environment: Environment): Promise<void> {
  const waiting = await tx.deployRecord.findMany({
    where: { organizationId, environment, state: { in: ['awaiting_approval', 'queued'] }, partOfId: null },
    select: { id: true },
  })
  for (const { id } of waiting) await enqueue(tx, 'deploy.advance', { recordId: id })
}
