import { expect, test } from 'vitest'
import { Breaker } from './breaker'
import { KubernetesError, UnreachableError } from './errors'

const lost = () => Promise.reject(new UnreachableError('no_answer', 'silence'))
const refusedBy = () => Promise.reject(new KubernetesError(403, 'Forbidden', 'no'))
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { reason: string }) => error.reason,
  )

function makeBreaker() {
  let now = 0
  const breaker = new Breaker({ restMs: 100, mostMs: 300 }, () => now)
  return { breaker, pass: (ms: number) => void (now += ms) }
}

test('after three failures nothing is tried for a while, then one request alone, then all', async () => {
  const { breaker, pass } = makeBreaker()
  for (let i = 0; i < 3; i++) expect(await reasonOf(breaker.run(lost))).toBe('no_answer')
  expect(await reasonOf(breaker.run(async () => 1))).toBe('resting')
  pass(100)
  let answer = (_: number) => {}
  const trial = breaker.run(() => new Promise<number>((resolve) => void (answer = resolve)))
  expect(await reasonOf(breaker.run(async () => 1))).toBe('resting')
  answer(1)
  expect(await trial).toBe(1)
  expect(await reasonOf(breaker.run(async () => 1))).toBe('ok')
})

test('a failed trial rests for longer, up to a bound', async () => {
  const { breaker, pass } = makeBreaker()
  for (let i = 0; i < 3; i++) await reasonOf(breaker.run(lost))
  for (const rest of [100, 200, 300, 300]) {
    pass(rest - 1)
    expect(await reasonOf(breaker.run(lost))).toBe('resting')
    pass(1)
    expect(await reasonOf(breaker.run(lost))).toBe('no_answer')
  }
})

test('an answer that says no is an answer', async () => {
  const { breaker } = makeBreaker()
  for (let i = 0; i < 9; i++) await reasonOf(breaker.run(i % 3 === 2 ? refusedBy : lost))
  expect(breaker.isResting).toBe(false)
})
