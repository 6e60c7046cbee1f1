import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { db } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { EnvironmentSchema } from '@/lib/views'
import { accessColumns } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import { AccessChoiceSchema, type TakenAccess, takeAccess } from './take-access'
import { ClusterLabelsSchema, ClusterNameSchema, RegionSchema } from './views'

export const AddClusterSchema = AccessChoiceSchema.extend({
  name: ClusterNameSchema,
  environment: EnvironmentSchema,
  region: RegionSchema,
  labels: ClusterLabelsSchema,
  /** Organisations without a grant see its name and may ask for it. */
  isOffered: z.boolean().default(true),
})
type Input = z.output<typeof AddClusterSchema>

/**
 * A cluster that answered and lets the hub do what it needs. Its environment is for ever. What was pasted is used and forgotten: only
 * address, authority and one credential are kept.
 */
export async function addCluster(actor: Actor, input: Input): Promise<{ id: string; name: string }> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  // Before anything is made in the cluster.
  if ((await db.runtime.count({ where: { name: input.name } })) > 0) throw nameTaken(input.name)
  const taken = await worded(() => takeAccess(input))
  refuseMissing(taken)
  return transaction((tx) => write(tx, actor, input, taken))
}

const nameTaken = (name: string) =>
  new AppError('name_taken', `There is a runtime called ${name} already.`, { fields: { name: 'is taken' } })

export function refuseMissing({ missing }: Pick<TakenAccess, 'missing'>): void {
  const lacks = missing.filter((one) => !one.isOptional)
  if (lacks.length === 0) return
  const list = lacks.map(({ verbs, resource, group }) => `${verbs.join(', ')} ${resource}${group ? `.${group}` : ''}`).join('; ')
  throw new AppError('forbidden', `The cluster does not let this account: ${list}.`, { reason: 'cluster_lacks', missing: lacks })
}

/** The columns that follow from a proven access. */
export const takenColumns = (clusterId: string, { access, version, account, missing, expiresAt, isRotated }: TakenAccess) => ({
  ...accessColumns(clusterId, access),
  version,
  account,
  isRotated,
  missing: json([...missing]),
  checkedAt: clock.now(),
  heardAt: clock.now(),
  credentialExpiresAt: expiresAt,
  credentialSetAt: clock.now(),
  lastError: null,
})

async function write(tx: Tx, actor: Actor, input: Input, taken: TakenAccess): Promise<{ id: string; name: string }> {
  const { name, environment, region, labels, isOffered } = input
  const same = await tx.cluster.findUnique({ where: { identity: taken.identity }, include: { runtime: true } })
  if (same)
    throw new AppError('conflict', `This cluster is here already, as ${same.runtime.name}.`, {
      reason: 'cluster_known',
      name: same.runtime.name,
    })
  const data = { name, kind: 'cluster' as const, driver: 'kubernetes', environment, labels, isOffered }
  const [runtime] = await tx.runtime.createManyAndReturn({ data, skipDuplicates: true })
  if (!runtime) throw nameTaken(name)
  const id = newId()
  await tx.cluster.create({
    data: {
      id,
      runtimeId: runtime.id,
      identity: taken.identity,
      region: region || null,
      stateSince: clock.now(),
      ...takenColumns(id, taken),
    },
  })
  await writeEvent(tx, actor, {
    name: 'cluster.added',
    subject: { kind: 'cluster', id },
    data: { name, environment, server: taken.access.server, account: taken.account ?? '' },
  })
  return { id, name }
}
