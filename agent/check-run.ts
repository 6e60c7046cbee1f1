import { type ChildProcess, spawn } from 'node:child_process'
import type { Mask } from '@/lib/protocol/mask'
import type { LogLine } from '@/lib/protocol/news'
import { AgentFailure } from './failure'
import type { RunSpec } from './holder'
import { pause } from './pace'
import { killMarked } from './procfs'

/** In the environment of every check: the home of the agent that began it. */
const mark = 'TENGEN_CHECKED_BY'
const mostLines = 100
const mostLine = 8 * 1024
const mostOutput = 256 * 1024
const drainMs = 200

export type CheckEnd = { exitCode: number | null; lines: LogLine[] }
type CheckRun = { spec: Omit<RunSpec, 'dir' | 'runId'>; home: string; timeoutMs: number; mask: Mask; signal: AbortSignal }

/**
 * Runs a check to its end. Unlike other hooks it needs no holder: nobody wants the code of a check whose agent is gone, it is
 * simply made again. So it leaves nothing on disk, which counts where checks come every few seconds.
 */
export async function runCheck({ spec, home, timeoutMs, mask, signal }: CheckRun): Promise<CheckEnd> {
  const { argv, cwd, env, user } = spec
  const [program = '', ...words] = argv
  const environment: Record<string, string> = { ...env, [mark]: home }
  const child = spawn(program, words, {
    cwd,
    env: environment as NodeJS.ProcessEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user ?? {}),
  })
  const lines = linesOf(child, mask)
  const stop = () => killGroup(child)
  signal.addEventListener('abort', stop)
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    stop()
  }, timeoutMs)
  try {
    const exitCode = await endOf(child)
    if (isLate)
      throw new AgentFailure('hook_timeout', `check did not end within ${timeoutMs / 1000} s; it and all it started were killed.`, {})
    return { exitCode, lines: lines() }
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', stop)
  }
}

/** Resolves with its code; null when a signal ended it. What it left running may hold its output open: that is not waited for. */
async function endOf(child: ChildProcess): Promise<number | null> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', (error) => reject(new AgentFailure('hook_failed', `check could not be started: ${error.message}`, {})))
  })
  await Promise.race([closed, pause(drainMs)])
  child.stdout?.destroy()
  child.stderr?.destroy()
  return exitCode
}

/** Collects the beginning of both outputs; answers them as lines, masked while they are whole. */
function linesOf(child: ChildProcess, mask: Mask): () => LogLine[] {
  const texts = { stdout: '', stderr: '' }
  const streams = ['stdout', 'stderr'] as const
  for (const stream of streams) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      if (texts[stream].length < mostOutput) texts[stream] += text
    })
  }
  return () => {
    const at = new Date().toISOString()
    return streams.flatMap((stream) => {
      const text = texts[stream]
      // What did not fit any more may have begun a secret.
      const whole = text.slice(0, text.length < mostOutput ? text.length : mask.cutBefore(text, text.length)).split('\n')
      if (whole.at(-1) === '') whole.pop()
      return whole.slice(0, mostLines).map((line) => ({ at, stream, text: mask.hide(line).slice(0, mostLine) }))
    })
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** Checks that ran when an earlier agent of this home died: nobody waits for them, and a new one must not run beside them. */
export function endOldChecks(home: string): void {
  killMarked(mark, home)
}
