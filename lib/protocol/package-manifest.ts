import * as z from 'zod'
import { whyNotChart } from './chart'
import { ContainerSchema, whyNotContainer } from './container'
import { type ContentCheck, type ContentHook, httpCheckCommand, stopSignals, type UnitContent } from './desired'
import { Duration, durationMs } from './duration'
import { leaseWord, mostLeasedStopMs } from './lease'
import { HttpPath, InnerPath, Port, Word } from './names'

export const PackageName = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'must be 2–40 of a–z, 0–9 and -, beginning with a letter')
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/
export const PackageVersionName = z.string().max(100).regex(semver, 'must be a semantic version such as 1.4.0')

/** `TENGEN_…` is what the agent itself tells a program. */
export const VariableName = z
  .string()
  .regex(/^(?!TENGEN_)[A-Za-z_][A-Za-z0-9_]{0,100}$/, 'must be a variable name such as LOG_LEVEL, and not begin with TENGEN_')

/**
 * First word of a command: `node` (the agent's own Node; the second word is then a file of the package), a path in the
 * package (`bin/server`), or an absolute path (`/usr/sbin/nginx`). Never a bare name: what PATH holds is nobody's promise.
 */
export function whyNotCommand(command: readonly string[]): string | undefined {
  const [program = '', script] = command
  if (program === 'node')
    return script !== undefined && InnerPath.safeParse(script).success ? undefined : 'after node comes a file of the package'
  if (program.startsWith('/')) return program.split('/').includes('..') ? 'an absolute path must not contain ..' : undefined
  if (!program.includes('/')) return 'the program must be node, a path in the package (bin/server) or an absolute path'
  return InnerPath.safeParse(program).success ? undefined : 'the path must stay inside the package'
}

const Command = z
  .array(z.string().min(1).max(4000))
  .min(1)
  .max(64)
  .superRefine((command, ctx) => {
    const reason = whyNotCommand(command)
    if (reason) ctx.addIssue({ code: 'custom', message: reason, path: [0] })
  })

const Hook = z.strictObject({ run: Command, timeout: Duration.default('60s') })
const HttpCheck = z.strictObject({
  port: Word,
  path: HttpPath.default('/'),
  /** Missing: every answer from 200 to 399 is a good one. */
  status: z.int().min(100).max(599).optional(),
})
/** `run`, a program of the package, or `http`, which the agent asks itself. */
const CheckHook = z.strictObject({
  run: Command.optional(),
  http: HttpCheck.optional(),
  timeout: Duration.default('5s'),
  every: Duration.default('10s'),
  failures: z.int().min(1).max(1000).default(3),
})

const Hooks = z.strictObject({
  install: Hook.optional(),
  'config-changed': Hook.optional(),
  start: Hook.optional(),
  'relation-changed': Hook.optional(),
  check: CheckHook.optional(),
  stop: Hook.optional(),
  reload: Hook.optional(),
  upgrade: Hook.optional(),
  'scale-in': Hook.optional(),
  backup: Hook.optional(),
  restore: Hook.optional(),
  'promote-role': Hook.optional(),
  'demote-role': Hook.optional(),
  remove: Hook.optional(),
})

/** Taken, so that packages may have them, and run by nothing yet; `actions` are not either. */
export const hooksNotRunYet = ['scale-in', 'backup', 'restore', 'promote-role', 'demote-role'] as const satisfies readonly (keyof z.infer<
  typeof Hooks
>)[]

const Action = z.strictObject({
  title: z.string().min(1).max(100),
  run: Command,
  timeout: Duration.default('60s'),
  form: z.record(z.string(), z.unknown()).optional(),
})

const Process = z.strictObject({
  command: Command,
  /** Further words of the command, each a template: `--port={{ ports.http }}` stays one word whatever it becomes. */
  arguments: z.array(z.string().min(1).max(4000)).max(64).default([]),
  stop: z
    .strictObject({ signal: z.enum(stopSignals).default('SIGTERM'), timeout: Duration.default('10s') })
    .default({ signal: 'SIGTERM', timeout: '10s' }),
})

const Template = z.strictObject({
  from: InnerPath,
  to: InnerPath,
  render: z.enum(['hub', 'agent']).default('hub'),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'must be an octal mode such as "0640"')
    .default('0640'),
})

const Data = z.strictObject({
  name: Word,
  path: InnerPath,
  sizeMib: z.int().min(0).default(0),
  keep: z.boolean().default(true),
  shared: z.boolean().default(false),
})

