import type { KubernetesClient } from './client'
import { type KubernetesObject, pathOf, types } from './objects'

const defaultNote = 'kubectl.kubernetes.io/default-container'

/** Which container of a pod is meant where nobody says: the component's own, the one that its author named, else the first. */
export async function containerOf(
  client: KubernetesClient,
  { namespace, pod }: { namespace: string; pod: string },
  component: string,
): Promise<string> {
  const { metadata, spec } = await client.get<KubernetesObject>(pathOf(types.pod, namespace, pod))
  const names = ((spec as { containers?: readonly { name: string }[] } | undefined)?.containers ?? []).map((one) => one.name)
  const named = metadata.annotations?.[defaultNote]
  return [component, named].find((one) => one !== undefined && names.includes(one)) ?? names[0] ?? component
}
