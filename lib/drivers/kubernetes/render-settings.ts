import { type ReleaseFacts, RenderError } from '@/lib/drivers/driver'
import { envOf } from '@/lib/drivers/machine/render-process'
import { renderText } from '@/lib/drivers/machine/render-text'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { secretReferencesIn } from '@/lib/protocol/desired'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import type { KubernetesObject } from './objects'
import type { Scope } from './render-scope'

interface EnvVariable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: object
}

/** Variables and files of a container, and the objects that hold them. */
export interface Settings {
  readonly objects: readonly KubernetesObject[]
  readonly env: readonly EnvVariable[]
  readonly volumes: readonly object[]
  readonly mounts: readonly object[]
}

type Texts = Readonly<Record<string, string>>

/**
 * What holds secrets lies in a Secret, files without in a ConfigMap. Both carry a hash of what they hold in their name: older pods
 * keep what they were started with, and another content is another rollout.
 */
export function settingsOf(component: PackageComponent, release: ReleaseFacts, { scope, name }: { scope: Scope; name: string }): Settings {
  const env: Texts = { ...envOf(component, scope), ...variablesOf(release) }
  const files = filesOf(component, release, scope)
  const isSecret = ([, text]: [string, string]) => secretReferencesIn(text).length > 0
  const entries = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))
  const secrets = [
    ...entries.filter(isSecret).map(([key, text]) => [`env.${key}`, text] as const),
    ...files.filter(isFileSecret).map(keyed),
  ]
  const plain = files.filter((file) => !isFileSecret(file)).map(keyed)
  const secret = holder('Secret', name, secrets)
  const config = holder('ConfigMap', name, plain)
  const sources = [
    source(
      'configMap',
      config,
      files.filter((file) => !isFileSecret(file)),
    ),
    source('secret', secret, files.filter(isFileSecret)),
  ]
  return {
    objects: [config, secret].flatMap((object) => object ?? []),
    env: entries.map(([key, value]) =>
      isSecret([key, value]) && secret
        ? { name: key, valueFrom: { secretKeyRef: { name: secret.metadata.name, key: `env.${key}` } } }
        : { name: key, value },
    ),
    volumes: files.length > 0 ? [{ name: 'tengen-files', projected: { sources: sources.flatMap((one) => one ?? []) } }] : [],
    mounts: files.length > 0 ? [{ name: 'tengen-files', mountPath: component.container?.filesIn, readOnly: true }] : [],
  }
}

interface File {
  readonly path: string
  readonly text: string
  readonly mode: number
}

const isFileSecret = ({ text }: File): boolean => secretReferencesIn(text).length > 0
/** Keys of both kinds take letters, digits, dots and dashes only. */
const keyOf = ({ path }: File): string => `file.${sha256Hex(path).slice(0, 16)}`
const keyed = (file: File) => [keyOf(file), file.text] as const

function filesOf(component: PackageComponent, release: ReleaseFacts, scope: Scope): File[] {
  return component.templates.map(({ from, to, mode, render }) => {
    const text = release.templates[from]
    if (text === undefined) throw new RenderError(from, `The package has no file ${from}.`)
    if (render === 'agent') throw new RenderError(from, 'It speaks of the machine, and in a cluster there is none to ask.')
    return { path: to, text: renderText(from, text, scope), mode: Number.parseInt(mode, 8) }
  })
}

function variablesOf({ env }: ReleaseFacts): Texts {
  const missing = Object.keys(env).filter((name) => env[name] === null)
  if (missing.length > 0) throw new RenderError('environment', `There is no variable ${missing.join(', ')}.`)
  return env as Texts
}

function holder(kind: 'ConfigMap' | 'Secret', name: string, entries: readonly (readonly [string, string])[]): KubernetesObject | undefined {
  if (entries.length === 0) return undefined
  const data = Object.fromEntries(entries)
  const metadata = { name: `${name}-${sha256Hex(canonicalJson(data)).slice(0, 8)}` }
  return { apiVersion: 'v1', kind, metadata, immutable: true, [kind === 'Secret' ? 'stringData' : 'data']: data }
}

function source(kind: 'configMap' | 'secret', object: KubernetesObject | undefined, files: readonly File[]): object | undefined {
  if (!object || files.length === 0) return undefined
  return { [kind]: { name: object.metadata.name, items: files.map((file) => ({ key: keyOf(file), path: file.path, mode: file.mode })) } }
}
