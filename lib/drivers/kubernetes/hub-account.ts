import { applyObject, deleteObject, findObject } from './apply'
import type { KubernetesClient } from './client'
import { listAll } from './list-all'
import { ownedBy } from './namespace-objects'
import { type KubernetesObject, pathOf, types } from './objects'
import { applicationRole, hubAccount, hubNamespace, hubObjects } from './permissions'

export const hubAccountName = `system:serviceaccount:${hubNamespace}:${hubAccount}`

/** Makes the hub's account, or brings an older one up to what is needed now. Everything belongs to its role, so that it can go as a whole. */
export async function makeHubAccount(client: KubernetesClient): Promise<void> {
  const [role, ...others] = hubObjects()
  const { apiVersion, kind, metadata } = await applyObject(client, role)
  const ownerReferences = [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }]
  for (const object of others) await applyObject(client, { ...object, metadata: { ...object.metadata, ownerReferences } })
}

const hasOwner = ({ metadata }: KubernetesObject): boolean =>
  ((metadata.ownerReferences ?? []) as readonly { kind: string; name: string }[]).some(
    ({ kind, name }) => kind === 'ClusterRole' && name === hubAccount,
  )

/**
 * Removes the account with which it is asked, and says whether it did: what an administrator applied by hand is left to them, and one
 * that another hub works with to that hub. The role goes last, and takes all that belongs to it along: after that the cluster does not know us any more.
 */
export async function dropHubAccount(client: KubernetesClient, hubId: string): Promise<boolean> {
  const others = await listAll(client, pathOf(types.namespace), { labelSelector: `${ownedBy.hub},${ownedBy.hub}!=${hubId}` })
  if (others.items.length > 0) return false
  const namespace = await findObject(client, pathOf(types.namespace, undefined, hubNamespace))
  if (!namespace || !hasOwner(namespace)) return false
  const role = (name: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } })
  await deleteObject(client, role(applicationRole))
  await deleteObject(client, role(hubAccount))
  return true
}
