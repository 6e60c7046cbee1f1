import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import { lockRequest, moveRequest } from './move-request'
import { whyNotWithdraw } from './quota-gate'

export const WithdrawRequestSchema = z.object({ organization: z.string(), id: z.string() })

/** What was asked for is needed no more. */
export async function withdrawRequest(actor: Actor, { organization, id }: z.infer<typeof WithdrawRequestSchema>): Promise<void> {
  const scope = await findScope(actor, { organization })
  await transaction(async (tx) => {
    const request = await lockRequest(tx, id)
    if (request.organizationId !== scope.organization.id) throw notFound('This request')
    refuse(whyNotWithdraw(actor, request))
    await moveRequest(tx, actor, request, 'withdraw')
  })
}
