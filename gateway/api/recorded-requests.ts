import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { PersonName } from '@/lib/testing/build-organization'
import type { Names } from './knocks'

/**
 * A request as a program sent it once, and what came of it. What is of the test's own world stands as `<name>`. Lines are only added:
 * a program that was written then still sends just this. What an answer holds is promised in docs/api-v1.txt.
 */
export interface Recorded {
  readonly as: PersonName
  readonly method: string
  /** With the names of its parts, as the route had it. */
  readonly route: string
  readonly address: string
  readonly type?: string
  readonly body?: unknown
  readonly status: number
  /** Of a refusal. */
  readonly code?: string
}

const file = path.join(import.meta.dirname, 'recorded-requests.jsonl')

export const readRecorded = (): Recorded[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Recorded)

/** Words as short as these stand for themselves. */
const leastId = 11
const worldly = (names: Names) =>
  Object.entries(names)
    .filter(([, value]) => value.length >= leastId)
    .sort(([, a], [, b]) => b.length - a.length)

export function keepRecorded(names: Names, recorded: readonly Recorded[]): void {
  const told = (line: string) => worldly(names).reduce((text, [key, value]) => text.replaceAll(value, `<${key}>`), line)
  appendFileSync(file, recorded.map((one) => `${told(JSON.stringify(one))}\n`).join(''))
}

/** As it is sent into another world. */
export const inWorld = (names: Names, recorded: Recorded): Recorded =>
  JSON.parse(JSON.stringify(recorded).replace(/<(\w+)>/g, (_, key: string) => names[key] ?? `<${key}>`)) as Recorded
