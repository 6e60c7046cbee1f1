import { join } from 'node:path'
import type { ContentHook, UnitContent } from '@/lib/protocol/desired'
import type { LogLine } from '@/lib/protocol/news'
import { relationChange, type UnitRelations } from '@/lib/protocol/relations'
import type { Step } from './converge'
import { machineFacts } from './facts'
import { AgentFailure } from './failure'
import { exitCodeOf, findHeld, mainMarkOf, startHeld, stopHeld } from './holder'
import { type HookEnd, hookFailure, runHook } from './hooks'
import { narrate } from './narrate'
import type { RunOffsets } from './outbox-items'
import { paced } from './pace'
import { whoHasPort } from './ports'
import { isAlive, killUnit, uptimeMs } from './procfs'
import { renderFiles } from './render-files'
import { noteStart, shelveRun } from './run-shelf'
import { placeData } from './staged-data'
import { heldOf } from './supervisor'
import { environmentOf, resolveCommand } from './unit-command'
import type { UnitContext } from './unit-context'
import {
  deleteUnitFolder,
  linkRelease,
  makeUnitFolder,
  ownFoldersOf,
  refuseTakenPaths,
  unitDirOf,
  writeContentFiles,
  writeRelations,
} from './unit-folder'
import { entering, holdLease } from './unit-lease'
import type { UnitRecord, Work } from './unit-record'

/** One step of a unit's work. `target` is the content wanted; what runs until `link` and `write` is the record's. */
export type StepRun = {
  ctx: UnitContext
  record: UnitRecord
  work: Work
  target: UnitContent | null
  relations: UnitRelations | null
  keepData: boolean
  copyId?: string | undefined
  signal: AbortSignal
}

type Performer = (run: StepRun) => Promise<void>

export async function performStep(step: Step, run: StepRun): Promise<void> {
  const began = performance.now()
  await performers[step](run)
  narrate(step, run, performance.now() - began)
}

const performers: Record<Step, Performer> = {
  fetch: async ({ ctx, work, target, signal }) => {
    const { digest, sizeBytes, name, version } = needContent(target).package
    if (await ctx.cache.has(digest)) return
    await ctx.reporter.say(work.cause, `fetching ${name} ${version}`)
    await ctx.cache.ensure({ digest, sizeBytes }, signal)
  },
  stop: stopUnit,
  link: async ({ ctx, record, target }) => {
    const content = needContent(target)
    refuseTakenPaths(content)
    const folder = makeUnitFolder(ctx.home, content, await ctx.users.userFor(content.applicationUser))
    linkRelease(ctx.home, folder, content.package.digest)
    record.dir = unitDirOf(content)
    record.package = content.package.digest
    record.isSetUp = false
    record.state = 'deployed'
  },
  'take-over': async ({ ctx, record, work, target, copyId }) => {
    const content = needContent(target)
    if (copyId === undefined) return
    const [owner, unitFolder] = [await ctx.users.userFor(content.applicationUser), join(ctx.home.apps, unitDirOf(content))]
    const aside = placeData({ home: ctx.home, copyId, unitFolder, folders: ownFoldersOf(content), owner })
    for (const { from, to } of aside) {
      await ctx.reporter.aside({ unitId: record.unitId, from, to })
      await ctx.reporter.say(work.cause, `${from} held other data; they lie in ${to} now`)
    }
    record.tookOver = copyId
  },
  write: async ({ ctx, record, target }) => {
    const content = needContent(target)
    refuseTakenPaths(content)
    const user = await ctx.users.userFor(content.applicationUser)
    const folder = makeUnitFolder(ctx.home, content, user)
    const files = await renderFiles(content, () => machineFacts(ctx, content.address))
    writeContentFiles(folder, content, files, ctx.secrets.valueFor, user)
    if (record.relations === null) writeRelations(folder, relationChange([], []), user)
    record.content = content
    record.isDirty = true
  },
  relate: async ({ ctx, record, relations }) => {
    const content = needContent(record.content)
    const user = await ctx.users.userFor(content.applicationUser)
    const change = relationChange(record.related?.ends ?? [], relations?.ends ?? [])
    writeRelations(join(ctx.home.apps, unitDirOf(content)), change, user)
    record.relations = relations
  },
  install: async (run) => {
    await runNamedHook('install', run)
    run.record.isSetUp = true
    run.record.wasInstalled = true
  },
  upgrade: async (run) => {
    await runNamedHook('upgrade', run)
    run.record.isSetUp = true
  },
  'config-changed': (run) => runNamedHook('config-changed', run),
  reload: (run) => runNamedHook('reload', run),
  resize: async ({ ctx, record, target }) => ctx.groups.resize(record, needContent(target).resources),
  start: async (run) => {
    await refuseTakenPorts(run)
    run.record.shouldRun = true
    await runNamedHook('start', run)
  },
  launch: async (run) => {
    await ensurePackage(run)
    await holdLease(run)
    await launch(run, `${run.work.id}-${run.work.at}`)
    run.record.state = 'installed'
  },
  'relation-changed': async (run) => {
    await runNamedHook('relation-changed', run)
    run.record.related = run.record.relations
    if (run.record.state === 'installed') run.record.state = 'ready'
  },
  remove: async (run) => {
    if (run.record.wasInstalled) await runNamedHook('remove', run)
  },
  delete: async ({ ctx, record, keepData, copyId }) => {
    killUnit(ctx.home, record.unitId)
    ctx.leases.forget(record.unitId)
    record.left = record.dir ? await deleteUnitFolder(ctx.home, record.dir, record.content, keptBy(copyId, keepData)) : []
    record.state = 'removed'
  },
}

