import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
afterEach(() => vi.resetModules())

type Module = Record<string, unknown>

/** One guard taken out of the engine each. A model that misses one of these would miss the next real one too. */
const bugs: readonly {
  readonly guard: string
  readonly module: string
  readonly without: (real: Module) => Module
  readonly finds: RegExp
}[] = [
  {
    guard: 'approvals are asked again at start',
    module: '@/lib/deploys/approvals-standing',
    without: (real) => ({ ...real, loseApprovals: async () => {} }),
    finds: /whose giver may not give it|of \d approvals for its hash/,
  },
  {
    guard: 'success is read from the target',
    module: '@/lib/deploys/engine/settle-task',
    without: (real) => ({
      ...real,
      settleTask: (task: { acceptedAt: Date | null }) => (task.acceptedAt ? { event: 'settle' } : undefined),
    }),
    finds: /succeeded and no agent did it/,
  },
  {
    guard: 'one record of a stage at a time',
    module: '@/lib/deploys/take-locks',
    without: (real) => ({ ...real, takeLocks: async () => undefined }),
    finds: /of one stage run at once|two tasks work on one unit|for a record that had ended/,
  },
  {
    guard: 'reservations end with their record',
    module: '@/lib/deploys/settle-reservations',
    without: (real) => ({ ...real, settleReservations: async () => {} }),
    finds: /outlived its record/,
  },
  {
    guard: 'what differs after a failure is held',
    module: '@/lib/deploys/hold-units',
    without: (real) => ({ ...real, holdUnits: async () => {} }),
    finds: /is not held|touched the held unit|never ended|for a record that had ended/,
  },
  {
    guard: 'agents are told to leave held units alone',
    module: '@/lib/machines/set-desired',
    without: (real) => ({ ...real, setDesiredAsIs: async () => {} }),
    finds: /is still wanted|for a record that had ended/,
  },
  {
    guard: 'messages are taken in order',
    module: '@/lib/deploys/callback-fold',
    without: (real) => ({
      ...real,
      hear: (ear: { lastSeq: number }, body: { seq: number }, ...rest: unknown[]) =>
        (real.hear as (...args: unknown[]) => unknown)(Object.assign(ear, { lastSeq: body.seq - 1 }), body, ...rest),
    }),
    finds: /out of order/,
  },
  {
    guard: 'units are taken away one by one',
    module: '@/lib/deploys/engine/rolling',
    without: (real) => ({ ...real, withinLimit: (candidates: readonly unknown[]) => candidates }),
    finds: /were taken away at once/,
  },
]

const mostSequences = 120

test.each(bugs)(
  'the model finds it when this guard is gone: $guard',
  async ({ module, without, finds }) => {
    await database.empty()
    vi.resetModules()
    vi.doMock(module, async (original) => without((await original()) as Module))
    const { CrashPoint } = await import('./crash')
    const { runSequence } = await import('./run-sequence')
    const { processors } = await import('@/workers/processors')
    const crash = new CrashPoint()
    crash.install(database)
    let found = ''
    for (let seed = 1; seed <= mostSequences && !found; seed++) {
      found = await runSequence(seed, crash, processors).then(
        () => '',
        (error: Error) => error.message,
      )
    }
    vi.doUnmock(module)
    expect(found).toMatch(finds)
  },
  150_000,
)
