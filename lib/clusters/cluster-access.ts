import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'
import { type ClusterAccess, type ClusterCredential, CredentialSchema } from '@/lib/drivers/kubernetes/access'
import { type ClientSettings, KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { UnreachableError, type UnreachableReason } from '@/lib/drivers/kubernetes/errors'
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

/** How long is waited for an answer, and for a connection before it. */
type Waits = Pick<ClientSettings, 'timeoutMs' | 'connectMs'>

const patient = (): Waits => ({ timeoutMs: pace('clusterAnswer'), connectMs: pace('clusterAnswer') })

/** A connection with its own limits and breaker. Whoever opens it closes it. */
export const openCluster = (access: ClusterAccess, waits: Waits = patient()): KubernetesClient =>
  new KubernetesClient(access, {
    allowed: env().OUTGOING_ALLOW,
    inFlight,
    ...waits,
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
  constructor(readonly since: Date) {
    super('it is offline')
    this.name = 'AwayError'
  }
}

/** It was asked just now, and did not answer. */
export class UnheardError extends Error {
  constructor(
    readonly heardAt: Date,
    { message }: UnreachableError,
  ) {
    super(message)
    this.name = 'UnheardError'
  }
}

type Known = Pick<Cluster, 'state' | 'stateSince' | 'heardAt' | 'lastError'>

/** Nobody waits for an answer that does not come: its observer looks for it, and says when it is back. */
export function insistPresent({ state, stateSince }: Pick<Known, 'state' | 'stateSince'>): void {
  if (state === 'offline') throw new AwayError(stateSince)
}

/** For somebody who waits for its answer: less long where its observer, or whoever asked last, heard none. */
export function openFor(cluster: Reached & Pick<Known, 'lastError'>): KubernetesClient {
  const timeoutMs = pace(cluster.lastError === null ? 'clusterAnswer' : 'clusterDoubted')
  return openCluster(accessOfCluster(cluster), { timeoutMs, connectMs: Math.min(timeoutMs, pace('clusterConnect')) })
}

const silences: readonly UnreachableReason[] = ['no_answer', 'refused', 'broken']

/** Asks a cluster something on the spot. Its silence is noted: the next one waits less, until its observer hears it again. */
export async function askCluster<T>(cluster: Reached & Known, use: (client: KubernetesClient) => Promise<T>): Promise<T> {
  insistPresent(cluster)
  const client = openFor(cluster)
  try {
    return await use(client)
  } catch (error) {
    if (!(error instanceof UnreachableError && silences.includes(error.reason))) throw error
    await db.cluster.updateMany({ where: { id: cluster.id, heardAt: cluster.heardAt }, data: { lastError: error.message } })
    throw cluster.heardAt ? new UnheardError(cluster.heardAt, error) : error
  } finally {
    client.close()
  }
}
