import { clock } from '@/lib/clock'
import type { KubernetesClient } from './client'
import { tokenLifeMs } from './credential-end'
import { pathOf, types } from './objects'
import { hubAccount, hubNamespace } from './permissions'

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string }
}

/**
 * A token of the hub's own account, for a time; the cluster may give it a shorter one. Its end is told by the hub's clock: that of the
 * cluster may be hours off, and a token would seem to have ended, or to last, when it does not.
 */
export async function issueToken(client: KubernetesClient, seconds: number): Promise<{ token: string; expiresAt: Date }> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } }
  const path = `${pathOf(types.serviceAccount, hubNamespace, hubAccount)}/token`
  const { status } = await client.post<TokenRequest>(path, body)
  const lifeMs = tokenLifeMs(status.token)
  return { token: status.token, expiresAt: lifeMs === null ? new Date(status.expirationTimestamp) : new Date(clock.nowMs() + lifeMs) }
}
