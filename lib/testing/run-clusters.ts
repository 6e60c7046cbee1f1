import { inject } from 'vitest'
import { bringUpNow, type TestKubernetes } from './kubernetes'

/** Networks that are dialled: of clusters that are ours, else what is said beside TENGEN_TEST_KUBECONFIG. */
export const clusterNetworks = (process.env.TENGEN_TEST_KUBECONFIG && process.env.OUTGOING_ALLOW) || '10.200.0.0/16'

/**
 * The clusters of this worker: two, or the one that was given. Files of one worker run one after the other, and some cut their clusters
 * off; those of the other worker have clusters of their own, which come when it takes its first file.
 */
export function runClusters(): readonly [TestKubernetes, ...TestKubernetes[]] {
  const worker = Number(process.env.VITEST_POOL_ID ?? 1)
  const { clusters, names, owner } = inject('kubernetes')
  const [first, ...others] = worker === 1 ? clusters : (names[worker - 1] ?? []).map((name) => bringUpNow(name, owner))
  if (!first) throw new Error('This run has no cluster.')
  return [first, ...others]
}
