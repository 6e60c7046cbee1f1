import type { KubernetesClient } from './client'
import { type Change, follow } from './follow'
import type { HandsPicture } from './hands-picture'
import { ownSelector } from './namespace-objects'
import { pathOf, types } from './objects'
import { applicationIn } from './permissions'
import { nameFacts } from './workload-facts'

export interface Watching {
  readonly client: KubernetesClient
  readonly hubLabel: string
  readonly pauseMs: number
  readonly signal: AbortSignal
}

type Named = ReturnType<typeof nameFacts>

/**
 * Secrets of a whole cluster are not the hub's to read. Those of an application are: who has a hand on them is watched namespace by
 * namespace, as the application's account, and of each no more than its metadata is sent, which names fields and no values.
 */
export class SecretWatches {
  private readonly open = new Map<string, { readonly end: AbortController; readonly ended: Promise<void> }>()

  constructor(
    private readonly watching: Watching,
    private readonly hands: HandsPicture,
    /** Of one, or of all in a namespace. */
    private readonly tell: (namespace: string, change?: Change<Named>) => void,
  ) {}

  /** Exactly these from now on. */
  lookIn(namespaces: ReadonlySet<string>): void {
    for (const [namespace, { end }] of this.open) {
      if (namespaces.has(namespace)) continue
      end.abort()
      this.open.delete(namespace)
      this.hands.forget(types.secret, namespace)
    }
    for (const namespace of namespaces) if (!this.open.has(namespace)) this.open.set(namespace, this.begin(namespace))
  }

  async end(): Promise<void> {
    await Promise.all([...this.open.values()].map(({ ended }) => ended))
  }

  private begin(namespace: string) {
    const { client, hubLabel, pauseMs } = this.watching
    const end = new AbortController()
    const signal = AbortSignal.any([this.watching.signal, end.signal])
    const ended = follow<Named>(client, {
      ...{ path: pathOf(types.secret, namespace), query: { labelSelector: ownSelector(hubLabel) }, as: applicationIn(namespace) },
      ...{ isMetadata: true, pick: this.hands.beside(nameFacts), pauseMs, signal },
      tell: (all, change) => {
        this.hands.keep(types.secret, all, namespace)
        this.tell(namespace, change)
      },
    })
    return { end, ended }
  }
}
