import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { copyVerbs } from '@/lib/copies/copy-verbs'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { ledgerWords } from '@/lib/ledger/words'
import { refuse, whyNotGiveUp } from './deploy-gate'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'

export const GiveUpDeploySchema = z.object({ recordId: z.string() })

/** Ends the wait for a target that does not confirm a cancel. What may be left there stands in the ledger. */
export async function giveUpDeploy(actor: Actor, { recordId }: z.infer<typeof GiveUpDeploySchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.cancel_any')
    refuse(whyNotGiveUp(actor, record))
    await giveUp(tx, actor, record)
  })
}

export async function giveUp(tx: Tx, actor: Actor, record: DeployRecord): Promise<void> {
  const open = await tx.task.findMany({
    where: { recordId: record.id, state: 'running', verb: { notIn: ['check', 'fetch', 'record', 'run', ...copyVerbs] } },
  })
  const units = await tx.unit.findMany({
    where: { id: { in: open.flatMap((task) => task.unitId ?? []) } },
    select: { id: true, generation: true },
  })
  for (const task of open) {
    await tx.ledger.create({
      data: {
        organizationId: record.organizationId,
        kind: 'unit',
        machineId: task.machineId,
        unitId: task.unitId,
        unitName: task.unitName,
        generation: units.find((unit) => unit.id === task.unitId)?.generation,
        ...ledgerWords(
          { code: 'left_under_way', values: { unit: task.unitName ?? '–', verb: task.verb } },
          { code: 'because_given_up', values: { number: record.number } },
        ),
        recordId: record.id,
      },
    })
  }
  await moveDeploy(tx, actor, record, 'give_up', { outcomeUnknown: true, code: 'outcome_unknown' })
}