/** What was copied away stays, whatever its package says of it. */
const keptBy = (copyId: string | undefined, keepData: boolean) => (copyId === undefined ? (keepData ? 'said' : 'none') : 'all')

/** What runs from a package runs from one that is whole. */
export const ensurePackage = ({ ctx, record, signal }: Pick<StepRun, 'ctx' | 'record' | 'signal'>): Promise<void> =>
  ctx.cache.ensure(needContent(record.content).package, signal)

function needContent(content: UnitContent | null): UnitContent {
  if (!content) throw new AgentFailure('content_refused', 'The desired entry says how to run but not what.')
  return content
}

/** Old `stop` hook (a failing one is only logged), then the process, then whatever carries the unit's mark. */
async function stopUnit(run: StepRun): Promise<void> {
  const { ctx, record, work } = run
  const { content } = record
  if (record.shouldRun || record.process) record.isDirty = record.applied !== null
  if (record.shouldRun && content?.hooks.stop) {
    await runNamedHook('stop', run).catch(async (error) => {
      if (run.signal.aborted) throw error
      await ctx.reporter.say(work.cause, `stop failed and is passed over: ${error instanceof Error ? error.message : error}`)
    })
  }
  record.shouldRun = false
  if (record.process) {
    const stop = content?.process?.stop ?? { signal: 'SIGTERM' as const, timeoutMs: paced(10_000) }
    const { runId } = record.process
    const wentAlone = await stopHeld(heldOf(record.process, ctx.home.run(runId)), stop)
    if (!wentAlone) await ctx.reporter.say(work.cause, `did not stop on ${stop.signal} within ${stop.timeoutMs / 1000} s and was killed`)
    record.process = null
    shelveRun(ctx.home, record, runId)
  }
  killUnit(ctx.home, record.unitId)
  await ctx.groups.end(record)
  record.isChecked = false
  if (record.state !== null && record.state !== 'error' && record.state !== 'removing') record.state = 'stopped'
}

async function refuseTakenPorts({ record }: StepRun): Promise<void> {
  const { content } = record
  const taken = content && (await portsTaken(content))
  if (taken) throw new AgentFailure('port_taken', taken)
}

export async function portsTaken(content: UnitContent): Promise<string | undefined> {
  for (const [name, port] of Object.entries(content.ports)) {
    const owner = await whoHasPort(port, content.address)
    if (owner) return `Port ${name} (${port}) is taken by ${owner}.`
  }
  return undefined
}

type Launch = Pick<StepRun, 'ctx' | 'record'> & { work?: Work }

