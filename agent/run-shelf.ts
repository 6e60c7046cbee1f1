import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OutputRun } from '@/lib/protocol/output'
import { forgetRunFolder } from './holder'
import type { Home } from './home'
import type { UnitRecord } from './unit-record'

/** Ended processes whose output stays on the machine. */
const keptRuns = 3

export type ShelvedRun = { facts: OutputRun; dir: string; isLive: boolean }

/** Written before the process starts; found again when an agent that died in between starts it once more. */
export function noteStart(home: Home, record: UnitRecord, runId: string): void {
  const dir = home.run(runId)
  const known = readFacts(dir)
  if (known) {
    record.starts = known.number
    return
  }
  record.starts = (record.starts ?? 0) + 1
  const facts: OutputRun = { id: runId, generation: record.generation, number: record.starts, startedAt: new Date().toISOString() }
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dir, 'run.json'), JSON.stringify(facts))
}

/** Puts what an ended process has printed aside, and the oldest away. On a full disk it goes at once. */
export function shelveRun(home: Home, record: UnitRecord, runId: string): void {
  const dir = home.run(runId)
  try {
    const { number, generation } = factsOf(dir, runId)
    const shelf = home.output(record.unitId)
    mkdirSync(shelf, { recursive: true, mode: 0o700 })
    renameSync(dir, join(shelf, `${padded(generation)}-${padded(number)}-${runId}`))
    for (const name of shelved(shelf).slice(0, -keptRuns)) rmSync(join(shelf, name), { recursive: true, force: true })
  } catch {
    forgetRunFolder(dir)
  }
}

/** All runs of a unit that are still on this machine, in their order; the living one last. */
export function runsOf(home: Home, record: UnitRecord): ShelvedRun[] {
  const shelf = home.output(record.unitId)
  const ended = shelved(shelf).map((name) => {
    const dir = join(shelf, name)
    return { facts: factsOf(dir, name.split('-').slice(2).join('-')), dir, isLive: false }
  })
  if (!record.process) return ended
  const { runId } = record.process
  const dir = home.run(runId)
  return existsSync(dir) ? [...ended, { facts: factsOf(dir, runId), dir, isLive: true }] : ended
}

export function forgetShelf(home: Home, unitId: string): void {
  rmSync(home.output(unitId), { recursive: true, force: true })
}

/** Facts of a start never change. */
const known = new Map<string, OutputRun>()
const mostKnown = 10_000

const padded = (number: number): string => String(number).padStart(8, '0')

function shelved(shelf: string): string[] {
  try {
    return readdirSync(shelf).sort()
  } catch {
    return []
  }
}

function readFacts(dir: string): OutputRun | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as OutputRun
  } catch {
    return undefined
  }
}

/** A process that an older agent has started has none written down. */
function factsOf(dir: string, runId: string): OutputRun {
  const startedAt = () => (statSync(join(dir, 'exit'), { throwIfNoEntry: false })?.birthtime ?? new Date()).toISOString()
  const facts = known.get(runId) ?? readFacts(dir) ?? { id: runId, generation: 0, number: 0, startedAt: startedAt() }
  if (known.size >= mostKnown) known.clear()
  known.set(runId, facts)
  return facts
}
