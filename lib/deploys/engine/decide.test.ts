import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide'
import { unavailableUnits } from './rolling'
import type { Situation, TaskFacts, UnitFacts } from './situation'

const now = new Date('2026-01-01T00:00:00Z')
const later = new Date(now.getTime() + 60_000)

const task = (index: number, change: Partial<TaskFacts> = {}): TaskFacts => ({
  id: `t${index}`,
  index,
  targetId: 'target',
  verb: 'switch',
  unitId: `u${index}`,
  machineId: 'm',
  dependsOn: [],
  expect: { kind: 'unit', states: ['installed', 'running'], contentDigest: 'new' },
  disruptive: true,
  failureAllowed: false,
  state: 'pending',
  code: null,
  attempt: 0,
  maxAttempts: 3,
  owner: null,
  heartbeatAt: null,
  acceptedAt: null,
  deadlineAt: null,
  doneAt: null,
  doneOk: null,
  doneCode: null,
  doneMessage: null,
  goneAt: null,
  ...change,
})

const unit = (id: string, change: Partial<UnitFacts> = {}): [string, UnitFacts] => [
  id,
  { id, state: 'running', contentDigest: 'old', hasServed: true, code: null, message: null, told: null, related: null, ...change },
]

const situation = (tasks: TaskFacts[], units: [string, UnitFacts][], change: Partial<Situation> = {}): Situation => ({
  now,
  record: { id: 'r', state: 'running', maxUnavailable: 1, parallel: null, failuresAllowed: 0, isFree: false },
  tasks,
  units: new Map(units),
  heldByOthers: new Map(),
  disturbedByOthers: new Set(),
  isStillKnown: false,
  workloads: new Map(),
  silentTargets: new Set(),
  copies: new Map(),
  cachedPackages: new Set(),
  fullMachines: new Set(),
  ownerLostMs: 20_000,
  idleSince: now,
  limitPatienceMs: 600_000,
  ...change,
})

const moves = (given: Situation) => decide(given).moves.map((move) => `${move.task.id} ${move.event}${move.code ? ` ${move.code}` : ''}`)
const accepted = { state: 'running', attempt: 1, acceptedAt: now, heartbeatAt: now, deadlineAt: later } as const

describe('starting', () => {
  test('one unit at a time is disturbed, in the plan’s order', () => {
    expect(moves(situation([task(0), task(1)], [unit('u0'), unit('u1')]))).toEqual(['t0 release'])
  })
  test('units that are missing anyway go first and cost nothing', () => {
    expect(moves(situation([task(0), task(1)], [unit('u0'), unit('u1', { state: 'error' })]))).toEqual(['t1 release'])
  })
  test('a unit that another record has taken away counts', () => {
    expect(moves(situation([task(0)], [unit('u0'), unit('u9')], { disturbedByOthers: new Set(['u9']) }))).toEqual([])
  })
  test('a unit that others are told of is not settled as withdrawn in the round that withdraws it', () => {
    const leaving = task(0, { verb: 'withdraw', expect: { kind: 'withdrawn' }, disruptive: false })
    const start = situation([leaving], [unit('u0')], { isStillKnown: true })
    expect(moves(start)).toEqual(['t0 watch'])
    const waiting = { ...leaving, ...accepted }
    expect(moves({ ...start, tasks: [waiting] })).toEqual([])
    expect(moves({ ...start, tasks: [waiting], isStillKnown: false })).toEqual(['t0 settle'])
    expect(moves({ ...start, tasks: [{ ...waiting, deadlineAt: now }] })).toEqual(['t0 settle'])
  })

  test('a record that waits in vain for missing units ends, and says so', () => {
    const missing = [unit('u0'), unit('u9', { state: 'error' })]
    expect(moves(situation([task(0)], missing))).toEqual([])
    const idleSince = new Date(now.getTime() - 700_000)
    expect(moves(situation([task(0)], missing, { idleSince }))).toEqual(['t0 fail too_few_available'])
    // Somebody has them in hand, and comes to an end.
    expect(moves(situation([task(0)], missing, { idleSince, disturbedByOthers: new Set(['u9']) }))).toEqual([])
  })
  test('new units start all at once', () => {
    const tasks = [0, 1, 2].map((index) => task(index, { disruptive: false }))
    expect(moves(situation(tasks, []))).toEqual(['t0 release', 't1 release', 't2 release'])
  })
  test('a task whose unit another record holds waits', () => {
    expect(moves(situation([task(0)], [unit('u0')], { heldByOthers: new Map([['u0', 'other']]) }))).toEqual([])
  })
  test('nothing starts while paused', () => {
    expect(
      moves(
        situation([task(0)], [unit('u0')], {
          record: { id: 'r', state: 'paused', maxUnavailable: 1, parallel: null, failuresAllowed: 0, isFree: false },
        }),
      ),
    ).toEqual([])
  })
  test('a package that lies in the cache is not fetched, and what waited for it starts', () => {
    const fetch = task(0, { verb: 'fetch', unitId: null, disruptive: false, expect: { kind: 'package', digest: 'd' } })
    const given = situation([fetch, task(1, { dependsOn: [0] })], [unit('u1')], { cachedPackages: new Set(['m d']) })
    expect(moves(given)).toEqual(['t0 skip not_needed', 't1 release'])
  })
})

