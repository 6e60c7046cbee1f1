import { kubectl, type TestKubernetes } from './kubernetes'

/** What the pods of a service were started with: whom they find under the relation `api`, by variable and by file. */
export async function podsTold(cluster: TestKubernetes, namespace: string, service: string): Promise<{ variable: string; file: string }> {
  const pods = `{.items[?(@.metadata.labels.tengen\\.io/service-name=="${service}")]`
  const path = `${pods}.spec.containers[0].env[?(@.name=="TENGEN_RELATION_API")].value}`
  const variable = await kubectl(cluster, 'get', 'pods', '-n', namespace, '-o', `jsonpath=${path}`)
  const read = ['cat', '/etc/tengen-relations/relations.json']
  const file = await kubectl(cluster, 'exec', '-n', namespace, `deployment/${service}-stable`, '--', ...read)
  return { variable, file }
}