const Entry = z.strictObject({
  port: Word,
  /** Name in `requires`. */
  serves: Word,
  /** May say {service}, {application} and {config.KEY}. */
  host: z
    .string()
    .regex(
      /^([a-z0-9.-]|\{(service|application|config\.[A-Za-z0-9_]+)\})+$/,
      'must be a host name with {service}, {application} or {config.KEY}',
    ),
  /** It also serves the hosts and paths that it is told with each relation. */
  routes: z.boolean().default(false),
})

const ComponentPort = z.strictObject({
  name: Word,
  default: Port,
  /** In a container: where it listens, if that is not the default: `{{ config.port }}`. */
  value: z.string().min(1).max(200).optional(),
})

const Component = z.strictObject({
  name: Word,
  mode: z.enum(['replicated', 'singleton', 'daemon']).default('replicated'),
  ports: z.array(ComponentPort).max(50).default([]),
  resources: z
    .strictObject({ cpuMillis: z.int().min(0).default(0), memoryMib: z.int().min(0).default(0), diskMib: z.int().min(0).default(0) })
    .default({ cpuMillis: 0, memoryMib: 0, diskMib: 0 }),
  data: z.array(Data).max(50).default([]),
  failover: z.enum(['manual', 'automatic']).default('manual'),
  /** Of this singleton never two run: each stops by itself when its machine cannot reach the hub, and may then move by itself. */
  lease: z.boolean().default(false),
  templates: z.array(Template).max(200).default([]),
  /** Environment variables of process and hooks, each a template: `{{ config.logLevel }}`. */
  env: z.record(VariableName, z.string().max(4000)).default({}),
  process: Process.optional(),
  /** How it runs in clusters. */
  container: ContainerSchema.optional(),
  /** In place of it: templates of one's own, each of one or several objects. */
  manifests: z.array(InnerPath).min(1).max(50).optional(),
  /** Folder of the Helm chart that makes it in clusters: what runs, and how many, is the chart's own matter. */
  chart: InnerPath.optional(),
  /** It is the way in for what it requires: each such service is reached under this host name at this port. */
  entry: Entry.optional(),
  hooks: Hooks.default({}),
  actions: z.record(Word, Action).default({}),
  provides: z
    .array(z.strictObject({ name: Word, interface: Word, port: Word.optional() }))
    .max(50)
    .default([]),
  requires: z
    .array(
      z.strictObject({
        name: Word,
        interface: Word,
        granularity: z.enum(['unit', 'service']).default('unit'),
        optional: z.boolean().default(false),
        /** Takes any number of providers at once, as a proxy does. */
        many: z.boolean().default(false),
      }),
    )
    .max(50)
    .default([]),
})
export type PackageComponent = z.infer<typeof Component>

function reportDuplicates(items: { name: string }[], path: (string | number)[], ctx: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { name }] of items.entries()) {
    if (seen.has(name)) ctx.addIssue({ code: 'custom', message: `${name} is there twice`, path: [...path, index, 'name'] })
    seen.add(name)
  }
}

type Runtimes = readonly ('machine' | 'kubernetes' | 'helm')[]

function checkRuntimes(component: PackageComponent, runtimes: Runtimes, at: (string | number)[], ctx: z.RefinementCtx): void {
  if (runtimes.includes('machine') && !component.process && !component.hooks.start)
    ctx.addIssue({ code: 'custom', message: 'needs a process, or a start hook that starts a daemon', path: at })
  if (runtimes.includes('kubernetes') && !component.container === !component.manifests)
    ctx.addIssue({ code: 'custom', message: 'needs either a container or manifests, for it shall run in clusters', path: at })
  const noChart = whyNotChart(component, runtimes)
  if (noChart) ctx.addIssue({ code: 'custom', message: noChart, path: [...at, 'chart'] })
  const whyNot = component.container && whyNotContainer(component.container, component)
  if (whyNot) ctx.addIssue({ code: 'custom', message: whyNot.message, path: [...at, ...whyNot.path] })
}

