import { systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { live } from './deploy-lifecycle'
import { lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'

const actor = systemActor('restore')

/** Records that were live when the backup was taken end: what became of them since, nobody here knows. */
export async function endRestoredDeploys(): Promise<number> {
  const open = await db.deployRecord.findMany({ where: { state: { in: [...live] } }, select: { id: true } })
  for (const { id } of open) {
    await transaction(async (tx) => {
      const { record } = await lockRecord(tx, id)
      if (record.endedAt) return
      await moveDeploy(tx, actor, record, 'hub_restored', {
        code: 'hub_restored',
        message: 'The hub was restored from a backup while this deploy was live.',
      })
    })
  }
  return open.length
}
