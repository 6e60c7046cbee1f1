import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { whyNotLook } from '@/lib/machines/machine-gate'
import { beginAgain } from './begin-init'

export const LookAgainSchema = z.object({ machineId: z.string(), policyId: z.string() })

/** An operator has one init policy looked at again, once its reason is gone. */
export async function lookAgain(actor: Actor, { machineId, policyId }: z.infer<typeof LookAgainSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machineId} for update`
    const machine = await tx.machine.findUnique({ where: { id: machineId } })
    if (!machine || machine.removedAt) throw notFound('This machine')
    refuse(whyNotLook(actor, machine))
    if ((await tx.initResult.count({ where: { machineId, policyId } })) === 0) throw notFound('This policy')
    await beginAgain(tx, actor, machine, policyId)
  })
}
