import { hash } from 'node:crypto'
import { fieldManager, type KubernetesObject } from './objects'

/**
 * Who else has a hand on an object of ours, by the cluster's own bookkeeping: `metadata.managedFields` names for every field who said it
 * last (https://kubernetes.io/docs/reference/using-api/server-side-apply/). Nothing of it needs a question to the cluster.
 */
export interface OutsideHand {
  /** The field manager: `kubectl-edit`, `kubectl-patch`. */
  readonly owner: string
  readonly at: string | null
  /** What it says and the hub does not: `.spec.template.spec.containers[web].image`. */
  readonly fields: readonly string[]
}

export interface Hands {
  /** Of all fields that the hub says: another one means that somebody changed or took away one of them. */
  readonly own: string
  readonly others: readonly OutsideHand[]
}

/** A tree of `f:<field>`, `k:<keys>` and `v:<value>`; `.` is the item itself. */
export interface FieldTree {
  readonly [key: string]: FieldTree
}

export interface ManagedEntry {
  readonly manager?: string
  readonly operation?: string
  readonly subresource?: string
  readonly time?: string
  readonly fieldsV1?: FieldTree
  readonly [field: string]: unknown
}

/** What a cluster does by itself, in one process or in several, is nobody's hand. */
const clusterOwn = new Set([
  ...['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-apiserver', 'cloud-controller-manager'],
  ...['k3s', 'rke2', 'kubelite'],
])

/** Labels and notes of others change nothing that runs; what a status says nobody chose. */
const spared = new Set(['f:metadata', 'f:status'])

const isOurs = ({ manager, subresource }: ManagedEntry): boolean => manager === fieldManager && !subresource
const isOutside = ({ manager, subresource }: ManagedEntry): boolean =>
  manager !== fieldManager && !clusterOwn.has(manager ?? '') && subresource !== 'status'

export const entriesOf = ({ metadata }: KubernetesObject): readonly ManagedEntry[] =>
  (metadata.managedFields ?? []) as readonly ManagedEntry[]

const chosen = (tree: FieldTree | undefined): FieldTree =>
  Object.fromEntries(Object.entries(tree ?? {}).filter(([key]) => !spared.has(key)))

/** Both together. */
export function joined(a: FieldTree, b: FieldTree): FieldTree {
  const both = Object.entries(b).map(([key, below]) => [key, a[key] ? joined(a[key], below) : below] as const)
  return { ...a, ...Object.fromEntries(both) }
}

/** As much of `tree` as `other` says nothing of; what of it is left out is left out whole. */
export function beyond(tree: FieldTree, other: FieldTree): FieldTree {
  const left = Object.entries(tree).flatMap(([key, below]): [string, FieldTree][] => {
    const theirs = other[key]
    if (key === '.') return theirs ? [] : [[key, below]]
    if (!theirs) return [[key, below]]
    const rest = beyond(below, theirs)
    return Object.keys(rest).length > 0 ? [[key, rest]] : []
  })
  return Object.fromEntries(left)
}

/** `tree` without what `part` names. */
function less(tree: FieldTree, part: FieldTree): FieldTree {
  const left = Object.entries(tree).flatMap(([key, below]): [string, FieldTree][] => {
    const gone = part[key]
    if (!gone) return [[key, below]]
    const rest = less(below, gone)
    return Object.keys(rest).length > 0 ? [[key, rest]] : []
  })
  return Object.fromEntries(left)
}

/** Of an item of a list, by the first of what it is known by; of a set, the value. */
function nameOfKey(key: string): string {
  if (key.startsWith('f:')) return `.${key.slice(2)}`
  if (key.startsWith('i:')) return `[${key.slice(2)}]`
  const said: unknown = JSON.parse(key.slice(2))
  return `[${key.startsWith('k:') ? String(Object.values(said as object)[0]) : String(said)}]`
}

/** The highest fields of a tree of which `other` says nothing. */
export function* fieldsBeyond(tree: FieldTree, other: FieldTree, path = ''): Generator<string> {
  for (const [key, below] of Object.entries(tree)) {
    if (key === '.') continue
    const [here, theirs] = [path + nameOfKey(key), other[key]]
    if (theirs) yield* fieldsBeyond(below, theirs, here)
    else yield here
  }
}

/** What an object says at a path as `fieldsBeyond` writes it. */
export function valueAt(object: unknown, path: string): unknown {
  let at: unknown = object
  for (const [, field, item] of path.matchAll(/\.([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (Array.isArray(at))
      at = at.find((one) => one === item || Object.values((one ?? {}) as object).some((value) => String(value) === item))
    else at = (at as Record<string, unknown> | null | undefined)?.[field ?? item ?? '']
  }
  return at
}

const ownTree = (entries: readonly ManagedEntry[]): FieldTree =>
  entries.filter(isOurs).reduce((all, entry) => joined(all, chosen(entry.fieldsV1)), {} as FieldTree)

/** Load decides it, where something scales: whoever says it, it is no change of what was asked for. */
const counted: FieldTree = { 'f:spec': { 'f:replicas': {} } }

const sorted = (tree: FieldTree): unknown =>
  Object.entries(tree)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, below]) => [key, sorted(below)])

export function handsOn(object: KubernetesObject): Hands {
  const entries = entriesOf(object)
  const own = ownTree(entries)
  const others = entries.filter(isOutside).flatMap(({ manager, time, fieldsV1 }): OutsideHand[] => {
    const fields = [...fieldsBeyond(chosen(fieldsV1), own)]
    return fields.length > 0 ? [{ owner: manager ?? '', at: time ?? null, fields }] : []
  })
  return { own: hash('sha1', JSON.stringify(sorted(less(own, counted)))), others }
}

/**
 * The bookkeeping in which the hub says everything that others say beyond it: what it does not name at its next apply then goes. Null =
 * there is nothing to take, or the hub says nothing of it yet.
 */
export function taken(object: KubernetesObject): ManagedEntry[] | null {
  const entries = entriesOf(object)
  const own = ownTree(entries)
  const isApplied = (entry: ManagedEntry) => isOurs(entry) && entry.operation === 'Apply'
  const parts = new Map(entries.filter(isOutside).map((entry) => [entry, beyond(chosen(entry.fieldsV1), own)]))
  const all = [...parts.values()].reduce(joined, {} as FieldTree)
  if (Object.keys(all).length === 0 || !entries.some(isApplied)) return null
  return entries.flatMap((entry) => {
    if (isApplied(entry)) return [{ ...entry, fieldsV1: joined(entry.fieldsV1 ?? {}, all) }]
    const left = less(entry.fieldsV1 ?? {}, parts.get(entry) ?? {})
    return Object.keys(left).length > 0 ? [{ ...entry, fieldsV1: left }] : []
  })
}
