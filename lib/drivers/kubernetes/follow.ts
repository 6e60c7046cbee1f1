import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesClient, Query } from './client'
import { isGone, KubernetesError } from './errors'
import { listAll } from './list-all'
import { type KubernetesObject, onlyMetadata } from './objects'

/** What became of one object; after a list nothing is said, for anything may have changed. */
export interface Change<T> {
  readonly before: T | undefined
  readonly after: T | undefined
}

interface Following<T> {
  readonly path: string
  readonly query?: Query
  /** Of each no more than its metadata is sent. */
  readonly isMetadata?: boolean
  /** As whom; missing = as the client itself. */
  readonly as?: string
  /** What is kept of an object: never all of it. */
  readonly pick: (object: KubernetesObject) => T
  /** All that is there now, by namespace and name; called after the list and after every change. */
  readonly tell: (all: ReadonlyMap<string, T>, change?: Change<T>) => void
  /** How long to wait after a failure, before the first doubling. */
  readonly pauseMs: number
  readonly signal: AbortSignal
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubernetesObject & { readonly code?: number; readonly reason?: string; readonly message?: string }
}

const keyOf = ({ metadata: { namespace, name } }: KubernetesObject): string => (namespace ? `${namespace}/${name}` : name)
/** The server ends a watch after so long; it is taken up where it stopped. */
const watchSeconds = 290
const mostPauses = 5

/**
 * Keeps a picture of one kind of objects: listed once, then watched, taken up where it stopped, and listed anew when that is too long ago.
 * Ends with its signal. A failure is waited out; who watches the cluster's health learns of it by asking the cluster itself.
 */
export async function follow<T>(client: KubernetesClient, following: Following<T>): Promise<void> {
  const { path, query = {}, pick, tell, signal } = following
  const as = following.as === undefined ? {} : { as: following.as }
  const [listed, watched] = following.isMetadata ? [{ accept: onlyMetadata.list }, { accept: onlyMetadata.watch }] : [{}, {}]
  const all = new Map<string, T>()
  let version = ''
  let failures = 0
  const take = ({ type, object }: WatchEvent): void => {
    if (type === 'ERROR') throw new KubernetesError(object.code ?? 500, object.reason ?? '', object.message ?? 'The watch broke.')
    version = object.metadata.resourceVersion ?? version
    failures = 0
    if (type === 'BOOKMARK') return
    const key = keyOf(object)
    const before = all.get(key)
    const after = type === 'DELETED' ? undefined : pick(object)
    if (after === undefined) all.delete(key)
    else all.set(key, after)
    tell(all, { before, after })
  }
  while (!signal.aborted) {
    try {
      if (!version) {
        const found = await listAll<KubernetesObject>(client, path, query, { signal, ...as, ...listed })
        all.clear()
        for (const object of found.items) all.set(keyOf(object), pick(object))
        version = found.version
        tell(all)
      }
      const words = { ...query, resourceVersion: version, allowWatchBookmarks: true, timeoutSeconds: watchSeconds }
      for await (const event of client.watch(path, words, signal, { ...as, ...watched })) take(event as WatchEvent)
    } catch (error) {
      if (signal.aborted) return
      if (isGone(error)) version = ''
      const pause = following.pauseMs * 2 ** Math.min(failures++, mostPauses)
      // Not all at the same moment: many watches of one cluster break together.
      await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }
}
