import { parseDocument } from 'yaml'
import { isObject } from './config-schema'
import { helpersFor } from './helper-files'
import { ignoreFile, ignoreRules } from './ignore-rules'
import type { ArchiveEntry } from './read-archive'
import { manifestFile } from './validate-package'

/** What a person's folder brings into a package: without the folder around it, and without what its .tengenignore names. */
export function programFiles(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const files = withoutTopFolder(entries.filter(({ path }) => !/^__MACOSX\/|(^|\/)\.DS_Store$/.test(path)))
  return withoutIgnored(files)
}

export function withoutIgnored(files: readonly ArchiveEntry[]): ArchiveEntry[] {
  const rules = files.find((entry) => entry.path === ignoreFile)
  const isIgnored = ignoreRules(rules?.kind === 'file' ? rules.bytes.toString('utf8') : '')
  return files.filter(({ path }) => !isIgnored(path))
}

/** Archives are often made of a folder, not in it. */
function withoutTopFolder(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const top = entries[0]?.path.split('/')[0] ?? ''
  if (entries.some(({ path }) => !path.startsWith(`${top}/`))) return [...entries]
  return entries.map((entry) => ({ ...entry, path: entry.path.slice(top.length + 1) }))
}

/** The whole package: the files, the manifest as it was edited, what it names of ours, and its program made executable. */
export function packageOfProgram(files: readonly ArchiveEntry[], manifest: string): ArchiveEntry[] {
  const own = files.filter(({ path }) => path !== manifestFile)
  const programs = programsIn(manifest)
  const kept = own.map((entry) => (entry.kind === 'file' && programs.has(entry.path) ? { ...entry, executable: true } : entry))
  const source: ArchiveEntry = { kind: 'file', path: manifestFile, executable: false, bytes: Buffer.from(manifest) }
  return [...kept, ...helpersFor(manifest, new Set(own.map(({ path }) => path))), source]
}

/** Zip archives of other systems do not say what may be executed; what the manifest runs must be. */
function programsIn(manifest: string): Set<string> {
  const document = readManifest(manifest)
  const components = isObject(document) && Array.isArray(document.components) ? document.components : []
  const words = components.flatMap((component): unknown[] => {
    if (!isObject(component)) return []
    const { process, hooks } = component
    const commands = isObject(hooks) ? Object.values(hooks).map((hook) => (isObject(hook) ? hook.run : [])) : []
    return [...commands, isObject(process) ? process.command : []].filter(Array.isArray).map(programOf)
  })
  return new Set(words.filter((word) => typeof word === 'string'))
}

/** What cannot be read is told by the check of the whole package. */
function readManifest(manifest: string): unknown {
  try {
    return parseDocument(manifest).toJS({ maxAliasCount: 100 })
  } catch {
    return undefined
  }
}

function programOf([first, ...rest]: unknown[]): unknown {
  const word = first === '/usr/bin/env' ? rest.find((one) => one !== '--chdir=current') : first
  return typeof word === 'string' ? word.replace(/^(\.|current)\//, '') : undefined
}
