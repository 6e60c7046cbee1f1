import { z } from 'zod'
import { clock } from '@/lib/clock'
import type { ClusterAccess, ClusterCredential } from '@/lib/drivers/kubernetes/access'
import { certificateEnd, tokenEnd } from '@/lib/drivers/kubernetes/credential-end'
import { hubAccountName, makeHubAccount } from '@/lib/drivers/kubernetes/hub-account'
import { issueToken } from '@/lib/drivers/kubernetes/issue-token'
import { accessOf } from '@/lib/drivers/kubernetes/kubeconfig'
import { findMissing, type MissingNeed } from '@/lib/drivers/kubernetes/permissions'
import { readAccount, readIdentity, readVersion } from '@/lib/drivers/kubernetes/read-identity'
import { AppError } from '@/lib/errors'
import { withCluster } from './cluster-access'
import { KubeconfigSchema } from './kubeconfig-refusal'

export const AccessChoiceSchema = z.object({
  kubeconfig: KubeconfigSchema,
  context: z.string().max(200).optional(),
  /** `own`: with this kubeconfig the hub makes an account of its own and keeps only a token of that; `given`: it goes on with this one. */
  account: z.enum(['own', 'given']),
})
export type AccessChoice = z.infer<typeof AccessChoiceSchema>

/** What is to be kept of a cluster's access, proven by its answers. */
export interface TakenAccess {
  readonly access: ClusterAccess
  readonly identity: string
  readonly version: string
  readonly account: string | null
  readonly missing: readonly MissingNeed[]
  readonly expiresAt: Date | null
  readonly isRotated: boolean
}

/** A day: far longer than a hub is down, far shorter than what leaks unnoticed. Some clusters give less. */
export const tokenSeconds = 24 * 3600

const endOf = (credential: ClusterCredential): Date | null =>
  credential.kind === 'certificate' ? certificateEnd(credential.certificate) : tokenEnd(credential.token)

/** Makes of a kubeconfig what is kept. Asks the cluster, and may make the hub's account there; may be run twice. */
export async function takeAccess({ kubeconfig, context, account }: AccessChoice): Promise<TakenAccess> {
  const given = accessOf(kubeconfig, context)
  if (account === 'given') {
    // Of the hub's own account it can have shorter ones itself.
    const isOwn = (await withCluster(given, readAccount)) === hubAccountName
    return prove(given, endOf(given.credential), isOwn)
  }
  const { token, expiresAt } = await withCluster(given, async (client) => {
    await makeHubAccount(client)
    return issueToken(client, tokenSeconds)
  })
  return prove({ ...given, credential: { kind: 'token', token } }, expiresAt, true)
}

/** The permissions that are there in a moment: rules that were just made reach the API server's own memory a little later. */
const patience = 5

const prove = (access: ClusterAccess, expiresAt: Date | null, isRotated: boolean): Promise<TakenAccess> =>
  withCluster(access, async (client) => {
    if (expiresAt && expiresAt <= clock.now()) throw new AppError('invalid', 'This credential has ended.', { reason: 'credential_ended' })
    const version = await readVersion(client)
    let missing = await findMissing(client)
    for (let i = 0; isRotated && i < patience && missing.some((one) => !one.isOptional); i++) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      missing = await findMissing(client)
    }
    const [account, identity] = await Promise.all([readAccount(client), readIdentity(client)])
    return { access, identity, version, account, missing, expiresAt, isRotated }
  })
