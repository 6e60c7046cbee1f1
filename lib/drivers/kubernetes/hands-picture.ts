import type { ObjectRef } from './apply-set'
import { type KubernetesObject, type ResourceType, types } from './objects'
import { type Hands, handsOn } from './outside-hands'

/** What is applied and looked at for nothing else: only metadata is watched. */
export const onlyHandled = [
  ...[types.service, types.configMap, types.persistentVolumeClaim],
  ...[types.scaler, types.disruptionBudget, types.cronJob],
]

/** Comes to its end, and its cluster may take it away. */
const passing = types.job.kind
const keyOf = (kind: string, namespace: string): string => `${kind} ${namespace}`

/** Who else has a hand on the hub's objects in a cluster, as its watches show it. */
export class HandsPicture {
  private readonly kinds = new Map<string, ReadonlyMap<string, object>>()
  private readonly known = new WeakMap<object, Hands>()

  /** Notes who has a hand on an object beside what is picked of it. */
  beside<T extends object>(pick: (object: KubernetesObject) => T): (object: KubernetesObject) => T {
    return (object) => {
      const facts = pick(object)
      this.known.set(facts, handsOn(object))
      return facts
    }
  }

  /** All of a kind that is there, or all of one namespace. */
  keep({ kind }: ResourceType, all: ReadonlyMap<string, object>, namespace = ''): void {
    this.kinds.set(keyOf(kind, namespace), all)
  }

  forget({ kind }: ResourceType, namespace: string): void {
    this.kinds.delete(keyOf(kind, namespace))
  }

  /** Null = it is not there any more; undefined = it is not known. */
  of(namespace: string, { kind, name }: Pick<ObjectRef, 'kind' | 'name'>): Hands | null | undefined {
    const all = this.kinds.get(keyOf(kind, '')) ?? this.kinds.get(keyOf(kind, namespace))
    if (!all) return undefined
    const found = all.get(`${namespace}/${name}`)
    return found ? this.known.get(found) : kind === passing ? undefined : null
  }
}
