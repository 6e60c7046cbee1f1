import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'

/** For doors that name a cluster as people do. */
export async function clusterOf(actor: Actor, name: string): Promise<{ id: string; runtimeId: string }> {
  authorize(actor, 'machine.see', {}, 'This cluster')
  const cluster = await db.cluster.findFirst({ where: { runtime: { name }, removedAt: null }, select: { id: true, runtimeId: true } })
  if (!cluster) throw notFound('This cluster')
  return cluster
}
