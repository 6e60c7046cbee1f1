import type { Cluster } from '@/lib/db/generated/client'
import { type ClusterAccess, type ClusterCredential, CredentialSchema } from '@/lib/drivers/kubernetes/access'
import { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { decrypt, encrypt } from '@/lib/encrypt'
import { env } from '@/lib/env'
import { pace } from '@/lib/pace'

const placeOf = (clusterId: string): string => `Cluster/${clusterId}/credential`

/** The columns that say how a cluster is reached; the credential only as ciphertext. */
export function accessColumns(clusterId: string, { server, authority, serverName, credential }: ClusterAccess) {
  return {
    server,
    authority,
    serverName,
    credential: encrypt(JSON.stringify(credential), placeOf(clusterId)),
    credentialKind: credential.kind,
  }
}

type Reached = Pick<Cluster, 'id' | 'server' | 'authority' | 'serverName' | 'credential'>

const credentialIn = ({ id, credential }: Reached): ClusterCredential =>
  CredentialSchema.parse(JSON.parse(decrypt(credential, placeOf(id))))

export function accessOfCluster(cluster: Reached): ClusterAccess {
  const { server, authority, serverName } = cluster
  return { server, authority, serverName, credential: credentialIn(cluster) }
}

/** At once in one cluster, of one process. */
const inFlight = 16

/** A connection with its own limits and breaker. Whoever opens it closes it. */
export const openCluster = (access: ClusterAccess): KubernetesClient =>
  new KubernetesClient(access, {
    allowed: env().OUTGOING_ALLOW,
    inFlight,
    timeoutMs: pace('clusterAnswer'),
    restMs: pace('clusterRest'),
    mostRestMs: pace('clusterRestMost'),
  })

/** Opens, uses, closes. */
export async function withCluster<T>(access: ClusterAccess, use: (client: KubernetesClient) => Promise<T>): Promise<T> {
  const client = openCluster(access)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

/** It was not asked, for it is known to be away. */
export class AwayError extends Error {
  constructor(
    readonly since: Date,
    message: string,
  ) {
    super(message)
    this.name = 'AwayError'
  }
}

type Known = Pick<Cluster, 'state' | 'stateSince' | 'stateReasonValues'>

/** Nobody waits for an answer that does not come: its observer looks for it, and says when it is back. */
export function insistPresent({ state, stateSince, stateReasonValues }: Known): void {
  const { detail } = stateReasonValues as { detail?: string }
  if (state === 'offline') throw new AwayError(stateSince, detail ?? 'it does not let the hub in')
}

/** Asks a cluster something on the spot. */
export async function askCluster<T>(cluster: Reached & Known, use: (client: KubernetesClient) => Promise<T>): Promise<T> {
  insistPresent(cluster)
  return withCluster(accessOfCluster(cluster), use)
}
