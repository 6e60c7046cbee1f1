import { afterEach, expect, test, vi } from 'vitest'
import { Mask } from './mask'
import { MaskedFlow } from './masked-flow'

afterEach(() => void vi.useRealTimers())

test('a secret that comes in pieces is hidden; what only begins like one is told after a moment, and at the end at once', () => {
  vi.useFakeTimers()
  const told: string[] = []
  const mask = new Mask()
  mask.set(['swordfish'])
  const flow = new MaskedFlow(mask, (bytes) => void told.push(bytes.toString()))
  flow.hear(Buffer.from('it is sword'))
  vi.advanceTimersByTime(50)
  expect(told.join('')).toBe('it is ')
  flow.hear(Buffer.from('fish, sw'))
  vi.advanceTimersByTime(50)
  expect(told.join('')).toBe('it is ••••••, ')
  vi.advanceTimersByTime(200)
  expect(told.join('')).toBe('it is ••••••, sw')
  flow.hear(Buffer.from(' sword'))
  flow.end()
  expect(told.join('')).toBe('it is ••••••, sw sword')
})
