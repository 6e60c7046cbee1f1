import { isDeepStrictEqual } from 'node:util'
import type { KubernetesObject } from './objects'

/** One thing that an apply would change. A secret's values never stand here. */
export interface FieldChange {
  /** `.spec.template.spec.containers[web].image` */
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly from?: unknown
  readonly to?: unknown
}

type Tree = Readonly<Record<string, unknown>>

/** What the API server keeps for itself: it differs at every write, and nobody asked for it. */
const ownOfServer = [
  'managedFields',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
  'deletionTimestamp',
  'ownerReferences',
]
const noisyAnnotations = ['deployment.kubernetes.io/revision', 'kubectl.kubernetes.io/last-applied-configuration']

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const without = (tree: Tree, names: readonly string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => !names.includes(name)))

function cleaned({ status: _, metadata, ...rest }: KubernetesObject): Tree {
  const annotations = without((metadata.annotations ?? {}) as Tree, noisyAnnotations)
  return {
    ...rest,
    metadata: {
      ...without(metadata, ownOfServer),
      ...(Object.keys(annotations).length > 0 ? { annotations } : { annotations: undefined }),
    },
  }
}

/** Lists whose items are known by a key of their own: one that moved is no change. */
const keys = ['name', 'containerPort', 'port', 'mountPath', 'key', 'ip', 'type'] as const

function keyFor(lists: readonly (readonly unknown[])[]): string | undefined {
  const items = lists.flat()
  if (items.length === 0 || !items.every(isTree)) return undefined
  return keys.find(
    (key) =>
      lists.every((list) => new Set(list.map((item) => (item as Tree)[key])).size === list.length) &&
      items.every((item) => (item as Tree)[key] !== undefined),
  )
}

const byKey = (list: readonly unknown[], key: string): Tree => Object.fromEntries(list.map((item) => [String((item as Tree)[key]), item]))

function* changes(from: unknown, to: unknown, path: string): Generator<FieldChange> {
  if (isDeepStrictEqual(from, to)) return
  if (from === undefined) return yield { path, kind: 'added', to }
  if (to === undefined) return yield { path, kind: 'removed', from }
  if (isTree(from) && isTree(to)) return yield* inTrees(from, to, (name) => `${path}.${name}`)
  if (Array.isArray(from) && Array.isArray(to)) {
    const key = keyFor([from, to])
    if (key) return yield* inTrees(byKey(from, key), byKey(to, key), (name) => `${path}[${name}]`)
  }
  yield { path, kind: 'changed', from, to }
}

function* inTrees(from: Tree, to: Tree, pathOf: (name: string) => string): Generator<FieldChange> {
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) yield* changes(from[name], to[name], pathOf(name))
}

const isSecretValue = ({ kind }: KubernetesObject, path: string): boolean => kind === 'Secret' && /^\.(data|stringData)(\.|$)/.test(path)

function masked(object: KubernetesObject, change: FieldChange): FieldChange {
  return isSecretValue(object, change.path) ? { path: change.path, kind: change.kind } : change
}

/** Secrets that come or go as a whole are told by their keys. */
function* secretKeys(change: FieldChange): Generator<FieldChange> {
  const values = change.to ?? change.from
  if (!isTree(values)) return yield change
  for (const name of Object.keys(values)) yield { path: `${change.path}.${name}`, kind: change.kind }
}

/**
 * What an apply would change of a live object (null = it is not there), by what the API server itself answered to a dry run: its
 * defaults are in both, so they are no differences.
 */
export function diffObjects(live: KubernetesObject | null, applied: KubernetesObject): FieldChange[] {
  const found = [...changes(live ? cleaned(live) : {}, cleaned(applied), '')]
  return found.flatMap((change) => {
    const whole = applied.kind === 'Secret' && /^\.(data|stringData)$/.test(change.path)
    return whole ? [...secretKeys(change)] : [masked(applied, change)]
  })
}
