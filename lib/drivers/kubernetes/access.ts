import { z } from 'zod'

/** How the hub shows itself to a cluster. */
export const CredentialSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string().min(1) }),
  z.object({ kind: z.literal('certificate'), certificate: z.string().min(1), key: z.string().min(1) }),
])
export type ClusterCredential = z.infer<typeof CredentialSchema>

/** Where a cluster's API server is, whom it is believed by, and as whom. All that is kept of a kubeconfig. */
export interface ClusterAccess {
  readonly server: string
  /** PEM of its authority; null = those that the system trusts. */
  readonly authority: string | null
  /** The name its certificate carries, where that is not the host of the address. */
  readonly serverName: string | null
  readonly credential: ClusterCredential
}
