import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { processors } from '@/workers/processors'
import { CrashPoint } from './crash'
import { runSequence } from './run-sequence'
import { modelSettings } from './settings'

let database: TestDatabase
const crash = new CrashPoint()

beforeAll(async () => {
  database = await testDatabase()
  crash.install(database)
})
afterAll(() => database.dispose())

const { sequences, firstSeed, batch } = modelSettings()
const batches = Array.from({ length: Math.ceil(sequences / batch) }, (_, index) => index * batch)

// Batches, so that no test is long and a database never grows; a seed names its sequence wherever it runs.
test.each(batches)('the rules hold in the sequences from %i on', async (from) => {
  await database.empty()
  const seeds = Array.from({ length: Math.min(batch, sequences - from) }, (_, index) => firstSeed + from + index)
  for (const seed of seeds) await runSequence(seed, crash, processors)
  // A model that never gets anywhere would hold every rule.
  const ended = await database.db.deployRecord.groupBy({ by: ['state'], _count: true })
  expect(ended.map((row) => row.state)).toEqual(expect.arrayContaining(['succeeded', 'failed', 'cancelled']))
})
