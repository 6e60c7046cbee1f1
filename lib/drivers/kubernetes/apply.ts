import type { KubernetesClient } from './client'
import { isNotFound } from './errors'
import { fieldManager, type KubernetesObject, pathOfObject } from './objects'

const contentType = 'application/apply-patch+yaml'

/** Server-side apply of one of the hub's own objects: made when missing, and put right where somebody changed what we say of it. */
export const applyObject = (client: KubernetesClient, object: KubernetesObject, as?: string): Promise<KubernetesObject> =>
  client.patch<KubernetesObject>(pathOfObject(object), object, {
    contentType,
    query: { fieldManager, force: true },
    ...(as ? { as } : {}),
  })

/** Gone already is as good. */
export async function deleteObject(client: KubernetesClient, object: KubernetesObject, as?: string): Promise<void> {
  try {
    await client.delete(pathOfObject(object), { query: { propagationPolicy: 'Background' }, ...(as ? { as } : {}) })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Null where there is none. */
export async function findObject(client: KubernetesClient, path: string): Promise<KubernetesObject | null> {
  try {
    return await client.get<KubernetesObject>(path)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
