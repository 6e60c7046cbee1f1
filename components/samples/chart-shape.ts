export type Values = readonly (number | null)[]

export interface ChartShape {
  /** Lines through what is known, broken where nothing is; in a box as wide as there are slots and 100 high. */
  readonly line: string
  /** The same, closed along the bottom. */
  readonly area: string
  /** The value at the top. */
  readonly top: number
}

const height = 100
const round = (value: number) => Math.round(value * 100) / 100

/** `ceiling`: what it may reach; the chart is never lower than that. */
export function shapeOf(values: Values, ceiling: number): ChartShape {
  const top = Math.max(ceiling, ...values.map((value) => value ?? 0)) || 1
  const y = (value: number) => round(height - (value / top) * height)
  const runs = runsOf(values)
  // A lone point is a line of no length: its round ends make it a dot.
  const points = (run: Run) => run.values.map((value, index) => `${run.from + index} ${y(value)}`)
  const line = runs.map((run) => `M${points(run).join('L')}${run.values.length === 1 ? 'h.01' : ''}`).join('')
  const area = runs
    .filter((run) => run.values.length > 1)
    .map((run) => `M${run.from} ${height}L${points(run).join('L')}L${run.from + run.values.length - 1} ${height}Z`)
    .join('')
  return { line, area, top }
}

interface Run {
  readonly from: number
  readonly values: number[]
}

function runsOf(values: Values): Run[] {
  const runs: Run[] = []
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const last = runs.at(-1)
    if (last && last.from + last.values.length === index) last.values.push(value)
    else runs.push({ from: index, values: [value] })
  }
  return runs
}

export interface Told {
  readonly now: number | null
  readonly most: { readonly value: number; readonly index: number } | null
  /** Slots of which nothing is known, since the first of which something is. */
  readonly unknown: number
}

/** What a chart says, for those who do not see it. The newest slot may still be empty. */
export function toldBy(values: Values): Told {
  const first = values.findIndex((value) => value !== null)
  if (first < 0) return { now: null, most: null, unknown: 0 }
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  const most = known.reduce((best, one) => (one.value > best.value ? one : best))
  const last = values.at(-1) ?? values.at(-2) ?? null
  return { now: last, most, unknown: values.slice(first, -1).filter((value) => value === null).length }
}
