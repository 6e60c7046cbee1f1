import { fillSecrets } from '@/lib/protocol/desired'
import type { RelationEnd } from '@/lib/protocol/relations'
import { relationObject, withRelations } from './lay-relations'
import type { KubernetesObject } from './objects'
import type { WorkloadContent } from './workload-content'

export interface Prepared {
  readonly wanted: 'running' | 'stopped'
  /** Another one makes every pod anew. */
  readonly restartToken: string | null
  /** Left where it is: a rollout under way stops. */
  readonly isPaused?: boolean
  /** Name → how many there are now, where load decides; missing = it is not there yet. */
  readonly liveReplicas: ReadonlyMap<string, number>
  /** What its pods are told of others; null = they are related to nobody. */
  readonly relations?: readonly RelationEnd[] | null
  readonly secretOf: (reference: string) => string
}

const restartNote = 'tengen.io/restarted-for'
const isScalable = ({ kind }: Pick<KubernetesObject, 'kind'>): boolean => kind === 'Deployment' || kind === 'StatefulSet'
const restarts = (object: KubernetesObject): boolean => isScalable(object) || object.kind === 'DaemonSet'

/** What makes pods whatever number it is told is away while the placement is stopped. */
export const staysStopped = ({ kind }: Pick<KubernetesObject, 'kind'>): boolean =>
  !['HorizontalPodAutoscaler', 'DaemonSet', 'Job', 'CronJob'].includes(kind)

/** Their number is not said: load decides. */
export const scaledByLoad = ({ objects }: Pick<WorkloadContent, 'objects'>): KubernetesObject[] =>
  objects.filter((one) => isScalable(one) && (one.spec as { replicas?: number }).replicas === undefined)

/** What was approved, as it is sent now: secrets filled in, and with what a person asked for beside a release. */
export function prepareObjects(content: WorkloadContent, prepared: Prepared): KubernetesObject[] {
  const kept = prepared.wanted === 'stopped' ? content.objects.filter(staysStopped) : content.objects
  const { relations } = prepared
  const told = relations && isScalable(content.workload) ? relationObject(content, relations) : null
  const made = kept.map((object) => {
    if (object.kind === 'Secret') return secretOf(object, prepared)
    if (!restarts(object)) return object
    const own = object.metadata.name === content.workload.name && told && relations
    return workloadOf(own ? withRelations(object, told, relations) : object, prepared)
  })
  return told ? [told, ...made] : made
}

function workloadOf(object: KubernetesObject, { wanted, restartToken, isPaused, liveReplicas }: Prepared): KubernetesObject {
  const spec = object.spec as { replicas?: number; template: { metadata?: object } }
  // Left out, it would be set back to one before the scaler sees it.
  const replicas = !isScalable(object) ? null : wanted === 'stopped' ? 0 : (spec.replicas ?? liveReplicas.get(object.metadata.name) ?? null)
  const annotations = restartToken ? { annotations: { [restartNote]: restartToken } } : {}
  return {
    ...object,
    spec: {
      ...spec,
      ...(replicas === null ? {} : { replicas }),
      ...(isPaused && object.kind === 'Deployment' ? { paused: true } : {}),
      template: { ...spec.template, metadata: { ...spec.template.metadata, ...annotations } },
    },
  }
}

function secretOf(object: KubernetesObject, { secretOf: fill }: Prepared): KubernetesObject {
  const held = (object.stringData ?? {}) as Readonly<Record<string, string>>
  return { ...object, stringData: Object.fromEntries(Object.entries(held).map(([key, text]) => [key, fillSecrets(text, fill)])) }
}
