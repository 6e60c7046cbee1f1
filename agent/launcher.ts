import { type ChildProcess, spawn } from 'node:child_process'
import { type AgentState, fileOf, ownDigest, ownFile, readAgentState, writeAgentState } from './agent-state'
import type { Home } from './home'
import { paced, pause } from './pace'
import { say } from './unit-context'

/** How a child says "another file goes on in my place". */
export const updateExit = 75
/** A new agent that the hub has not let in by then is taken back (5-model 6). */
const trialMs = 60_000
const mostTries = 2
const lookMs = 100
const parentVariable = 'TENGEN_AGENT_PARENT'

export const isChild = (): boolean => process.env[parentVariable] !== undefined

/** A child whose parent was killed would be a second agent beside the next one. */
export function endWithParent(stop: () => void): void {
  const parent = Number(process.env[parentVariable])
  if (!parent) return
  const look = setInterval(() => process.ppid !== parent && stop(), lookMs)
  look.unref()
}

/** A file other than the one that was started is in force, or is tried. */
export function runsAnother(home: Home): boolean {
  const { current, starter, trial } = readAgentState(home)
  if (starter !== ownDigest()) return false
  return trial !== null || (current !== ownDigest() && fileOf(home, current) !== null)
}

/**
 * Runs the agent file that is in force as a child, and a new one on trial: one that ends, or is not heard in time, is replaced by
 * the one before it. Never returns.
 */
export async function launch(home: Home, args: readonly string[]): Promise<never> {
  let child: ChildProcess | undefined
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      isStopping = true
      child?.kill(signal)
    })
  }
  for (;;) {
    const state = readAgentState(home)
    const file = fileOf(home, state.trial?.digest ?? state.current) ?? ownFile
    const isTrial = state.trial !== null && file !== ownFile
    if (state.trial && (!isTrial || state.trial.tries >= mostTries)) {
      await takeBack(home, state, 'It could not be started.')
      continue
    }
    if (state.trial) await writeAgentState(home, { ...state, trial: { ...state.trial, tries: state.trial.tries + 1 } })
    child = spawn(process.execPath, [file, ...args], { stdio: 'inherit', env: { ...process.env, [parentVariable]: String(process.pid) } })
    const ended = exitOf(child)
    const wrong = isTrial ? await tryOut(home, child, ended) : undefined
    if (wrong !== undefined && !isStopping) {
      await takeBack(home, readAgentState(home), wrong)
      continue
    }
    const code = await ended
    if (code !== updateExit || isStopping) process.exit(code)
  }
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)))
  })

/** Undefined once the hub has let it in; else what went wrong, with nothing of it left. */
async function tryOut(home: Home, child: ChildProcess, ended: Promise<number>): Promise<string | undefined> {
  const until = performance.now() + paced(trialMs)
  let code: number | undefined
  void ended.then((found) => (code = found))
  while (readAgentState(home).trial !== null) {
    if (code !== undefined) return `The new agent ended by itself with exit code ${code}.`
    if (performance.now() > until) {
      child.kill('SIGKILL')
      await ended
      return 'The new agent was not heard in time.'
    }
    await pause(lookMs)
  }
  return undefined
}

async function takeBack(home: Home, state: AgentState, why: string): Promise<void> {
  const { trial } = state
  if (!trial) return
  say(`the update is taken back: ${why}`)
  const failed = { cause: trial.cause, message: `${why} The agent before it works again.` }
  await writeAgentState(home, { ...state, trial: null, failed })
}
