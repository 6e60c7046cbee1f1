import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { crashPostgres } from '@/lib/testing/crash-postgres'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start()
}, 60_000)
afterAll(() => stack.stop())

test('a deploy survives kill -9 of PostgreSQL, and no acknowledged line is missing', async () => {
  const { recordId, stageId } = await stack.install('survives-postgres', 'greeter', '1.4.0', 3, { message: 'postgres' })
  await stack.until('the first unit to be switched', () =>
    stack.database.db.task.findFirst({ where: { recordId, verb: 'switch', state: { in: ['running', 'succeeded'] } } }),
  )
  await crashPostgres(inject('postgres'))
  await stack.ended(recordId)
  for (const unit of await stack.database.db.unit.findMany({ where: { stageId, removedAt: null } })) {
    expect(unit).toMatchObject({ state: 'running', held: false })
    expect(stack.pidsOf(unit.id).length).toBeGreaterThan(0)
  }
  const answers = await stack.answers(stageId)
  expect(answers).toHaveLength(3)
  for (const answer of answers) expect(answer).toContain('postgres')
  const { rows } = await stack.database.pool.query<{ lines: string; last: string }>(
    'select count(*) as lines, max(line) as last from journal.log_line where record_id = $1',
    [recordId],
  )
  expect(rows[0]?.lines).toBe(rows[0]?.last)
  expect(
    await stack.database.pool.query("select 1 from journal.log_line where record_id = $1 and stream = 'gap'", [recordId]),
  ).toHaveProperty('rowCount', 0)
})
