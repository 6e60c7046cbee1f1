import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { loadNow, machineFacts } from './machine'

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** One line of the answer: what is compared, per round, and what was aimed at. */
export interface Ratio {
  readonly what: string
  readonly aim: string
  readonly reached: boolean
  readonly spread: Spread
}

export interface Result {
  readonly bench: string
  /** In words: what ran against what, and how it was measured. */
  readonly method: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  /** Name of a contender or a question → one row a round. */
  readonly rounds: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>>
  readonly ratios: readonly Ratio[]
  readonly notes: readonly string[]
}

/** The value below which a part of the samples lies; 0.5 is the median. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  if (part === 0.5 && sorted.length % 2 === 0) return ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  min: Math.min(...values),
  max: Math.max(...values),
})

/** Ratios are taken within a round: what else the machine did then hit both. */
export function ratioOf(what: string, values: readonly number[], aim: { atLeast: number } | { atMost: number }): Ratio {
  const spread = spreadOf(values)
  const reached = 'atLeast' in aim ? spread.median >= aim.atLeast : spread.median <= aim.atMost
  return { what, aim: 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`, reached, spread }
}

const short = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
const inWords = ({ median, min, max }: Spread): string => (min === max ? short(median) : `${short(median)} (${short(min)}–${short(max)})`)

function printRounds(rounds: Result['rounds']): void {
  for (const [name, rows] of Object.entries(rounds)) {
    console.log(`  ${name} (${rows.length} ${rows.length === 1 ? 'round' : 'rounds'})`)
    for (const key of Object.keys(rows[0] ?? {})) {
      const values = rows.flatMap((row) => (row[key] === undefined ? [] : [row[key]]))
      console.log(`    ${key.padEnd(34)} ${inWords(spreadOf(values))}`)
    }
  }
}

/** Prints a result and keeps it as bench/results/<bench>-<time>.json. */
export function report(result: Result, began: Date): string {
  console.log(`\n${result.bench}`)
  for (const line of result.method) console.log(`  ${line}`)
  printRounds(result.rounds)
  for (const { what, aim, reached, spread } of result.ratios) {
    console.log(`  ${reached ? 'reached' : 'missed '}  ${what}: ${inWords(spread)}, aim ${aim}`)
  }
  for (const note of result.notes) console.log(`  note: ${note}`)
  const folder = path.join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const file = path.join(
    folder,
    `${result.bench.replaceAll(/[^a-z0-9]+/g, '-')}-${began.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}.json`,
  )
  const whole = { began: began.toISOString(), ended: new Date().toISOString(), machine: machineFacts(), loadAtEnd: loadNow(), ...result }
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
  console.log(`  written: ${path.relative(process.cwd(), file)}`)
  return file
}
