import type { ObjectRef } from './apply-set'

/** What is read before what reads it. */
const ranks: Readonly<Record<string, number>> = {
  ServiceAccount: 0,
  ConfigMap: 0,
  Secret: 0,
  PersistentVolumeClaim: 0,
  Service: 1,
  HorizontalPodAutoscaler: 3,
  PodDisruptionBudget: 3,
  Ingress: 4,
}
const rankOf = ({ kind }: Pick<ObjectRef, 'kind'>): number => ranks[kind] ?? 2

/** Objects in the order in which they are made: each group at once, one group after the other. */
export function inRanks<T extends Pick<ObjectRef, 'kind'>>(objects: readonly T[]): T[][] {
  const present = [...new Set(objects.map(rankOf))].sort((a, b) => a - b)
  return present.map((rank) => objects.filter((one) => rankOf(one) === rank))
}
