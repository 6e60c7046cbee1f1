import { LineCounter, parseDocument } from 'yaml'
import { isObject } from './config-schema'
import type { ArchiveEntry } from './read-archive'
import type { PackageFinding } from './validate-package'

export const appspecFiles = ['appspec.yml', 'appspec.yaml'] as const

export const appspecEvents = ['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'] as const
export type AppspecEvent = (typeof appspecEvents)[number]
/** Of load balancers; AWS has them, yiqiu never did. */
const trafficEvents = ['BeforeBlockTraffic', 'AfterBlockTraffic', 'BeforeAllowTraffic', 'AfterAllowTraffic']

export type AppspecScript = { event: AppspecEvent; at: number; location: string; timeoutSeconds: number | null; runas: string | null }
export type LeftOut = { from: string; why: 'traffic_event' | 'unknown_event' | 'unknown_key' }

export type Appspec = {
  file: string
  workdir: string | null
  hasVersion: boolean
  sources: { at: number; path: string; destination: string | null }[]
  scripts: AppspecScript[]
  leftOut: LeftOut[]
}

const mostBytes = 512 * 1024
const mostItems = 100

type Refuse = (rule: string, message: string, line?: number | null) => void

/** Reads the `appspec.yml` of a yiqiu package. Nothing of it is believed: every path must be a plain one inside the archive. */
export function readAppspec(entries: readonly ArchiveEntry[]): { appspec: Appspec | null; findings: PackageFinding[] } {
  const entry = appspecFiles.flatMap((name) => entries.find(({ path }) => path === name) ?? [])[0]
  const findings: PackageFinding[] = []
  if (!entry) return { appspec: null, findings }
  const refuse: Refuse = (rule, message, line = null) => findings.push({ file: entry.path, line, rule, message })
  const json = entry.kind === 'file' && entry.bytes.length <= mostBytes ? parse(entry.bytes.toString('utf8'), refuse) : undefined
  if (!isObject(json)) {
    if (findings.length === 0) refuse('appspec', 'must be a map with files and hooks')
    return { appspec: null, findings }
  }
  const { version, os, files, hooks, workdir, ...others } = json
  if (version === undefined) refuse('appspec_version', 'version is missing')
  if (os !== undefined && os !== 'linux') refuse('appspec_os', 'os must be linux: agents run on nothing else')
  const events = eventsOf(hooks)
  const appspec: Appspec = {
    file: entry.path,
    workdir: typeof workdir === 'string' ? workdir : null,
    hasVersion: version !== undefined,
    sources: sourcesOf(files, entries, refuse),
    scripts: appspecEvents.flatMap((event) => scriptsOf(event, events[event], entries, refuse)),
    leftOut: [...Object.keys(others).map((from): LeftOut => ({ from, why: 'unknown_key' })), ...strangeEvents(events)],
  }
  if (!appspec.scripts.some(({ event }) => event === 'ApplicationStart'))
    refuse('appspec_start', 'hooks.ApplicationStart has no script: there is nothing that could be started')
  return { appspec: findings.length === 0 ? appspec : null, findings }
}

function parse(text: string, refuse: Refuse): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  for (const error of document.errors) refuse('yaml', error.message.split('\n')[0] ?? 'is not YAML', lines.linePos(error.pos[0]).line)
  if (document.errors.length > 0) return undefined
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    return refuse('yaml', 'uses too many aliases')
  }
}

const eventsOf = (hooks: unknown): Record<string, unknown> => (isObject(hooks) ? hooks : {})

const strangeEvents = (events: Record<string, unknown>): LeftOut[] =>
  Object.keys(events)
    .filter((event) => !appspecEvents.some((known) => known === event))
    .map((event) => ({ from: `hooks.${event}`, why: trafficEvents.includes(event) ? 'traffic_event' : 'unknown_event' }))

/** Nothing of a list is passed over unsaid. */
function itemsOf(where: string, value: unknown, refuse: Refuse): (Record<string, unknown> & { at: number })[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > mostItems) {
    refuse('appspec_list', `${where} must be a list of at most ${mostItems}`)
    return []
  }
  return value.flatMap((item: unknown, at) => {
    if (isObject(item)) return { ...item, at }
    refuse('appspec_list', `${where}[${at}] must be a map`)
    return []
  })
}

function scriptsOf(event: AppspecEvent, value: unknown, entries: readonly ArchiveEntry[], refuse: Refuse): AppspecScript[] {
  return itemsOf(`hooks.${event}`, value, refuse).flatMap(({ location, timeout, runas, at }) => {
    const path = innerPathOf(location)
    const where = `hooks.${event}[${at}]`
    if (path === undefined) refuse('appspec_path', `${where}: location must be a plain path inside the package`)
    else if (!entries.some((entry) => entry.path === path && entry.kind === 'file'))
      refuse('file_missing', `${where}: there is no file ${path}`)
    else {
      const seconds = Number(timeout)
      const timeoutSeconds = Number.isInteger(seconds) && seconds > 0 && seconds <= 86_400 ? seconds : null
      return { event, at, location: path, timeoutSeconds, runas: typeof runas === 'string' ? runas : null }
    }
    return []
  })
}

function sourcesOf(value: unknown, entries: readonly ArchiveEntry[], refuse: Refuse): Appspec['sources'] {
  return itemsOf('files', value, refuse).flatMap(({ source, destination, at }) => {
    const isAll = source === '/' || source === '.'
    const path = isAll ? '.' : innerPathOf(source)
    const exists = isAll || entries.some((entry) => entry.path === path || entry.path.startsWith(`${path}/`))
    if (path === undefined) refuse('appspec_path', `files[${at}]: source must be a plain path inside the package`)
    else if (!exists) refuse('file_missing', `files[${at}]: there is no ${path}`)
    else return { at, path, destination: typeof destination === 'string' ? destination : null }
    return []
  })
}

/** `/index.html` means the package's own; the words become arguments, so they must be plain ones. */
function innerPathOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const path = value.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')
  return path.length <= 400 && path.split('/').every((part) => /^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,120}$/.test(part)) ? path : undefined
}
