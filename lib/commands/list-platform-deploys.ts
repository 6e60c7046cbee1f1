import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { deployRows } from '@/lib/deploys/deploy-rows'
import type { DeployList } from '@/lib/deploys/views'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'

export const ListPlatformDeploysSchema = PageAskSchema

/** What operators have done to machines themselves, newest first. */
export async function listPlatformDeploys(actor: Actor, input: z.input<typeof ListPlatformDeploysSchema>): Promise<DeployList> {
  authorize(actor, 'machine.see', {}, 'The list of deploys')
  const ask = parseAsk(ListPlatformDeploysSchema, input)
  const turn = turnOf(ask, z.tuple([z.int()]))
  const { direction, take } = orderOf(turn, true)
  const found = await db.deployRecord.findMany({
    where: { organizationId: null, ...(turn.key ? { number: direction === 'desc' ? { lt: turn.key[0] } : { gt: turn.key[0] } } : {}) },
    orderBy: { number: direction },
    take,
  })
  const page = toPage(found, turn, (row): [number] => [row.number])
  const open = await db.deployRecord.count({ where: { organizationId: null, endedAt: null } })
  return { items: await deployRows(actor, page.rows), next: page.next, previous: page.previous, total: page.total, open }
}
