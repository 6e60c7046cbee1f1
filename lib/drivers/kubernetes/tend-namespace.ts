import { applyObject, deleteObject, findObject } from './apply'
import type { KubernetesClient } from './client'
import { KubernetesError } from './errors'
import { type NamespaceOwner, type NamespaceWish, namespaceObjects, ownerOf } from './namespace-objects'
import { pathOf, types } from './objects'
import { type Pull, tendPulls } from './tend-pulls'

export type NamespaceOutcome =
  | { readonly kind: 'present' }
  /** Somebody else's: it is left alone until a person says otherwise. */
  | { readonly kind: 'foreign'; readonly owner: Exclude<NamespaceOwner, 'ours'> }
  /** It is being deleted, and is made again once it is gone. */
  | { readonly kind: 'terminating' }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Makes a namespace with all that belongs to it, or puts it right. One that is there already and not this application's is not
 * touched, unless `adopt` says that a person decided so. May be run at any time, and twice.
 */
export async function tendNamespace(
  client: KubernetesClient,
  wish: NamespaceWish,
  { adopt, pulls }: { adopt: boolean; pulls: readonly Pull[] },
): Promise<NamespaceOutcome> {
  const found = await findObject(client, pathOf(types.namespace, undefined, wish.name))
  if (found?.metadata.deletionTimestamp) return { kind: 'terminating' }
  const owner = found ? ownerOf(found, wish) : 'ours'
  if (owner !== 'ours' && !(adopt && owner === 'nobody')) return { kind: 'foreign', owner }
  try {
    for (const object of namespaceObjects(wish)) await applyObject(client, object)
    await tendPulls(client, wish, pulls)
    return { kind: 'present' }
  } catch (error) {
    if (error instanceof KubernetesError) return { kind: 'refused', message: error.message }
    throw error
  }
}

type Owner = Pick<NamespaceWish, 'name' | 'hubId' | 'applicationId'>

const find = (client: KubernetesClient, { name }: Owner) => findObject(client, pathOf(types.namespace, undefined, name))

/** Deletes a namespace with all that is in it, if it is this application's; true once it is gone, or is none of ours. */
export async function dropNamespace(client: KubernetesClient, owner: Owner): Promise<boolean> {
  const found = await find(client, owner)
  if (!found || ownerOf(found, owner) !== 'ours') return true
  if (!found.metadata.deletionTimestamp) await deleteObject(client, found)
  return false
}

/** Takes the hub's marks and fences off a namespace and leaves all else as it is. */
export async function releaseNamespace(client: KubernetesClient, wish: NamespaceWish): Promise<true> {
  const found = await find(client, wish)
  if (!found || found.metadata.deletionTimestamp || ownerOf(found, wish) !== 'ours') return true
  await tendPulls(client, wish, [])
  const [, ...fences] = namespaceObjects(wish)
  for (const object of fences.reverse()) await deleteObject(client, object)
  // An apply without them takes away the labels that this manager set, and no others.
  await applyObject(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: wish.name } })
  return true
}
