import { stringify } from 'yaml'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { ClusterAccess } from '@/lib/drivers/kubernetes/access'
import { accessOf, describeKubeconfig, type KubeconfigSummary } from '@/lib/drivers/kubernetes/kubeconfig'
import { listAll } from '@/lib/drivers/kubernetes/list-all'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { findMissing, hubObjects, installNeeds } from '@/lib/drivers/kubernetes/permissions'
import { readAccount, readIdentity, readVersion } from '@/lib/drivers/kubernetes/read-identity'
import { withCluster } from './cluster-access'
import { KubeconfigSchema, kubeconfigSentence, troubleOf, worded } from './kubeconfig-refusal'
import type { KubeconfigLook } from './views'

export const LookAtKubeconfigSchema = z.object({
  kubeconfig: KubeconfigSchema,
  /** Which of its contexts; missing = the one it marks. */
  context: z.string().max(200).optional(),
})

/** What an administrator applies so that the hub has an account of its own. */
export const hubManifest = (): string =>
  hubObjects()
    .map((object) => stringify(object))
    .join('---\n')

/** What stands in a kubeconfig, and what its cluster says to it. Nothing of it is kept. */
export async function lookAtKubeconfig(
  actor: Actor,
  { kubeconfig, context }: z.infer<typeof LookAtKubeconfigSchema>,
): Promise<KubeconfigLook> {
  authorize(actor, 'machine.manage', {}, 'This page')
  const summary = await worded(async () => describeKubeconfig(kubeconfig))
  const chosen = context ?? summary.current
  const found = summary.contexts.find((one) => one.name === chosen)
  const base = { contexts: contextViews(summary), context: found?.name ?? null, manifest: hubManifest() }
  if (!found || found.refusal) return { ...base, cluster: null, trouble: found?.refusal ? kubeconfigSentence(found.refusal) : null }
  try {
    return { ...base, cluster: await lookAtCluster(accessOf(kubeconfig, found.name)), trouble: null }
  } catch (error) {
    const trouble = troubleOf(error)
    if (!trouble) throw error
    return { ...base, cluster: null, trouble }
  }
}

const contextViews = ({ contexts }: KubeconfigSummary) =>
  contexts.map(({ name, server, user, refusal }) => ({ name, server, user, refusal: refusal ? kubeconfigSentence(refusal) : null }))

const lookAtCluster = (access: ClusterAccess): Promise<NonNullable<KubeconfigLook['cluster']>> =>
  withCluster(access, async (client) => {
    const version = await readVersion(client)
    const [account, lacks, lacksToInstall] = await Promise.all([
      readAccount(client),
      findMissing(client),
      findMissing(client, installNeeds),
    ])
    const maySee = (kind: string) => !lacks.some((one) => one.resource === kind && one.verbs.includes('list'))
    const nodes = maySee('nodes') ? (await listAll(client, pathOf(types.node))).items.length : null
    const identity = maySee('namespaces') ? await readIdentity(client) : null
    const known = identity ? await db.cluster.findUnique({ where: { identity }, include: { runtime: true } }) : null
    return { version, account, nodes, known: known?.runtime.name ?? null, lacks, lacksToInstall }
  })
