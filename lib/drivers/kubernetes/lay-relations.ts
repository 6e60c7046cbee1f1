import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import type { RelationEnd } from '@/lib/protocol/relations'
import type { KubernetesObject } from './objects'
import type { WorkloadContent } from './workload-content'

const folder = '/etc/tengen-relations'
const file = 'relations.json'
const volume = 'tengen-relations'

interface Template {
  readonly metadata?: object
  readonly spec: {
    readonly containers: readonly { readonly env?: readonly object[]; readonly volumeMounts?: readonly object[] }[]
    readonly volumes?: readonly object[]
  }
}

/** A variable a requirement: `TENGEN_RELATION_DB=10.0.0.4:5432,10.0.0.5:5432`. */
function variables(ends: readonly RelationEnd[]): { name: string; value: string }[] {
  const names = [...new Set(ends.map((end) => end.relation))]
  return names.map((name) => ({
    name: `TENGEN_RELATION_${name.toUpperCase().replaceAll('-', '_')}`,
    value: ends
      .filter((end) => end.relation === name)
      .map(({ address, port }) => (port === null ? address : `${address}:${port}`))
      .join(','),
  }))
}

/** What its pods know of others, laid over what was approved: others come and go without another plan. Another content is another rollout. */
export function relationObject({ workload }: WorkloadContent, ends: readonly RelationEnd[]): KubernetesObject {
  // As a hook on a machine reads it; a pod that begins knows nobody from before.
  const data = { [file]: canonicalJson({ added: ends, removed: [], changed: [], all: ends }) }
  const name = `${workload.name}-relations-${sha256Hex(canonicalJson(data)).slice(0, 8)}`
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, immutable: true, data }
}

export function withRelations(object: KubernetesObject, config: KubernetesObject, ends: readonly RelationEnd[]): KubernetesObject {
  const spec = object.spec as { readonly template: Template }
  const { template } = spec
  const env = [{ name: 'TENGEN_RELATIONS', value: `${folder}/${file}` }, ...variables(ends)]
  const containers = template.spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []), ...env],
    volumeMounts: [...(container.volumeMounts ?? []), { name: volume, mountPath: folder, readOnly: true }],
  }))
  const volumes = [...(template.spec.volumes ?? []), { name: volume, configMap: { name: config.metadata.name } }]
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers, volumes } } } }
}
