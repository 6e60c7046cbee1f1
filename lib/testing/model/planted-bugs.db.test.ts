import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
afterEach(() => vi.resetModules())

type Module = Record<string, unknown>
type Make = (...args: unknown[]) => { verb: string; dependsOn: number[] }[]

/** What takes a unit away waits for no other unit; a unit that moves has still stopped before it starts elsewhere. */
const withoutOrder = (tasks: ReturnType<Make>): ReturnType<Make> =>
  tasks.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((index) => isOwn(task.verb, tasks[index]?.verb)) }))

const isOwn = (verb: string, before: string | undefined): boolean =>
  (verb !== 'switch' && verb !== 'stop') || before === 'fetch' || (verb === 'switch' && before === 'stop')

/** One guard taken out of the engine each. A model that misses one of these would miss the next real one too. */
const bugs: readonly {
  readonly guard: string
  readonly modules: Readonly<Record<string, (real: Module) => Module>>
  /** The seed that found it last: where the search begins. As the engine changes it is another one, and the search goes on. */
  readonly firstSeed: number
  /** Where to look for it, so that it is found on a busy machine too. */
  readonly favoured?: Readonly<Record<string, number>>
  readonly finds: RegExp
}[] = [
  {
    guard: 'approvals are asked again at start',
    modules: { '@/lib/deploys/approvals-standing': (real) => ({ ...real, loseApprovals: async () => {} }) },
    favoured: { 'change role': 8, 'change policy': 4, approve: 2 },
    firstSeed: 5,
    finds: /whose giver may not give it|of \d approvals for its hash/,
  },
  {
    guard: 'windows are asked at start',
    modules: { '@/lib/deploys/change-window': (real) => ({ ...real, whenOpen: async () => null }) },
    favoured: { 'change policy': 6, approve: 2 },
    firstSeed: 11,
    finds: /started (in a freeze|outside its window)/,
  },
  {
    guard: 'success is read from the target',
    modules: {
      '@/lib/deploys/engine/settle-task': (real) => ({
        ...real,
        settleTask: (task: { acceptedAt: Date | null }) => (task.acceptedAt ? { event: 'settle' } : undefined),
      }),
    },
    firstSeed: 1,
    finds: /succeeded and no agent did it|for a record that had ended/,
  },
  {
    guard: 'one record of a stage at a time',
    modules: { '@/lib/deploys/take-locks': (real) => ({ ...real, takeLocks: async () => undefined }) },
    // Much is asked for and little of it comes to an end.
    favoured: { request: 2, approve: 3, courier: 1.5, 'a good while': 0.2, 'all agents': 0.3 },
    firstSeed: 3,
    finds: /of one stage run at once|two tasks work on one unit|for a record that had ended/,
  },
  {
    guard: 'reservations end with their record',
    modules: { '@/lib/deploys/settle-reservations': (real) => ({ ...real, settleReservations: async () => {} }) },
    firstSeed: 3,
    finds: /outlived its record/,
  },
  {
    guard: 'what differs after a failure is held',
    modules: { '@/lib/deploys/hold-units': (real) => ({ ...real, holdUnits: async () => {} }) },
    firstSeed: 2,
    finds: /is not held|touched the held unit|never ended|for a record that had ended/,
  },
  {
    guard: 'agents are told to leave held units alone',
    modules: { '@/lib/machines/set-desired': (real) => ({ ...real, setDesiredAsIs: async () => {} }) },
    firstSeed: 2,
    finds: /is still wanted|for a record that had ended/,
  },
  {
    guard: 'messages are taken in order',
    modules: {
      '@/lib/deploys/callback-fold': (real) => ({
        ...real,
        hear: (ear: { lastSeq: number }, body: { seq: number }, ...rest: unknown[]) =>
          (real.hear as (...args: unknown[]) => unknown)(Object.assign(ear, { lastSeq: body.seq - 1 }), body, ...rest),
      }),
    },
    favoured: { mischief: 6 },
    firstSeed: 5,
    finds: /out of order/,
  },
  {
    guard: 'units are taken away one by one',
    // Twice guarded: by the order of the plan and by the engine, for what no plan could know.
    modules: {
      '@/lib/deploys/engine/rolling': (real) => ({ ...real, withinLimit: (candidates: readonly unknown[]) => candidates }),
      '@/lib/deploys/plan/make-tasks': (real) => ({
        ...real,
        makeTasks: (...args: unknown[]) => withoutOrder((real.makeTasks as Make)(...args)),
      }),
    },
    favoured: { request: 2, 'a good while': 2 },
    firstSeed: 9,
    finds: /were taken away at once/,
  },
]

const mostSequences = 120

test.each(bugs)(
  'the model finds it when this guard is gone: $guard',
  async ({ modules, favoured, firstSeed, finds }) => {
    await database.empty()
    vi.resetModules()
    for (const [name, without] of Object.entries(modules)) vi.doMock(name, async (original) => without((await original()) as Module))
    const { CrashPoint } = await import('./crash')
    const { runSequence } = await import('./run-sequence')
    const { processors } = await import('@/workers/processors')
    const crash = new CrashPoint()
    crash.install(database)
    let found = ''
    // A search that went on after its test would be in the way of the next.
    const end = performance.now() + 130_000
    for (let seed = firstSeed; seed < firstSeed + mostSequences && !found && performance.now() < end; seed++) {
      found = await runSequence(seed, crash, processors, favoured).then(
        () => '',
        (error: Error) => error.message,
      )
    }
    for (const name of Object.keys(modules)) vi.doUnmock(name)
    expect(found).toMatch(finds)
  },
  150_000,
)