function checkComponent(
  component: PackageComponent,
  { at, runtimes }: { at: (string | number)[]; runtimes: Runtimes },
  ctx: z.RefinementCtx,
): void {
  for (const list of ['ports', 'data', 'provides', 'requires'] as const) reportDuplicates(component[list], [...at, list], ctx)
  const ports = new Set(component.ports.map((port) => port.name))
  for (const [index, { port }] of component.provides.entries()) {
    if (port !== undefined && !ports.has(port))
      ctx.addIssue({ code: 'custom', message: `there is no port ${port}`, path: [...at, 'provides', index, 'port'] })
  }
  checkEntry(component, ports, at, ctx)
  checkCheck(component, ports, at, ctx)
  checkRuntimes(component, runtimes, at, ctx)
  if (!component.process && component.hooks.start && !component.hooks.stop) {
    ctx.addIssue({ code: 'custom', message: 'a start hook without a process needs a stop hook', path: [...at, 'hooks'] })
  }
  const isSafeToMove = component.data.every((data) => data.shared) || component.lease
  if (component.failover === 'automatic' && !isSafeToMove) {
    ctx.addIssue({ code: 'custom', message: 'automatic needs no data, or data that are shared', path: [...at, 'failover'] })
  }
  const whyNot = component.lease ? whyNotLease(component) : undefined
  if (whyNot) ctx.addIssue({ code: 'custom', message: whyNot, path: [...at, 'lease'] })
}

function whyNotLease({ mode, process, data }: PackageComponent): string | undefined {
  if (mode !== 'singleton') return 'only a component with mode: singleton can have a lease'
  if (!process) return 'a lease needs a process that the agent supervises: what a start hook leaves behind nobody could stop in time'
  if (data.some((one) => !one.shared)) return 'a lease lets it run elsewhere, where its own data are not: they must be shared'
  const stopMs = durationMs(process.stop.timeout)
  return stopMs > mostLeasedStopMs ? `with a lease it must stop within ${mostLeasedStopMs / 1000}s` : undefined
}

function checkEntry({ entry, requires }: PackageComponent, ports: Set<string>, at: (string | number)[], ctx: z.RefinementCtx): void {
  if (!entry) return
  if (!ports.has(entry.port)) ctx.addIssue({ code: 'custom', message: `there is no port ${entry.port}`, path: [...at, 'entry', 'port'] })
  if (!requires.some((one) => one.name === entry.serves))
    ctx.addIssue({ code: 'custom', message: `nothing called ${entry.serves} is required`, path: [...at, 'entry', 'serves'] })
}

function checkCheck({ hooks: { check } }: PackageComponent, ports: Set<string>, at: (string | number)[], ctx: z.RefinementCtx): void {
  if (!check) return
  const path = [...at, 'hooks', 'check']
  if (!check.run === !check.http) ctx.addIssue({ code: 'custom', message: 'needs either run or http', path })
  if (check.http && !ports.has(check.http.port))
    ctx.addIssue({ code: 'custom', message: `there is no port ${check.http.port}`, path: [...path, 'http', 'port'] })
}

/** `tengen.yaml` after parsing. Unknown keys are errors with their path: a typo must not be a default. */
export const PackageManifest = z
  .strictObject({
    tengen: z.literal(1),
    name: PackageName,
    version: PackageVersionName,
    title: z.string().min(1).max(100),
    description: z.string().max(2000).default(''),
    runtimes: z
      .array(z.enum(['machine', 'kubernetes', 'helm']))
      .min(1)
      .default(['machine']),
    /** JSON Schema 2020-12 of the values people fill in; checked by lib/package-format. */
    config: z.record(z.string(), z.unknown()).default({ type: 'object', properties: {} }),
    components: z.array(Component).min(1).max(50),
  })
  .superRefine((manifest, ctx) => {
    reportDuplicates(manifest.components, ['components'], ctx)
    for (const [index, component] of manifest.components.entries())
      checkComponent(component, { at: ['components', index], runtimes: manifest.runtimes }, ctx)
  })
export type PackageManifest = z.infer<typeof PackageManifest>

/** The component's hooks as a unit's content carries them; `check` stands apart there. */
export function contentHooksOf(component: PackageComponent): Record<string, ContentHook> {
  const hooks: Record<string, ContentHook> = {}
  for (const [name, hook] of Object.entries(component.hooks)) {
    if (hook?.run && name !== 'check') hooks[name] = { run: hook.run, timeoutMs: durationMs(hook.timeout) }
  }
  return hooks
}

export function contentCheckOf(component: PackageComponent): ContentCheck | null {
  const { check } = component.hooks
  if (!check) return null
  const cadence = { timeoutMs: durationMs(check.timeout), everyMs: durationMs(check.every), failures: check.failures }
  if (!check.http) return { run: check.run ?? null, ...cadence }
  return { run: [...httpCheckCommand], http: { ...check.http, status: check.http.status ?? null }, ...cadence }
}

export function contentProcessOf(component: PackageComponent): UnitContent['process'] {
  const { process, lease } = component
  if (!process) return null
  return {
    command: lease ? [leaseWord, ...process.command] : process.command,
    stop: { signal: process.stop.signal, timeoutMs: durationMs(process.stop.timeout) },
  }
}
