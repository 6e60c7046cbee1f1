import { stringify } from 'yaml'
import type { ContentText, WorkloadDesk, WorkloadDriver } from '@/lib/drivers/driver'
import type { KubernetesObject } from './objects'
import { renderWorkload } from './render-workload'
import { readContent } from './workload-content'

const minute = 60_000
const longest = 6 * 60 * minute

/** Every unit may take its time to come and to go; a rollout that does not move at all ends long before by its own deadline. */
function timeoutOf(content: string): number {
  const { count, progressMs, stopMs, objects } = readContent(content)
  // A chart says itself how many.
  const said = objects.reduce((sum, { spec }) => sum + Number((spec as { replicas?: number } | undefined)?.replicas ?? 0), 0)
  return Math.min(longest, progressMs + Math.max(1, count, said) * (minute + stopMs) + 2 * minute)
}

export const makeKubernetesDriver = (desk: WorkloadDesk): WorkloadDriver => ({
  kind: 'kubernetes',
  renderWhole: renderWorkload,
  textsOf: (content) => readContent(content).objects.map(textOf),
  timeoutOf,
  apply: (orders) => desk.want(orders),
  stop: (orders) => desk.leaveAsIs(orders),
})

const hashed = /-[0-9a-f]{8}$/

/** What holds settings is made anew with another name at each change; people compare what it holds. */
function textOf(object: KubernetesObject): ContentText {
  const { kind, metadata } = object
  const name = kind === 'ConfigMap' || kind === 'Secret' ? metadata.name.replace(hashed, '') : metadata.name
  return { path: `${kind}/${name}`, text: stringify({ ...object, metadata: { ...metadata, name } }, { lineWidth: 0 }) }
}
