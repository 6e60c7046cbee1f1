import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import type { Tx } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import type { InitCheck, InitPolicy } from '@/lib/protocol/init'
import { whyNotCommand } from '@/lib/protocol/package-manifest'
import { policiesOf } from './policies-of'
import { InitPolicyInputSchema } from './views'

export const mostPolicies = 50

export const SetInitPoliciesSchema = z.object({
  runtimeId: z.string(),
  /** Of the list that was edited: another one means that somebody else was quicker. */
  revision: z.int(),
  policies: z.array(InitPolicyInputSchema).max(mostPolicies),
})

/** The whole list, in its order. Machines that are being looked at go on with the list they have. */
export async function setInitPolicies(actor: Actor, input: z.infer<typeof SetInitPoliciesSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Runtime" where id = ${input.runtimeId} for update`
    const pool = await tx.runtime.findUnique({ where: { id: input.runtimeId } })
    if (pool?.kind !== 'pool') throw notFound('This pool')
    if (pool.initRevision !== input.revision)
      throw new AppError('stale', 'Somebody else has changed these policies. Load the page again and look at them first.')
    const known = new Set(policiesOf(pool).map(({ id }) => id))
    const policies: InitPolicy[] = []
    for (const [index, { id, check }] of input.policies.entries()) {
      const isKept = id !== null && known.has(id) && !policies.some((one) => one.id === id)
      policies.push({ id: isKept ? id : newId(), check: await sound(tx, check, `policies.${index}`) })
    }
    insistFresh(actor, 'policy.set')
    await tx.runtime.update({ where: { id: pool.id }, data: { initPolicies: json(policies), initRevision: { increment: 1 } } })
    await writeEvent(tx, actor, {
      name: 'runtime.init_policies_set',
      subject: { kind: 'runtime', id: pool.id },
      data: {
        name: pool.name,
        count: policies.length,
        before: { policies: policiesOf(pool).map(said) },
        after: { policies: policies.map(said) },
      },
    })
  })
}

const said = ({ check }: InitPolicy): InitCheck => check

/** A program comes from a package that everybody can see; what the package is, its row says, not the browser. */
async function sound(tx: Tx, check: InitCheck, where: string): Promise<InitCheck> {
  if (check.kind !== 'package') return check
  const found = await tx.packageVersion.findFirst({
    where: { digest: check.digest, state: 'active', package: { organizationId: null } },
    include: { package: { select: { name: true } } },
  })
  if (!found) throw invalid(where, 'names a package version that is not public or not active')
  const whyNot = whyNotCommand(check.run)
  if (whyNot) throw invalid(`${where}.run`, whyNot)
  return { ...check, name: found.package.name, version: found.version, digest: found.digest, sizeBytes: found.sizeBytes }
}

const invalid = (field: string, says: string): AppError => new AppError('invalid', `A policy ${says}.`, { fields: { [field]: says } })
