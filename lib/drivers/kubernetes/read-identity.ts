import type { KubernetesClient } from './client'
import { type KubernetesObject, pathOf, types } from './objects'

/** The oldest namespace of every cluster: its id stays the cluster's own as long as it lives, whatever its address. */
export async function readIdentity(client: KubernetesClient): Promise<string> {
  const found = await client.get<KubernetesObject>(pathOf(types.namespace, undefined, 'kube-system'))
  return found.metadata.uid ?? ''
}

export async function readVersion(client: KubernetesClient): Promise<string> {
  return (await client.get<{ gitVersion: string }>('/version')).gitVersion
}

interface SelfReview {
  readonly status?: { readonly userInfo?: { readonly username?: string } }
}

/** As whom the cluster knows us; null where it does not say. */
export async function readAccount(client: KubernetesClient): Promise<string | null> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const review = await client.post<SelfReview>('/apis/authentication.k8s.io/v1/selfsubjectreviews', body).catch(() => undefined)
  return review?.status?.userInfo?.username ?? null
}

/** Whether it can do its work: the API server with all that it stands on. */
export async function probe(client: KubernetesClient, timeoutMs: number): Promise<void> {
  await client.get('/readyz', { timeoutMs })
}
