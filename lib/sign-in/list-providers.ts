import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import type { ProviderKind } from './known-providers'
import type { ProvidersView, TestProblem } from './views'

/** The ways to sign in, for operators. There are a handful. */
export async function listProviders(actor: Actor): Promise<ProvidersView> {
  authorize(actor, 'platform.manage', {}, 'The ways to sign in')
  const rows = await db.signInProvider.findMany({ orderBy: { createdAt: 'asc' } })
  const counts = await db.account.groupBy({ by: ['provider'], _count: true })
  const people = new Map(counts.map((one) => [one.provider, one._count]))
  return {
    items: rows.map(({ clientSecret: _, createdAt: _at, createdBy: _by, testedAt, testResult, kind, ...row }) => ({
      ...row,
      kind: kind as ProviderKind,
      people: people.get(row.id) ?? 0,
      tested: testedAt && { at: iso(testedAt), problem: testResult as TestProblem | null },
    })),
    gates: { manage: gateOf(lacks(actor, 'platform.manage', {})) },
  }
}