/** Starts the supervised process; the same run id finds it again after a crash of the agent at any point. */
export async function launch({ ctx, record, work }: Launch, runId: string): Promise<void> {
  const { content } = record
  if (!content?.process || (record.process && isAlive(record.process.mark))) return
  const dir = ctx.home.run(runId)
  noteStart(ctx.home, record, runId)
  const found = exitCodeOf(dir) === undefined ? findHeld(dir, runId) : undefined
  const held =
    found && isAlive(found.mark)
      ? found
      : startHeld({
          dir,
          runId,
          ...(await runtimeOf({ ctx, record }, content.process.command, work?.fromVersion ?? null)),
          enter: entering({ ctx, record }, runId, { isHook: false, isSized: true }),
        })
  record.process = { runId, mark: held.mark, startedAtMs: uptimeMs(), kills: ctx.groups.kills(record.group) }
  record.isChecked = false
}

/** Where, as whom and with what environment a command of the unit runs. */
export async function runtimeOf({ ctx, record }: Pick<StepRun, 'ctx' | 'record'>, command: readonly string[], fromVersion: string | null) {
  const { packageDir, ...surroundings } = await surroundingsOf({ ctx, record }, fromVersion)
  return { argv: resolveCommand(command, packageDir), ...surroundings }
}

/** The folder, the environment and the account of a unit's programs. */
export async function surroundingsOf({ ctx, record }: Pick<StepRun, 'ctx' | 'record'>, fromVersion: string | null) {
  const content = needContent(record.content)
  const folder = join(ctx.home.apps, record.dir ?? unitDirOf(content))
  // The digest's own folder, not `current`: a program that loads a file late must not get one of the next release.
  const packageDir = ctx.home.package(content.package.digest)
  const { unitId, unit, generation } = record
  const main = record.process ? mainMarkOf(heldOf(record.process, ctx.home.run(record.process.runId))) : undefined
  return {
    packageDir,
    cwd: folder,
    env: environmentOf(content, { unitId, unit, generation, folder, packageDir, fromVersion, pid: main?.pid }, ctx.secrets.valueFor),
    user: await ctx.users.userFor(content.applicationUser),
  }
}

/** These only take away, and must also work where the lease is somebody else's by now. */
const taking = ['stop', 'remove']

async function runNamedHook(name: string, run: StepRun): Promise<void> {
  const { ctx, record, work, signal } = run
  const hook = record.content?.hooks[name]
  if (!hook) return
  // The lease last: a download may outlast one.
  if (!taking.includes(name)) await ensurePackage(run)
  if (!taking.includes(name)) await holdLease(run)
  // Of before root ran nothing of applications: it goes without its hook.
  else if (ctx.users.refuses) return ctx.reporter.say(work.cause, `${name} is passed over: ${ctx.users.whyNot}`)
  await ctx.reporter.say(work.cause, `${name}: ${hook.run.join(' ')}`)
  const runId = `${work.id}-${work.at}-${name}`
  const end = await runUnitHook({ ctx, record, fromVersion: work.fromVersion, name, hook, runId, signal }, (lines, offsets) =>
    ctx.reporter.log(work.cause, lines, offsets),
  )
  if (end.exitCode !== 0) throw await hookFailure(name, end, ctx.home.root)
}

type UnitHook = {
  ctx: UnitContext
  record: UnitRecord
  fromVersion: string | null
  name: string
  hook: ContentHook
  runId: string
  signal: AbortSignal
}

async function runUnitHook(hookRun: UnitHook, log: (lines: LogLine[], offsets: RunOffsets) => Promise<void>): Promise<HookEnd> {
  const { ctx, record, fromVersion, name, hook, runId, signal } = hookRun
  const runtime = await runtimeOf({ ctx, record }, hook.run, fromVersion)
  // What a start hook leaves behind is the service. Others may take more: an install is not what the size was chosen for.
  const isSized = name === 'start'
  const isTaking = taking.includes(name)
  const enter = isTaking ? undefined : entering({ ctx, record }, runId, { isHook: true, isSized })
  return runHook({
    name,
    spec: { dir: ctx.home.run(runId), runId, ...runtime, enter },
    timeoutMs: hook.timeoutMs,
    outbox: ctx.outbox,
    mask: ctx.secrets.mask,
    log,
    signal,
    process: record.process && !isTaking ? heldOf(record.process, ctx.home.run(record.process.runId)) : undefined,
  })
}
