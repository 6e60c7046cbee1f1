import { inject } from 'vitest'
import type { TestKubernetes } from './kubernetes'

/** The clusters of this run: two, or the one that was given. */
export function runClusters(): readonly [TestKubernetes, ...TestKubernetes[]] {
  const [first, ...others] = inject('kubernetes')
  if (!first) throw new Error('This run has no cluster.')
  return [first, ...others]
}
