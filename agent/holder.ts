import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { paced, pause } from './pace'
import { childrenOf, isAlive, killMarked, markOf, type ProcessMark, pidsWithVariable, signalGroup, signalProcess, statOf } from './procfs'

/** Who a program runs as; undefined = as the agent itself. */
export type RunUser = { uid: number; gid: number }
export type RunSpec = {
  dir: string
  runId: string
  argv: string[]
  cwd: string
  env: Record<string, string>
  user: RunUser | undefined
  /** Both streams into one file, in the order they were written. */
  isMerged?: boolean
  /** Its group for its size, its guard for its lease. Nothing of the command runs before. */
  enter?: ((pid: number) => void) | undefined
}

/**
 * The holder: the smallest program that outlives the agent, waits, and writes the exit code to a file that was given to
 * it open. The words are constant; the command comes as arguments. It survives the signals that it passes no one.
 */
const holderScript = `trap : HUP INT QUIT TERM USR1 USR2 PIPE; "$@" 3>&-; echo "$?" >&3`
/** The same for who has to be put into a group or under guard first. When the agent dies before that, it ends without having run anything. */
const waitingScript = `read -r go <&4 || exit; exec 4<&-; ${holderScript}`

/** The ends of holders that this agent has started; those it has adopted must be looked after. */
const exits = new Map<string, Promise<void>>()

/** Room for the code is taken beforehand, so that a full disk cannot swallow it. */
const exitPadding = '-'.repeat(15)

export type Held = { runId: string; dir: string; mark: ProcessMark }

/** Starts a command in a session and process group of its own, output to files, and forgets it. */
export function startHeld({ dir, runId, argv, cwd, env, user, isMerged = false, enter }: RunSpec): Held {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dir, 'exit'), exitPadding)
  const files = [openSync(join(dir, 'stdout'), 'a', 0o600), openSync(join(dir, 'stderr'), 'a', 0o600), openSync(join(dir, 'exit'), 'r+')]
  try {
    const environment: Record<string, string> = { ...env, TENGEN_RUN: runId }
    const child = spawn('/bin/sh', ['-c', enter ? waitingScript : holderScript, 'tengen-hold', ...argv], {
      cwd,
      env: environment as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', files[0], files[isMerged ? 0 : 1], files[2], ...(enter ? (['pipe'] as const) : [])],
      ...(user ?? {}),
    })
    // Reported below by the missing pid; without a listener it would end the agent.
    child.on('error', () => undefined)
    child.unref()
    exits.set(runId, new Promise((resolve) => child.once('exit', () => resolve(void exits.delete(runId)))))
    const mark = child.pid === undefined ? undefined : markOf(child.pid)
    if (!mark) throw new Error(`${argv[0]} could not be started in ${cwd}`)
    writeFileSync(join(dir, 'mark.json'), JSON.stringify(mark))
    if (enter) letGo(child, mark.pid, enter)
    return { runId, dir, mark }
  } finally {
    for (const file of files) closeSync(file)
  }
}

function letGo({ stdio }: ChildProcess, pid: number, enter: (pid: number) => void): void {
  const gate = stdio[4] as Writable
  gate.on('error', () => undefined)
  try {
    enter(pid)
    gate.end('go\n')
  } catch (error) {
    gate.destroy()
    throw error
  }
}

/** The run as a restarted agent finds it: never started, still held, or ended. */
export function findHeld(dir: string, runId: string): Held | undefined {
  // The folder is made before anything is started.
  if (!existsSync(dir)) return undefined
  const mark = storedMark(dir) ?? searchMark(runId)
  return mark && { runId, dir, mark }
}

function storedMark(dir: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'mark.json'), 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

/** An agent killed between start and writing the mark left a holder that only its environment names. */
function searchMark(runId: string): ProcessMark | undefined {
  const leader = pidsWithVariable('TENGEN_RUN', runId).find((pid) => statOf(pid)?.group === pid)
  return leader === undefined ? undefined : markOf(leader)
}

/** The exit code once the holder has written it; above 128 it is 128 + the signal, as shells say it. */
export function exitCodeOf(dir: string): number | undefined {
  try {
    const [first = ''] = readFileSync(join(dir, 'exit'), 'utf8').split('\n')
    return /^\d{1,3}$/.test(first) ? Number(first) : undefined
  } catch {
    return undefined
  }
}

export const howEnded = (exitCode: number | null): string =>
  exitCode === null ? 'ended without an exit code' : `ended with exit code ${exitCode}`

/** Ended: the code is there, or nobody is left who could write it. */
export function hasEnded({ dir, mark }: Held): boolean {
  return exitCodeOf(dir) !== undefined || !isAlive(mark)
}

/** Our children tell us at once; for adopted ones we look. */
export async function waitForEnd(held: Held, signal: AbortSignal): Promise<number | null> {
  const own = exits.get(held.runId)
  if (own) await own
  else for (let waitMs = 10; !hasEnded(held); waitMs = Math.min(waitMs * 1.5, 200)) await pause(waitMs, signal)
  // The holder may have ended between the two looks; its code is then on disk.
  return exitCodeOf(held.dir) ?? null
}

/** Over when the run has ended or `ms` have passed. */
export async function pauseUnlessEnded({ runId }: Held, ms: number): Promise<void> {
  await Promise.race([exits.get(runId) ?? new Promise(() => undefined), pause(ms)])
}

/** Asks the whole group, then kills it and whatever left the group but not the run. */
export async function endGroup(held: Held, graceMs: number): Promise<void> {
  signalGroup(held.mark, 'SIGTERM')
  await waitUntil(() => !isAlive(held.mark), graceMs)
  signalGroup(held.mark, 'SIGKILL')
  killMarked('TENGEN_RUN', held.runId)
}

/** Asks the main process as its package says; after `timeoutMs` the group and its leftovers are killed. True = went by itself. */
export async function stopHeld(held: Held, stop: { signal: NodeJS.Signals; timeoutMs: number }): Promise<boolean> {
  const main = mainMarkOf(held)
  if (main) signalProcess(main, stop.signal)
  else signalGroup(held.mark, stop.signal)
  const wentAlone = await waitUntil(() => !isAlive(held.mark), stop.timeoutMs)
  signalGroup(held.mark, 'SIGKILL')
  killMarked('TENGEN_RUN', held.runId)
  await waitUntil(() => !isAlive(held.mark), paced(5000))
  return wentAlone
}

/** The program itself, below its holder. */
export function mainMarkOf(held: Held): ProcessMark | undefined {
  if (!isAlive(held.mark)) return undefined
  const [child] = childrenOf(held.mark.pid)
  return child === undefined ? undefined : markOf(child)
}

async function waitUntil(isTrue: () => boolean, mostMs: number): Promise<boolean> {
  const until = performance.now() + mostMs
  for (let waitMs = 5; !isTrue(); waitMs = Math.min(waitMs * 1.5, 100)) {
    if (performance.now() >= until) return false
    await pause(Math.min(waitMs, Math.max(until - performance.now(), 1)))
  }
  return true
}

export function forgetRunFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
}
