import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { type Home, writeSafely } from './home'
import { isAlive, markOf, takeFile } from './process-mark'

const MarkSchema = z.object({ pid: z.number(), started: z.string() })
const StateSchema = z.object({
  supervisor: MarkSchema,
  /** Unknown until everything runs. */
  address: z.string().optional(),
  databaseUrl: z.string().optional(),
  databaseOwnerUrl: z.string().optional(),
  redisUrl: z.string().optional(),
  isDemo: z.boolean().default(false),
  children: z.array(MarkSchema.extend({ name: z.string() })).default([]),
})

/** Who runs from this folder, and what it started: enough to find and end everything after a kill -9. */
export type State = z.infer<typeof StateSchema>

export function readState(home: Home): State | undefined {
  try {
    return StateSchema.parse(JSON.parse(readFileSync(home.lock, 'utf8')))
  } catch {
    return undefined
  }
}

export const writeState = (home: Home, state: State): void => writeSafely(home.lock, JSON.stringify(state, null, 2), 0o600)

/** The live supervisor of this folder, if there is one. */
export function findRunning(home: Home): State | undefined {
  const state = readState(home)
  return state && isAlive(state.supervisor) ? state : undefined
}

/**
 * Takes the folder for this process; the state of a dead predecessor is handed over, because its children may still run.
 * Of two that come at once one gets it: the guard file exists only for this moment.
 */
export function takeLock(home: Home): { predecessor: State | undefined } | { running: State | undefined } {
  const guard = `${home.lock}.guard`
  if (takeFile(guard)) return { running: findRunning(home) }
  try {
    const running = findRunning(home)
    if (running) return { running }
    const predecessor = readState(home)
    writeState(home, { supervisor: markOf(process.pid), isDemo: false, children: predecessor?.children ?? [] })
    return { predecessor }
  } finally {
    rmSync(guard, { force: true })
  }
}

export function dropLock(home: Home): void {
  const state = readState(home)
  if (state?.supervisor.pid === process.pid) rmSync(home.lock, { force: true })
}
