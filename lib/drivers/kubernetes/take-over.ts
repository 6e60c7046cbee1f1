import type { Ask, KubernetesClient } from './client'
import { isPassing, KubernetesError } from './errors'
import { fieldManager, type KubernetesObject } from './objects'
import { taken } from './outside-hands'

const contentType = 'application/json-patch+json'
const mostAttempts = 3

/**
 * Says to the cluster that what others added to an object is the hub's: at its next apply the hub does not name it, and it goes. Gives
 * why the cluster refused. Somebody may write meanwhile; then what was looked at is not what is there, and it is looked at again.
 */
export async function claimFields(
  client: KubernetesClient,
  path: string,
  find: () => Promise<KubernetesObject | null>,
  ask: Ask,
): Promise<KubernetesError | undefined> {
  for (let attempt = 1; ; attempt++) {
    const live = await find()
    const managedFields = live && taken(live)
    if (!managedFields) return undefined
    const patch = [
      { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    ]
    try {
      await client.patch(path, patch, { ...ask, query: { fieldManager }, contentType })
      return undefined
    } catch (error) {
      if (!(error instanceof KubernetesError) || isPassing(error)) throw error
      if (attempt >= mostAttempts) return error
    }
  }
}