describe('settling', () => {
  const running = (change: Partial<TaskFacts>) => task(0, { ...accepted, ...change })
  test('done without the target’s rows is not success', () => {
    expect(moves(situation([running({ doneAt: now, doneOk: true })], [unit('u0')]))).toEqual([])
  })
  test('the target’s rows without done are not success', () => {
    expect(moves(situation([running({})], [unit('u0', { contentDigest: 'new' })]))).toEqual([])
  })
  test('both are', () => {
    expect(moves(situation([running({ doneAt: now, doneOk: true })], [unit('u0', { contentDigest: 'new' })]))).toEqual(['t0 settle'])
  })
  test('a check needs no done, and fails when its unit fell into error', () => {
    const check = running({ verb: 'check', expect: { kind: 'unit', states: ['running'], contentDigest: 'new' } })
    expect(moves(situation([check], [unit('u0', { contentDigest: 'new' })]))).toEqual(['t0 settle'])
    expect(moves(situation([check], [unit('u0', { contentDigest: 'new', state: 'error', code: 'crash_loop' })]))).toEqual([
      't0 fail crash_loop',
    ])
  })
  test('a check that was lost before anybody waited for it fails at once', () => {
    const check = task(0, { verb: 'check', disruptive: false, expect: { kind: 'unit', states: ['running'], contentDigest: 'new' } })
    const lost = unit('u0', { state: 'ready', contentDigest: 'new', code: 'check_failed', message: 'lag is 1200 s' })
    expect(moves(situation([check], [lost]))).toEqual(['t0 fail check_failed'])
  })
  test('a unit that crashed between its done and the look fails its task at once', () => {
    const unitNow = unit('u0', { contentDigest: 'new', state: 'error', code: 'crash_loop' })
    expect(moves(situation([running({ doneAt: now, doneOk: true })], [unitNow]))).toEqual(['t0 fail crash_loop'])
  })
  test('a passed deadline fails it', () => {
    expect(moves(situation([running({ deadlineAt: now })], [unit('u0')]))).toEqual(['t0 fail deadline'])
    expect(moves(situation([running({ deadlineAt: now })], [unit('u0')], { fullMachines: new Set(['m']) }))).toEqual(['t0 fail disk_full'])
  })
  test('only a task that nobody accepted can lose its owner', () => {
    const old = new Date(now.getTime() - 30_000)
    expect(moves(situation([running({ heartbeatAt: old })], [unit('u0')]))).toEqual([])
    expect(moves(situation([running({ heartbeatAt: old, acceptedAt: null })], [unit('u0')]))).toEqual(['t0 lose_owner'])
    expect(moves(situation([running({ heartbeatAt: old, acceptedAt: null, attempt: 3 })], [unit('u0')]))).toEqual(['t0 fail lost'])
  })
  test('gone: a removal has succeeded, anything else has failed', () => {
    expect(moves(situation([running({ verb: 'remove', goneAt: now })], [unit('u0')]))).toEqual(['t0 settle'])
    expect(moves(situation([running({ goneAt: now })], [unit('u0')]))).toEqual(['t0 fail target_gone'])
  })
})

