import { statSync } from 'node:fs'
import { statfs, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mask } from '@/lib/protocol/mask'
import type { LogLine } from '@/lib/protocol/news'
import { AgentFailure, isDiskFullError } from './failure'
import {
  endGroup,
  exitCodeOf,
  findHeld,
  forgetRunFolder,
  type Held,
  hasEnded,
  howEnded,
  pauseUnlessEnded,
  type RunSpec,
  startHeld,
} from './holder'
import type { Outbox } from './outbox'
import type { RunOffsets } from './outbox-items'
import { paced } from './pace'
import { uptimeMs } from './procfs'
import { lastLinesOf, Tail } from './tail'

export type HookRun = {
  name: string
  spec: RunSpec
  timeoutMs: number
  outbox: Outbox
  mask: Mask
  /** New lines, with how far they go; must be on disk when it returns. */
  log: (lines: LogLine[], offsets: RunOffsets) => Promise<void>
  signal: AbortSignal
  /** The unit's process, where one runs: a hook that speaks with it has nothing to wait for once it has ended. */
  process?: Held | undefined
}

export type HookEnd = { exitCode: number | null; lastLines: string[]; output: string }

const mostOutputBytes = 64 * 1024 * 1024

/**
 * Runs a hook to its end, or goes on with the run of the same id: one that runs is adopted, one that ended is only read.
 * A run whose holder vanished without a code (the machine was restarted) is over; what is left of it is killed and it is run anew.
 */
export async function runHook(run: HookRun): Promise<HookEnd> {
  const { spec, mask } = run
  const held = exitCodeOf(spec.dir) === undefined ? await adoptOrStart(run) : findHeld(spec.dir, spec.runId)
  const pass = carrierOf(run, held)
  if (held) await follow(run, held, pass)
  while ((await pass(true)) > 0);
  return {
    exitCode: exitCodeOf(spec.dir) ?? null,
    lastLines: lastLinesOf(spec.dir, mask),
    output: lastLinesOf(spec.dir, mask, 50).join('\n'),
  }
}

type Pass = (isLast: boolean) => Promise<number>

/** Carries away what was printed since the last time, also by an agent before this one. */
function carrierOf({ spec, outbox, mask, log }: HookRun, held: Held | undefined, isLeft = false): Pass {
  const start = held?.mark.startTicks
  const tail = new Tail(spec.dir, mask, outbox.offsetsOf(spec.runId, start))
  return async (isLast) => {
    const lines = tail.read(isLast)
    if (lines.length > 0) await log(lines, { runId: spec.runId, start, ...tail.offsets, ...(isLeft ? { isLeft } : {}) })
    return lines.length
  }
}

async function adoptOrStart(run: HookRun): Promise<Held> {
  const { spec } = run
  const found = findHeld(spec.dir, spec.runId)
  if (found && !hasEnded(found)) return found
  if (found) {
    await endGroup(found, 0)
    // Its last words come first: they may say what became of it.
    const pass = carrierOf(run, found, true)
    while ((await pass(true)) > 0);
    forgetRunFolder(spec.dir)
  }
  return startHeld(spec)
}

async function follow(run: HookRun, held: Held, pass: Pass): Promise<void> {
  const deadline = Math.min(startedAtMs(held), uptimeMs()) + run.timeoutMs
  for (let waitMs = 5; !hasEnded(held); waitMs = Math.min(waitMs * 1.5, 100)) {
    if (run.signal.aborted) {
      await endGroup(held, paced(2000))
      throw new AgentFailure('cancelled', `${run.name} was cancelled.`)
    }
    if (run.process && hasEnded(run.process)) {
      await endGroup(held, paced(2000))
      while ((await pass(true)) > 0);
      throw leftAlone(run.name, run.process, run.mask)
    }
    if (uptimeMs() >= deadline) {
      await endGroup(held, paced(2000))
      while ((await pass(true)) > 0);
      throw new AgentFailure(
        'hook_timeout',
        `${run.name} did not end within ${run.timeoutMs / 1000} s; it and all it started were killed.`,
        {
          lastLines: lastLinesOf(held.dir, run.mask),
        },
      )
    }
    const count = await pass(false)
    await boundOutput(held.dir)
    // While output comes in full chunks there is no reason to wait.
    if (count < 1000) await pauseUnlessEnded(held, waitMs)
  }
}

function leftAlone(name: string, process: Held, mask: Mask): AgentFailure {
  const exitCode = exitCodeOf(process.dir) ?? null
  const lastLines = lastLinesOf(process.dir, mask)
  return new AgentFailure('exited', `The process ${howEnded(exitCode)} while ${name} ran.`, { exitCode, lastLines })
}

/** The start ticks of /proc count hundredths of a second since boot, whoever asks and after whatever restart. */
function startedAtMs(held: Held): number {
  return Number(held.mark.startTicks) * 10
}

/** Output that nobody can carry away in time must not fill the disk. */
async function boundOutput(dir: string): Promise<void> {
  for (const name of ['stdout', 'stderr']) {
    const path = join(dir, name)
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > mostOutputBytes) await truncate(path)
  }
}

/** The failure of a hook that ended with another code than 0; a full disk is named as the cause where it is one. */
export async function hookFailure(name: string, end: HookEnd, folder: string): Promise<AgentFailure> {
  const detail = { exitCode: end.exitCode, lastLines: end.lastLines }
  if (await isDiskFull(folder)) return new AgentFailure('disk_full', `${name} failed, and no space is left on the disk.`, detail)
  return new AgentFailure('hook_failed', `${name} ${howEnded(end.exitCode)}.`, detail)
}

async function isDiskFull(path: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize < 16 * 1024
  } catch (error) {
    return isDiskFullError(error)
  }
}
