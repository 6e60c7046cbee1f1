import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { newestFirst } from '@/lib/catalog/newest-first'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { isoOrNull } from '@/lib/iso-time'
import { countAccounts } from '@/lib/machines/accounts'
import { lossOf } from '@/lib/machines/loss-of'
import { policiesOf } from './policies-of'
import type { InitPackage, PoolView } from './views'

export const GetPoolSchema = z.object({ name: z.string().max(200) })

/** A pool for an operator: what it asks of new machines. */
export async function getPool(actor: Actor, { name }: z.infer<typeof GetPoolSchema>): Promise<PoolView> {
  authorize(actor, 'machine.see', {}, 'This pool')
  const pool = await db.runtime.findFirst({ where: { name, kind: 'pool' } })
  if (!pool) throw notFound('This pool')
  const accounts = (await countAccounts([pool.id])).get(pool.id)
  return {
    id: pool.id,
    name: pool.name,
    environment: pool.environment,
    machines: accounts?.machines ?? 0,
    sharedAccounts: accounts?.shared ?? 0,
    refusesUnits: accounts?.refused ?? 0,
    isOffered: pool.isOffered,
    lossPercent: pool.lossPercent,
    loss: lossOf(pool),
    restoredAt: isoOrNull(pool.automationOffSince),
    policies: policiesOf(pool),
    revision: pool.initRevision,
    packages: await initPackages(),
  }
}

const mostPackages = 200

/** Machines run these programs as their agent does, so only what everybody can see is offered. */
async function initPackages(): Promise<InitPackage[]> {
  const packages = await db.package.findMany({
    where: { organizationId: null, versions: { some: { state: 'active' } } },
    include: { versions: { where: { state: 'active' } } },
    orderBy: { name: 'asc' },
    take: mostPackages,
  })
  return packages.flatMap(({ name, versions }) =>
    newestFirst(versions).map(({ version, digest, sizeBytes }) => ({ name, version, digest, sizeBytes })),
  )
}
