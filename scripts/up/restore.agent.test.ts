import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endRestoredDeploys } from '@/lib/deploys/end-restored'
import { requestAutomation } from '@/lib/deploys/request-automation'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { beginRestore } from '@/lib/machines/begin-restore'
import { endRestore } from '@/lib/machines/end-restore'
import { Stack } from '@/lib/testing/stack'
import { writeBackup } from './backup'
import { fillDatabase } from './restore'

let stack: Stack
const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-restore-'))
beforeAll(async () => {
  stack = await Stack.start()
}, 60_000)
afterAll(async () => {
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function change(stageId: string, message: string): Promise<void> {
  const { recordId } = await requestDeploy(await stack.person('mei'), { stageId, kind: 'configure', values: { message } })
  await stack.approve(recordId)
  await stack.ended(recordId)
}

test('a restored hub meets agents that are two deploys ahead: no unit is touched, differences are listed, automation is off', async () => {
  const { db } = stack.database
  const file = path.join(folder, 'backup.gz')
  const { recordId, stageId } = await stack.install('ahead', 'greeter', '1.4.0', 3, { message: 'first' })
  await stack.ended(recordId)
  await writeBackup(stack.database.ownerUrl, 'key', file)
  await change(stageId, 'second')
  await change(stageId, 'third')
  const units = await db.unit.findMany({ where: { stageId }, orderBy: { ordinal: 'asc' } })

  await Promise.all([stack.gateway.kill(), stack.worker.kill()])
  await stack.database.empty()
  await fillDatabase(stack.database.ownerUrl, file)
  await beginRestore()
  await endRestoredDeploys()
  await Promise.all([stack.gateway.start(), stack.worker.start()])
  await stack.until(
    'every machine to be written down as it is',
    async () => (await db.ledger.count({ where: { kind: 'differs' } })) === 3,
    30_000,
  )

  expect(await stack.answers(stageId)).toEqual(['third\n', 'third\n', 'third\n'])
  // The very processes of before; checks come and go beside them.
  for (const unit of units) expect(stack.pidsOf(unit.id)).toContain(unit.pid)
  const held = await db.unit.findMany({ where: { stageId, held: true } })
  expect(held).toHaveLength(3)
  expect(await requestAutomation({ stageId, kind: 'repair', by: 'test', because: 'a look' })).toBeNull()
  expect(await db.hub.findUniqueOrThrow({ where: { id: 1 } })).toMatchObject({ era: 2 })

  const runtime = await db.runtime.findUniqueOrThrow({ where: { name: 'production' } })
  await endRestore(await stack.person('olga'), { runtimeId: runtime.id })
  await change(stageId, 'fourth')
  expect(await stack.answers(stageId)).toEqual(['fourth\n', 'fourth\n', 'fourth\n'])
  expect(await db.unit.count({ where: { stageId, held: true } })).toBe(0)
}, 60_000)
