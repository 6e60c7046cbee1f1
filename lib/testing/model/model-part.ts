import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { processors } from '@/workers/processors'
import { CrashPoint } from './crash'
import { runSequence } from './run-sequence'
import { modelSettings } from './settings'

/** So many tenths of the sequences: parts are files, so that they run side by side. */
export function modelPart(tenths: readonly number[]): void {
  let database: TestDatabase
  const crash = new CrashPoint()

  beforeAll(async () => {
    database = await testDatabase()
    crash.install(database)
  })
  afterAll(() => database.dispose())

  const { sequences, firstSeed, batch } = modelSettings()
  const ended = new Set<string>()
  const succeeded = new Set<string>()
  const batches = Array.from({ length: Math.ceil(sequences / batch) }, (_, index) => index * batch).filter((_, index) =>
    tenths.includes(index % 10),
  )

  // Batches, so that no test is long and a database never grows; a seed names its sequence wherever it runs.
  test.each(batches)(
    'the rules hold in the sequences from %i on',
    async (from) => {
      await database.empty()
      const seeds = Array.from({ length: Math.min(batch, sequences - from) }, (_, index) => firstSeed + from + index)
      for (const seed of seeds) await runSequence(seed, crash, processors)
      for (const row of await database.db.deployRecord.groupBy({ by: ['state'] })) ended.add(row.state)
      for (const row of await database.db.deployRecord.groupBy({ by: ['kind'], where: { state: 'succeeded' } })) succeeded.add(row.kind)
    },
    120_000,
  )

  test.runIf(batches.length > 1)('the sequences went through every end and carried out every kind of change', () => {
    // A model that never gets anywhere would hold every rule.
    expect([...ended]).toEqual(expect.arrayContaining(['succeeded', 'failed', 'rejected', 'cancelled', 'superseded']))
    const kinds = ['install', 'upgrade', 'configure', 'scale', 'resize', 'restart', 'rollback', 'accept', 'repair', 'failover', 'migrate']
    if (batches.length * batch >= 100) expect([...succeeded]).toEqual(expect.arrayContaining(kinds))
  })
}
