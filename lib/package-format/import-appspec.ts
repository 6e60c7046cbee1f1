import { yiqiuRunner } from './helper-files'
import { type Appspec, type AppspecEvent, type AppspecScript, appspecFiles, readAppspec } from './read-appspec'
import type { ArchiveEntry } from './read-archive'
import { packageNameFrom } from './suggest-program'
import type { PackageFinding } from './validate-package'
import { item, yaml } from './yaml-text'

export type MappingWhy =
  | 'format_version'
  | 'workdir'
  | 'destination'
  | 'event'
  | 'timeout'
  | 'no_timeout'
  | 'runas'
  | 'no_stop'
  | 'no_check'
  | 'hook_log'
  | 'traffic_event'
  | 'unknown_event'
  | 'unknown_key'

/** What became of one thing the old package says; `to` is empty where it was left out. */
export type MappingRow = { from: string; to: string; outcome: 'kept' | 'changed' | 'left_out'; why: MappingWhy }

export type AppspecImport = {
  /** `tengen.yaml`, or null where the package cannot be imported; the findings say why. */
  manifest: string | null
  rows: MappingRow[]
  findings: PackageFinding[]
}

export const isAppspecPackage = (entries: readonly ArchiveEntry[]): boolean =>
  entries.some(({ path }) => appspecFiles.some((name) => name === path))

/** Tengen's hook for each of theirs, in their order: an install is BeforeInstall, the files, AfterInstall. */
const hookOf: Record<AppspecEvent, 'install' | 'start' | 'check' | 'stop'> = {
  ApplicationStop: 'stop',
  BeforeInstall: 'install',
  AfterInstall: 'install',
  ApplicationStart: 'start',
  ValidateService: 'check',
}

/** A yiqiu package as one of ours: its scripts stay files and are run by argument vector; a mapping says what became of what. */
export function importAppspec(entries: readonly ArchiveEntry[], calledAs: string): AppspecImport {
  const { appspec, findings } = readAppspec(entries)
  if (!appspec) return { manifest: null, rows: [], findings }
  return { manifest: manifestOf(appspec, packageNameFrom(calledAs)), rows: rowsOf(appspec), findings: [] }
}

const unsaidSeconds = 300

function manifestOf(appspec: Appspec, name: string): string {
  const of = (event: AppspecEvent) => appspec.scripts.filter((script) => script.event === event)
  const runs = (scripts: readonly AppspecScript[]) => scripts.map(({ location }) => `run=${location}`)
  const hook = (words: readonly string[], scripts: readonly AppspecScript[], unsaid = unsaidSeconds) => ({
    run: ['node', yiqiuRunner, ...words],
    timeout: `${Math.min(86_400, scripts.reduce((sum, { timeoutSeconds }) => sum + (timeoutSeconds ?? unsaid), 0) || 30)}s`,
  })
  const [before, after, check] = [of('BeforeInstall'), of('AfterInstall'), of('ValidateService')]
  const puts = appspec.sources.map(({ path }) => `put=${path}`)
  const install = hook(['unpack', ...runs(before), ...puts, ...runs(after)], [...before, ...after])
  const hooks = {
    install,
    upgrade: install,
    start: hook(runs(of('ApplicationStart')), of('ApplicationStart')),
    stop: hook(runs(of('ApplicationStop')), of('ApplicationStop')),
    ...(check.length > 0 ? { check: { ...hook(runs(check), check, 5), every: '10s', failures: 3 } } : {}),
  }
  return [
    `# Made of the yiqiu package's ${appspec.file}. Give it a name and a version, and look at what follows.`,
    yaml({ tengen: 1, name, version: '1.0.0', title: name, runtimes: ['machine'] }),
    '',
    'components:',
    item(
      [
        yaml({ name: 'main' }),
        '# yiqiu packages do not say where they listen. Say it, so that ports are reserved, told and looked at:',
        '# ports:',
        '#   - { name: http, default: 7001 }',
        yaml({ resources: { cpuMillis: 100, memoryMib: 128, diskMib: 100 } }),
        '# The scripts run in a copy of the package, with YIQIU_PROGRAM_HOME and YIQIU_UNIT_HOME as before.',
        yaml({ hooks }),
      ].join('\n'),
    ),
    '',
  ].join('\n')
}

function rowsOf(appspec: Appspec): MappingRow[] {
  const has = (event: AppspecEvent) => appspec.scripts.some((script) => script.event === event)
  const rows: MappingRow[] = [{ from: 'version', to: '', outcome: 'left_out', why: 'format_version' }]
  if (appspec.workdir !== null) rows.push({ from: `workdir ${appspec.workdir}`, to: 'yiqiu/', outcome: 'changed', why: 'workdir' })
  for (const { at, path, destination } of appspec.sources)
    rows.push({
      from: `files[${at}] ${path}${destination === null ? '' : ` → ${destination}`}`,
      to: `yiqiu/${path === '.' ? '' : path.split('/').at(-1)}`,
      outcome: 'changed',
      why: 'destination',
    })
  for (const script of appspec.scripts) rows.push(...rowsOfScript(script))
  if (!has('ApplicationStop')) rows.push({ from: 'hooks.ApplicationStop', to: 'hooks.stop', outcome: 'changed', why: 'no_stop' })
  if (!has('ValidateService')) rows.push({ from: 'hooks.ValidateService', to: '', outcome: 'left_out', why: 'no_check' })
  rows.push({ from: 'logs/hook.log', to: '', outcome: 'changed', why: 'hook_log' })
  for (const { from, why } of appspec.leftOut) rows.push({ from, to: '', outcome: 'left_out', why })
  return rows
}

function rowsOfScript({ event, at, location, timeoutSeconds, runas }: AppspecScript): MappingRow[] {
  const [from, to] = [`hooks.${event}[${at}]`, `hooks.${hookOf[event]}`]
  return [
    { from: `${from} ${location}`, to, outcome: 'kept', why: 'event' },
    timeoutSeconds === null
      ? { from: `${from}.timeout`, to: `${to}.timeout`, outcome: 'changed', why: 'no_timeout' }
      : { from: `${from}.timeout ${timeoutSeconds}`, to: `${to}.timeout`, outcome: 'changed', why: 'timeout' },
    ...(runas === null ? [] : [{ from: `${from}.runas ${runas}`, to: '', outcome: 'left_out' as const, why: 'runas' as const }]),
  ]
}
