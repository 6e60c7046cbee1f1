import { closeSync, lstatSync, readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type ContentFile, fillSecrets, type UnitContent } from '@/lib/protocol/desired'
import { pathOf } from '@/lib/protocol/machine-template'
import type { RelationChange } from '@/lib/protocol/relations'
import { at, type FileToWrite, insistFolder, makeFolderBeneath, openFolder, replaceLink, writeFilesBeneath } from './beneath'
import { AgentFailure, errorCodeOf } from './failure'
import type { RunUser } from './holder'
import type { Home } from './home'
import { linkPorts, unlinkPorts } from './port-links'
import { removeFolder } from './remove-folder'

const keptReleases = 3
/** Of an application's folder: only the application passes. */
export const passable = 0o710
/** Names in a unit's folder that are ours. */
export const taken: ReadonlySet<string> = new Set(['releases', 'current', 'run', 'log'])

export function unitDirOf({ organization, application, service, ordinal }: UnitContent): string {
  return join(`${organization}_${application}`, `${service}_${ordinal}`)
}

/**
 * The folder of a unit is its application's own, where the agent can give it away; that of the application is not: it may pass, and nothing
 * else, for who could lay a link in a unit's place would lead an agent that is root wherever it likes.
 */
export function makeUnitFolder(home: Home, content: UnitContent, user: RunUser | undefined): string {
  const [inApps, inApplication] = unitDirOf(content).split('/') as [string, string]
  const apps = openFolder(home.apps, [])
  const application = insistFolder(apps, inApps, user ? passable : 0o700, user && { uid: 0, gid: user.gid })
  closeSync(insistFolder(application, inApplication, 0o700, user))
  linkPorts(
    application,
    inApplication,
    Object.values(content.ports).map((port) => `${content.service}_${port}`),
  )
  for (const fd of [application, apps]) closeSync(fd)
  const folder = join(home.apps, inApps, inApplication)
  for (const path of ['releases', 'run', 'log', ...content.data.map((data) => data.path)]) makeFolderBeneath(folder, path, user)
  return folder
}

export function refuseTakenPaths(content: UnitContent): void {
  const dataPaths = content.data.map((data) => data.path)
  for (const path of [...content.files.map(pathOf), ...dataPaths]) {
    if (taken.has(path.split('/')[0] ?? '')) throw new AgentFailure('content_refused', `${path} is a name the agent keeps for itself.`)
  }
}

/** Links the release and turns `current` to it in one step; older releases stay for a quick way back. */
export function linkRelease(home: Home, folder: string, digest: string): void {
  const name = digest.slice(0, 12)
  const [unit, releases] = [openFolder(folder, []), openFolder(folder, ['releases'])]
  try {
    replaceLink(home.package(digest), at(releases, name))
    replaceLink(join('releases', name), at(unit, 'current'))
    const old = linksIn(at(releases, '.')).filter((link) => link.name !== name)
    for (const link of old.slice(keptReleases - 1)) rmSync(at(releases, link.name), { force: true })
  } finally {
    closeSync(releases)
    closeSync(unit)
  }
}

/** Folders of applications that an agent before us gave to them altogether. */
export function closeApplications(home: Home): void {
  if (process.getuid?.() !== 0) return
  const apps = openFolder(home.apps, [])
  for (const name of readdirSync(at(apps, '.'))) {
    const { uid, gid } = lstatSync(at(apps, name))
    if (uid !== 0) closeSync(insistFolder(apps, name, passable, { uid: 0, gid }))
  }
  closeSync(apps)
}

/** Newest first. */
export const releaseLinks = (folder: string): { name: string; target: string }[] => linksIn(join(folder, 'releases'))

function linksIn(folder: string): { name: string; target: string }[] {
  const links: { name: string; target: string; at: number }[] = []
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isSymbolicLink()) links.push({ name, target: readlinkSync(path), at: stat.mtimeMs })
  }
  return links.sort((a, b) => b.at - a.at)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The rendered files with their secrets filled in, and the config as JSON. */
export function writeContentFiles(
  folder: string,
  { config: values }: UnitContent,
  rendered: readonly ContentFile[],
  secretOf: (reference: string) => string,
  user: RunUser | undefined,
): void {
  const files: FileToWrite[] = rendered.map((file) => {
    const text = fillSecrets(file.text, secretOf)
    return { path: file.path, text, mode: text === file.text ? file.mode : 0o600 }
  })
  const config = JSON.stringify(fillDeep(values, secretOf), null, 2)
  files.push({ path: 'run/config.json', text: config, mode: 0o600 })
  writeFilesBeneath(folder, files, user)
}

export function writeRelations(folder: string, change: RelationChange, user: RunUser | undefined): void {
  writeFilesBeneath(folder, [{ path: 'run/relations.json', text: JSON.stringify(change), mode: 0o600 }], user)
}

/** Filled in the values, before they become JSON: a secret may hold quotes. */
function fillDeep(value: unknown, secretOf: (reference: string) => string): unknown {
  if (typeof value === 'string') return fillSecrets(value, secretOf)
  if (Array.isArray(value)) return value.map((item) => fillDeep(item, secretOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillDeep(item, secretOf)]))
}

type Data = UnitContent['data'][number]
/** Of data, when their unit is removed: none, those of which the package says so, or all. */
export type Keeps = 'none' | 'said' | 'all'

/** Folders of data that only this machine has. One below another goes with it. */
export function ownFoldersOf({ data }: UnitContent): string[] {
  const own = data.filter((one) => !one.shared).map((one) => one.path)
  return own.filter((path) => !own.some((other) => path.startsWith(`${other}/`)))
}

/** Removes the unit's folder, data kept as asked; answers what was left. */
export async function deleteUnitFolder(home: Home, dir: string, content: UnitContent | null, keeps: Keeps): Promise<string[]> {
  const [inApps = '', inApplication = ''] = dir.split('/')
  const isKept = { none: () => false, said: (data: Data) => data.keep || data.shared, all: () => true }[keeps]
  const kept = (content?.data ?? []).filter(isKept).map((data) => data.path)
  const folder = join(home.apps, dir)
  if (!lstatSync(folder, { throwIfNoEntry: false })) return []
  // Moved to where only the agent gets before it is taken apart.
  const trash = join(home.trash, `${dir.replace('/', '-')}-${Date.now()}`)
  const application = openFolder(home.apps, [inApps])
  try {
    unlinkPorts(application, inApplication)
    renameSync(at(application, inApplication), trash)
  } finally {
    closeSync(application)
  }
  const left = kept.filter((path) => putBack(trash, folder, path)).map((path) => join(folder, path))
  await removeFolder(trash)
  return left
}

/** Data that stay, from the trash to where they were. False: they are not there; what a link on the way leads to is nobody's data. */
function putBack(trash: string, folder: string, path: string): boolean {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  let from: number | undefined
  let to: number | undefined
  try {
    from = openFolder(trash, parts)
    if (!lstatSync(at(from, name), { throwIfNoEntry: false })) return false
    makeFolderBeneath(dirname(folder), [basename(folder), ...parts].join('/'), undefined)
    to = openFolder(folder, parts)
    renameSync(at(from, name), at(to, name))
    return true
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) return false
    throw error
  } finally {
    for (const fd of [from, to]) if (fd !== undefined) closeSync(fd)
  }
}
