import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'

/** For doors that name a machine as people do. */
export async function machineIdOf(actor: Actor, name: string): Promise<string> {
  authorize(actor, 'machine.see', {}, 'This machine')
  const machine = await db.machine.findFirst({ where: { name, removedAt: null }, select: { id: true } })
  if (!machine) throw notFound('This machine')
  return machine.id
}
