import type { BoardRow, TaskStateName, TaskView } from '@/lib/deploys/views'

export interface Line {
  key: string
  /** Null: the service as a whole. */
  row: BoardRow | null
  /** Set: this line stands for all units of a runtime, and opens. */
  group: { runtimeName: string; units: number; open: boolean } | null
}

export interface Point {
  key: string
  line: number
  layer: number
  tasks: TaskView[]
  /** The state that matters most among the tasks of this crossing. */
  state: TaskStateName
  done: number
}

export interface Edge {
  from: readonly [layer: number, line: number]
  to: readonly [layer: number, line: number]
  done: boolean
}

export interface Layer {
  layer: number
  verb: string
  unitName: string | null
  live: boolean
}

export interface BoardLayout {
  lines: Line[]
  layers: Layer[]
  points: Point[]
  edges: Edge[]
  /** First layer that runs, else the first that has not ended. */
  liveLayer: number
}

/** Above this many units, lines stand for runtimes until they are opened. */
export const manyUnits = 12

const weight: Record<TaskStateName, number> = { failed: 6, running: 5, ready: 4, pending: 3, cancelled: 2, skipped: 1, succeeded: 0 }
const hasEnded = (state: TaskStateName) => state === 'succeeded' || state === 'failed' || state === 'skipped' || state === 'cancelled'

const isOfRow = (task: TaskView, row: BoardRow) =>
  task.unitName ? row.unitName === task.unitName : task.machineName !== null && row.machineName === task.machineName

/** The service has a line of its own only when a task stands on it. */
function linesOf(rows: readonly BoardRow[], tasks: readonly TaskView[], open: ReadonlySet<string>): Line[] {
  const service = rows.find((row) => row.unitName === null) ?? null
  const units = rows.filter((row) => row.unitName !== null)
  const isNeeded = units.length === 0 || tasks.some((task) => !units.some((row) => isOfRow(task, row)))
  const head: Line[] = isNeeded ? [{ key: 'service', row: service, group: null }] : []
  const unitLine = (row: BoardRow): Line => ({ key: `unit ${row.unitName}`, row, group: null })
  if (units.length <= manyUnits) return [...head, ...units.map(unitLine)]
  const runtimes = [...new Set(units.map((row) => row.runtimeName ?? ''))]
  return [
    ...head,
    ...runtimes.flatMap((runtimeName) => {
      const mine = units.filter((row) => (row.runtimeName ?? '') === runtimeName)
      const group: Line = {
        key: `group ${runtimeName}`,
        row: null,
        group: { runtimeName, units: mine.length, open: open.has(runtimeName) },
      }
      return [group, ...(open.has(runtimeName) ? mine.map(unitLine) : [])]
    }),
  ]
}

/** Which line a task stands on: its unit's, its machine's unit's, its runtime's, or the service's. */
function lineFinder(lines: readonly Line[], rows: readonly BoardRow[]) {
  const index = new Map(lines.map((line, i) => [line.key, i]))
  const byUnit = new Map(rows.map((row) => [row.unitName, row]))
  const byMachine = new Map(rows.filter((row) => row.machineName).map((row) => [row.machineName, row]))
  return (task: TaskView): number => {
    const row = task.unitName ? byUnit.get(task.unitName) : task.machineName ? byMachine.get(task.machineName) : undefined
    if (!row) return 0
    return index.get(`unit ${row.unitName}`) ?? index.get(`group ${row.runtimeName ?? ''}`) ?? 0
  }
}

function pointsOf(tasks: readonly TaskView[], lineOf: (task: TaskView) => number): Point[] {
  const points = new Map<string, Point>()
  for (const task of tasks) {
    const line = lineOf(task)
    const key = `${task.layer} ${line}`
    const point = points.get(key) ?? { key, line, layer: task.layer, tasks: [], state: 'succeeded', done: 0 }
    point.tasks.push(task)
    if (point.tasks.length === 1 || weight[task.state] > weight[point.state]) point.state = task.state
    if (task.state === 'succeeded' || task.state === 'skipped') point.done += 1
    points.set(key, point)
  }
  return [...points.values()]
}

function edgesOf(tasks: readonly TaskView[], lineOf: (task: TaskView) => number): Edge[] {
  const byIndex = new Map(tasks.map((task) => [task.index, task]))
  const edges = new Map<string, Edge>()
  for (const task of tasks) {
    for (const before of task.dependsOn) {
      const source = byIndex.get(before)
      if (!source) continue
      const edge: Edge = {
        from: [source.layer, lineOf(source)],
        to: [task.layer, lineOf(task)],
        done: hasEnded(source.state) && task.state !== 'pending' && task.state !== 'skipped',
      }
      const key = `${edge.from} ${edge.to}`
      edges.set(key, { ...edge, done: edge.done || (edges.get(key)?.done ?? false) })
    }
  }
  return [...edges.values()]
}

/** Tasks on the crossings of target lines and layer lines. */
export function layOut(rows: readonly BoardRow[], tasks: readonly TaskView[], open: ReadonlySet<string> = new Set()): BoardLayout {
  const lines = linesOf(rows, tasks, open)
  const lineOf = lineFinder(lines, rows)
  const numbers = [...new Set(tasks.map((task) => task.layer))].sort((a, b) => a - b)
  // Layers are drawn without gaps, whatever numbers the plan gave them.
  const column = new Map(numbers.map((layer, i) => [layer, i]))
  const placed = tasks.map((task) => ({ ...task, layer: column.get(task.layer) ?? 0 }))
  const layers = numbers.map((_, layer): Layer => {
    const mine = placed.filter((task) => task.layer === layer)
    const verbs = [...new Set(mine.map((task) => task.verb))]
    const units = new Set(mine.map((task) => task.unitName))
    return {
      layer,
      verb: verbs.length === 1 ? (verbs[0] ?? '') : '',
      unitName: units.size === 1 ? (mine[0]?.unitName ?? null) : null,
      live: mine.some((task) => task.state === 'running'),
    }
  })
  const running = layers.find((layer) => layer.live)?.layer
  const unfinished = placed.filter((task) => !hasEnded(task.state)).map((task) => task.layer)
  return {
    lines,
    layers,
    points: pointsOf(placed, lineOf),
    edges: edgesOf(placed, lineOf),
    liveLayer: running ?? (unfinished.length > 0 ? Math.min(...unfinished) : 0),
  }
}
