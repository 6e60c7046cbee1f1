import type { InitCheck } from '@/lib/protocol/init'
import { mostInitLog } from '@/lib/protocol/init'
import type { InitSaid } from '@/lib/protocol/init-words'
import { endOfOutput, textOf } from './command-output'
import { endGroup, exitCodeOf, findHeld, forgetRunFolder, type Held, hasEnded, pauseUnlessEnded, startHeld } from './holder'
import { found, no } from './init-said'
import { paced } from './pace'
import { uptimeMs } from './procfs'
import { RunOutput } from './run-output'
import { machinePath, resolveCommand } from './unit-command'
import type { UnitContext } from './unit-context'

export type PackageRun = { ctx: UnitContext; check: Extract<InitCheck, { kind: 'package' }>; runId: string; signal: AbortSignal }

/** Fetches the package, verified, and runs its program as the agent itself. One that an agent before us began is followed to its end. */
export async function runPackage(run: PackageRun): Promise<{ said: InitSaid; log: string }> {
  const { ctx, check, runId, signal } = run
  const dir = ctx.home.run(runId)
  await ctx.cache.ensure(check, signal)
  try {
    const held = takeUp(dir, runId) ?? begin(run, dir)
    await follow(run, held)
    const log = outputOf(dir, ctx)
    const exitCode = exitCodeOf(dir)
    const command = check.run.join(' ')
    if (exitCode === undefined) no('package_lost', { command }, [log])
    if (exitCode !== 0) no('package_failed', { command, code: exitCode }, [log])
    return { said: found('package_passed', { name: check.name, version: check.version }), log }
  } finally {
    if (!signal.aborted) forgetRunFolder(dir)
  }
}

function takeUp(dir: string, runId: string): Held | undefined {
  const found = findHeld(dir, runId)
  if (!found) return undefined
  if (exitCodeOf(dir) !== undefined || !hasEnded(found)) return found
  forgetRunFolder(dir)
  return undefined
}

function begin({ ctx, check, runId }: PackageRun, dir: string): Held {
  const packageDir = ctx.home.package(check.digest)
  const env = { PATH: machinePath, LANG: 'C.UTF-8', HOME: ctx.home.root, TENGEN_PACKAGE_DIR: packageDir }
  return startHeld({ dir, runId, argv: resolveCommand(check.run, packageDir), cwd: packageDir, env, user: undefined, isMerged: true })
}

async function follow({ ctx, check, signal }: PackageRun, held: Held): Promise<void> {
  const until = Math.min(Number(held.mark.startTicks) * 10, uptimeMs()) + check.timeoutMs
  const output = new RunOutput(held.dir)
  for (let waitMs = 5; !hasEnded(held); waitMs = Math.min(waitMs * 1.5, 100)) {
    if (signal.aborted) {
      await endGroup(held, paced(2000))
      no('package_ended', {}, [''])
    }
    if (uptimeMs() >= until) {
      await endGroup(held, paced(2000))
      no('package_slow', { seconds: check.timeoutMs / 1000 }, [outputOf(held.dir, ctx)])
    }
    await output.bound(4 * mostInitLog)
    await pauseUnlessEnded(held, waitMs)
  }
}

/** The end of it, secrets hidden before it is cut. */
function outputOf(dir: string, { secrets }: UnitContext): string {
  return textOf(endOfOutput(dir, secrets.mask, mostInitLog).bytes.toString('utf8'))
}
