import { expect, test } from 'vitest'
import type { UnitPoint } from '@/lib/services/views'
import { countsNow } from './counts-now'

const points = (...states: UnitPoint['state'][]): UnitPoint[] =>
  states.map((state, i) => ({ name: `web/${i}`, state, transition: null, held: false, heardAt: null }))

test('a unit whose machine fell silent after the row was read is unknown and no longer counted as running', () => {
  const row = { unknownUnits: 0, running: 3, points: points('running', 'running', 'running') }
  expect(countsNow(row, [false, false, false])).toEqual({ unknown: 0, running: 3 })
  expect(countsNow(row, [false, true, false])).toEqual({ unknown: 1, running: 2 })
})

test('units that were unknown already are not taken away twice', () => {
  const row = { unknownUnits: 1, running: 2, points: points('running', 'running', 'running') }
  expect(countsNow(row, [true, false, false])).toEqual({ unknown: 1, running: 2 })
  expect(countsNow(row, [true, true, false])).toEqual({ unknown: 2, running: 1 })
})

test('what is not there yet is not unknown, and of more units than points the server’s count stays', () => {
  expect(countsNow({ unknownUnits: 0, running: 0, points: points('none') }, [true])).toEqual({ unknown: 0, running: 0 })
  expect(countsNow({ unknownUnits: 5, running: 20, points: points('running') }, [false])).toEqual({ unknown: 5, running: 20 })
})
