import { expect, test } from 'vitest'
import type { BoardRow, TaskView } from '@/lib/deploys/views'
import { layOut } from './board-layout'

const row = (unit: number | null, runtimeName = 'live'): BoardRow =>
  unit === null
    ? { unitName: null, machineName: null, runtimeName: null, port: null, heardAt: null }
    : { unitName: `greeter/${unit}`, machineName: `m${unit}`, runtimeName, port: 8080, heardAt: null }

type Facts = [index: number, layer: number, verb: string, unit: number | null, dependsOn: number[], state?: TaskView['state']]

const task = (...[index, layer, verb, unit, dependsOn, state = 'pending']: Facts): TaskView => ({
  id: `t${index}`,
  index,
  layer,
  verb,
  targetId: 'p',
  unitName: unit === null || verb === 'fetch' ? null : `greeter/${unit}`,
  machineName: unit === null ? null : `m${unit}`,
  dependsOn,
  state,
  code: null,
  message: null,
  attempt: 0,
  maxAttempts: 3,
  step: null,
  estimateMs: null,
  readyAt: null,
  startedAt: null,
  endedAt: null,
  deadlineAt: null,
  logLines: 0,
})

const units = (count: number) => Array.from({ length: count }, (_, i) => i)

test('a task stands on the line of its unit, and a fetch on the line of its machine', () => {
  const layout = layOut([row(null), row(0), row(1)], [task(0, 1, 'fetch', 1, []), task(1, 2, 'switch', 0, [0])])
  expect(layout.points.map((point) => [point.layer, point.line])).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('the service has a line only when a task stands on it', () => {
  const rows = [row(null), row(0)]
  expect(layOut(rows, [task(0, 1, 'switch', 0, [])]).lines.map((line) => line.key)).toEqual(['unit greeter/0'])
  expect(layOut(rows, [task(0, 1, 'verify', null, []), task(1, 2, 'switch', 0, [0])]).lines.map((line) => line.key)).toEqual([
    'service',
    'unit greeter/0',
  ])
})

test('layers are drawn without gaps', () => {
  const layout = layOut([row(null), row(0)], [task(0, 3, 'switch', 0, []), task(1, 9, 'check', 0, [0])])
  expect(layout.layers.map((layer) => [layer.layer, layer.verb, layer.unitName])).toEqual([
    [0, 'switch', 'greeter/0'],
    [1, 'check', 'greeter/0'],
  ])
})

test('more than twelve units stand on one line per runtime until it is opened', () => {
  const rows = [row(null), ...units(20).map((i) => row(i, i < 15 ? 'live' : 'lab'))]
  const tasks = units(20).map((i) => task(i, 1, 'switch', i, [], i < 4 ? 'succeeded' : 'pending'))
  const closed = layOut(rows, tasks)
  expect(closed.lines).toHaveLength(2)
  expect(closed.points.map((point) => [point.line, point.done, point.tasks.length])).toEqual([
    [0, 4, 15],
    [1, 0, 5],
  ])
  expect(layOut(rows, tasks, new Set(['lab'])).lines).toHaveLength(7)
})

test('a crossing with several tasks shows the state that matters most', () => {
  const rows = [row(null), ...units(13).map((i) => row(i))]
  const layout = layOut(rows, [
    task(0, 1, 'switch', 0, [], 'succeeded'),
    task(1, 1, 'switch', 1, [], 'failed'),
    task(2, 1, 'switch', 2, [], 'running'),
  ])
  expect(layout.points[0]?.state).toBe('failed')
})

test('a path is done when what it leads to has begun', () => {
  const layout = layOut(
    [row(null), row(0)],
    [task(0, 1, 'fetch', 0, [], 'succeeded'), task(1, 2, 'switch', 0, [0], 'running'), task(2, 3, 'check', 0, [1])],
  )
  expect(layout.edges.map((edge) => edge.done)).toEqual([true, false])
  expect(layout.liveLayer).toBe(1)
})
