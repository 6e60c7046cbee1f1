import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { lstat, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContentFile, fillSecrets, type UnitContent } from '@/lib/protocol/desired'
import { pathOf } from '@/lib/protocol/machine-template'
import type { RelationChange } from '@/lib/protocol/relations'
import { type FileToWrite, makeFolderBeneath, writeFilesBeneath } from './beneath'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'
import type { Home } from './home'
import { removeFolder } from './package-cache'

const keptReleases = 3
/** Names in a unit's folder that are ours. */
export const taken: ReadonlySet<string> = new Set(['releases', 'current', 'run', 'log'])

export function unitDirOf({ organization, application, service, ordinal }: UnitContent): string {
  return join(`${organization}_${application}`, `${service}_${ordinal}`)
}

/** The folders of application and unit: 0700, owned by the application where the agent can give them away. */
export function makeUnitFolder(home: Home, content: UnitContent, user: RunUser | undefined): string {
  const application = join(home.apps, `${content.organization}_${content.application}`)
  const folder = join(home.apps, unitDirOf(content))
  for (const path of [application, folder]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    if (user) chownSync(path, user.uid, user.gid)
  }
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
  replaceLink(home.package(digest), join(folder, 'releases', name))
  replaceLink(join('releases', name), join(folder, 'current'))
  const links = releaseLinks(folder)
  for (const old of links.filter((link) => link.name !== name).slice(keptReleases - 1))
    rmSync(join(folder, 'releases', old.name), { force: true })
}

function replaceLink(target: string, path: string): void {
  rmSync(`${path}.new`, { force: true })
  symlinkSync(target, `${path}.new`)
  renameSync(`${path}.new`, path)
}

/** Newest first. */
export function releaseLinks(folder: string): { name: string; target: string }[] {
  const links: { name: string; target: string; at: number }[] = []
  for (const name of namesIn(join(folder, 'releases'))) {
    const path = join(folder, 'releases', name)
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
  const folder = join(home.apps, dir)
  const isKept = { none: () => false, said: (data: Data) => data.keep || data.shared, all: () => true }[keeps]
  const kept = (content?.data ?? []).filter(isKept).map((data) => data.path)
  if ((await lstat(folder).catch(() => undefined)) === undefined) return []
  // Moved to where only the agent gets before it is taken apart: nobody can lay a link in its way.
  const trash = join(home.trash, `${dir.replace('/', '-')}-${Date.now()}`)
  await rename(folder, trash)
  const left: string[] = []
  for (const path of kept) {
    const inTrash = join(trash, path)
    if ((await lstat(inTrash).catch(() => undefined)) === undefined) continue
    await mkdir(join(folder, path, '..'), { recursive: true, mode: 0o700 })
    await rename(inTrash, join(folder, path))
    left.push(join(folder, path))
  }
  await removeFolder(trash)
  return left
}
