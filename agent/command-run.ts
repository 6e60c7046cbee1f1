import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type CommandEntry, type CommandResult, mostOutputBytes } from '@/lib/protocol/command'
import type { Mask } from '@/lib/protocol/mask'
import { removeFileBeneath, writeFilesBeneath } from './beneath'
import { LiveOutput, resultOf } from './command-output'
import type { Wire } from './connection'
import { AgentFailure, toFailure } from './failure'
import { endGroup, exitCodeOf, forgetRunFolder, type Held, hasEnded, pauseUnlessEnded, type RunSpec, startHeld } from './holder'
import { paced } from './pace'
import { uptimeMs } from './procfs'
import { RunOutput } from './run-output'
import { machinePath } from './unit-command'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { surroundingsOf } from './unit-steps'

export type CommandRun = {
  ctx: UnitContext
  entry: CommandEntry
  /** Null: on the machine itself. */
  record: UnitRecord | null | 'gone'
  runId: string
  /** What an agent before this one began. */
  held: Held | undefined
  signal: AbortSignal
  /** The connection that stands now. */
  wire: () => Wire | undefined
}

type Ended = { ok: boolean; code?: string; message?: string; result?: CommandResult }

/** Runs a command to its end, or goes on with one that was begun; says how it ended, once. */
export async function runCommand(run: CommandRun): Promise<void> {
  const { ctx, entry, runId } = run
  const dir = ctx.home.run(runId)
  let ended: Ended
  try {
    const held = run.held ?? (await begin(run, dir))
    ended = await follow(run, held)
  } catch (error) {
    const { code, message } = toFailure(error)
    ended = { ok: false, code, message }
  }
  await ctx.reporter.done(entry.cause, ended)
  forgetRunFolder(dir)
  forgetScript(run)
}

async function begin(run: CommandRun, dir: string): Promise<Held> {
  const { ctx, entry, runId } = run
  const place = await placeOf(run)
  // On disk before anything is started: found again without an end, it is not begun a second time.
  if (!(await ctx.reporter.step(entry.cause, 'run')))
    throw new AgentFailure('disk_full', 'No space is left on the disk of this machine; the command was not begun.')
  const argv = entry.script === null ? programOf(entry.argv ?? [], place) : scriptOf(run, place, entry.script)
  return startHeld({ dir, runId, argv, isMerged: true, ...place })
}

type Place = Pick<RunSpec, 'cwd' | 'env' | 'user'>

async function placeOf({ ctx, record }: CommandRun): Promise<Place> {
  if (record === null) return { cwd: ctx.home.root, env: { PATH: machinePath, LANG: 'C.UTF-8', HOME: ctx.home.root }, user: undefined }
  if (record === 'gone' || !record.content || record.state === 'removed')
    throw new AgentFailure('target_gone', 'The unit is not installed on this machine.')
  const { cwd, env, user } = await surroundingsOf({ ctx, record }, null)
  // Without the unit's own mark: a command is not ended with the unit's process.
  const { TENGEN_UNIT_ID: _, ...rest } = env
  return { cwd, env: rest, user }
}

/** The program is looked for here, so that its absence is said in words; no shell reads its name. */
function programOf([program = '', ...words]: readonly string[], { cwd, env }: Place): string[] {
  const found = program.includes('/')
    ? [program.startsWith('/') ? program : join(cwd, program)]
    : (env.PATH ?? '').split(':').map((folder) => join(folder, program))
  const path = found.find((one) => existsSync(one))
  if (!path) throw new AgentFailure('no_program', `There is no program ${program} here.`)
  return [path, ...words]
}

const scriptPath = (runId: string): string => `run/${runId}.sh`

/** A script lies beside what may read it, and says by its first line what reads it; else it is the system's shell. */
function scriptOf({ ctx, record, runId }: CommandRun, { cwd, user }: Place, text: string): string[] {
  const [root, path] = record === null ? [ctx.home.runs, `${runId}.sh`] : [cwd, scriptPath(runId)]
  writeFilesBeneath(root, [{ path, text, mode: 0o700 }], user)
  return text.startsWith('#!') ? [join(root, path)] : ['/bin/sh', join(root, path)]
}

function forgetScript({ ctx, record, runId, entry }: CommandRun): void {
  if (entry.script === null || record === 'gone') return
  if (record === null) return removeFileBeneath(ctx.home.runs, `${runId}.sh`)
  if (record.dir) removeFileBeneath(join(ctx.home.apps, record.dir), scriptPath(runId))
}

async function follow({ ctx, entry, signal, wire }: CommandRun, held: Held): Promise<Ended> {
  const output = new RunOutput(held.dir)
  const live = new LiveOutput(entry.cause, held, ctx.secrets.mask)
  const until = Math.min(Number(held.mark.startTicks) * 10, uptimeMs()) + entry.timeoutMs
  for (let waitMs = 5; !hasEnded(held); waitMs = Math.min(waitMs * 1.5, 100)) {
    const why = signal.aborted ? 'cancelled' : uptimeMs() >= until ? 'timeout' : undefined
    if (why) return killed(why, entry, held, ctx.secrets.mask)
    await output.bound(4 * mostOutputBytes)
    live.look(wire())
    await pauseUnlessEnded(held, waitMs)
  }
  const exitCode = exitCodeOf(held.dir)
  if (exitCode === undefined)
    return {
      ok: false,
      code: 'outcome_unknown',
      message: 'The machine went down while it ran; it was not run again.',
      result: resultOf(held, null, ctx.secrets.mask),
    }
  const result = resultOf(held, exitCode, ctx.secrets.mask)
  return exitCode === 0 ? { ok: true, result } : { ok: false, code: 'exit_code', message: `It ended with exit code ${exitCode}.`, result }
}

async function killed(code: 'cancelled' | 'timeout', { timeoutMs }: CommandEntry, held: Held, mask: Mask): Promise<Ended> {
  await endGroup(held, paced(2000))
  const message =
    code === 'cancelled'
      ? 'It was cancelled; it and all it started were ended.'
      : `It did not end within ${timeoutMs / 1000} s; it and all it started were killed.`
  return { ok: false, code, message, result: resultOf(held, null, mask) }
}
