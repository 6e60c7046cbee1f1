import type { KubernetesClient } from './client'
import { pathOf, types } from './objects'
import { hubAccount, hubNamespace } from './permissions'

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string }
}

/** A token of the hub's own account, for a time; the cluster may give it a shorter one. */
export async function issueToken(client: KubernetesClient, seconds: number): Promise<{ token: string; expiresAt: Date }> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } }
  const path = `${pathOf(types.serviceAccount, hubNamespace, hubAccount)}/token`
  const { status } = await client.post<TokenRequest>(path, body)
  return { token: status.token, expiresAt: new Date(status.expirationTimestamp) }
}