describe('a cluster that does not answer', () => {
  const rollOut = (change: Partial<TaskFacts> = {}) =>
    task(0, {
      ...{ verb: 'roll_out', unitId: null, machineId: null, disruptive: false },
      expect: { kind: 'workload', states: ['available'], contentDigest: 'new' },
      ...change,
    })
  const silent = (isApplied: boolean) => ({
    silentTargets: new Set(['target']),
    workloads: new Map([['target', { state: 'progressing' as const, shownDigest: 'old', isApplied }]]),
  })
  test('is put off where nothing was begun, and waited for where something was', () => {
    expect(moves(situation([rollOut()], [], silent(true)))).toEqual(['t0 skip deferred'])
    expect(moves(situation([rollOut(accepted)], [], silent(false)))).toEqual(['t0 skip deferred'])
    expect(moves(situation([rollOut(accepted)], [], silent(true)))).toEqual([])
  })
  test('is not caught up with what was called off', () => {
    const record = { id: 'r', state: 'cancelling' as const, maxUnavailable: 1, parallel: null, failuresAllowed: 0, isFree: false }
    expect(moves(situation([rollOut(accepted)], [], { ...silent(false), record }))).toEqual(['t0 cancel'])
  })
  test('has succeeded by its rows and its word together', () => {
    const shown = { workloads: new Map([['target', { state: 'available' as const, shownDigest: 'new', isApplied: true }]]) }
    expect(moves(situation([rollOut(accepted)], [], shown))).toEqual([])
    expect(moves(situation([rollOut({ ...accepted, doneAt: now, doneOk: true })], [], shown))).toEqual(['t0 settle'])
  })
})

describe('ending', () => {
  test('the first failure stops the rest, and what runs is waited for', () => {
    const tasks = [task(0, { state: 'failed' }), task(1, accepted), task(2)]
    const decision = decide(situation(tasks, [unit('u1'), unit('u2')]))
    expect(decision.moves.map((move) => move.task.id)).toEqual(['t2'])
    expect(decision.end).toBeNull()
  })
  test('all deferred is a failure, some deferred is a success that says so', () => {
    const deferred = task(0, { state: 'skipped', code: 'deferred' })
    expect(decide(situation([deferred], [])).end).toMatchObject({ event: 'tasks_ended_badly', deferred: 1 })
    const other = task(1, { state: 'succeeded', targetId: 'other' })
    expect(decide(situation([deferred, other], [])).end).toMatchObject({ event: 'tasks_ended_well', deferred: 1 })
  })
  test('a cancelled record ends cancelled, unless everything had been applied', () => {
    const record = { id: 'r', state: 'cancelling' as const, maxUnavailable: 1, parallel: null, failuresAllowed: 0, isFree: false }
    expect(decide(situation([task(0)], [unit('u0')], { record })).end).toMatchObject({ event: 'tasks_ended_cancelled' })
    expect(decide(situation([task(0, { state: 'succeeded' })], [unit('u0')], { record })).end).toMatchObject({ event: 'tasks_ended_well' })
  })
})

const anyTask = (index: number) =>
  fc.record({
    state: fc.constantFrom('pending' as const, 'ready' as const, 'running' as const, 'succeeded' as const, 'failed' as const),
    disruptive: fc.boolean(),
    dependsOn: index === 0 ? fc.constant<number[]>([]) : fc.array(fc.integer({ min: 0, max: index - 1 }), { maxLength: 2 }),
    doneOk: fc.constantFrom(null, true, false),
  })
const anySituation = fc
  .tuple(
    fc.integer({ min: 1, max: 8 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, index) => anyTask(index)))),
    fc.array(fc.constantFrom('running' as const, 'error' as const, 'installed' as const), { minLength: 8, maxLength: 8 }),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([tasks, states, maxUnavailable]) =>
    situation(
      tasks.map((change, index) =>
        task(index, {
          ...change,
          ...(change.state === 'running' ? accepted : {}),
          ...(change.state === 'running' ? {} : { state: change.state }),
          doneAt: change.doneOk === null ? null : now,
        }),
      ),
      states.map((state, index) => unit(`u${index}`, { state })),
      { record: { id: 'r', state: 'running', maxUnavailable, parallel: null, failuresAllowed: 0, isFree: false } },
    ),
  )

describe('whatever the rows say', () => {
  test('no more units are taken away than the limit allows', () => {
    fc.assert(
      fc.property(anySituation, (given) => {
        const missing = unavailableUnits(given)
        const taken = decide(given).moves.filter(
          (move) => move.event === 'release' && move.task.disruptive && !missing.has(move.task.unitId ?? ''),
        )
        expect(taken.length).toBeLessThanOrEqual(Math.max(0, given.record.maxUnavailable - missing.size))
      }),
    )
  })
  test('every task is moved at most once, and nothing that has ended is moved', () => {
    fc.assert(
      fc.property(anySituation, (given) => {
        const ids = decide(given).moves.map((move) => move.task.id)
        expect(new Set(ids).size).toBe(ids.length)
        for (const move of decide(given).moves) expect(['pending', 'ready', 'running']).toContain(move.task.state)
      }),
    )
  })
})
