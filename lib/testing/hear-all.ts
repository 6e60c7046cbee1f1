import { expect } from 'vitest'
import { db } from '@/lib/db/client'
import { makeNotices } from '@/lib/notices/make-notices'

/** Whoever else uses this PostgreSQL may hold up what is looked at for a moment. */
export const hearAll = () =>
  expect
    .poll(async () => {
      await makeNotices()
      const [left] = await db.$queryRaw<{ n: bigint }[]>`
        select count(*) as n from journal.event e join "NoticeCursor" c on (e.lineage, e.xact) >= (c.lineage, c.upto::xid8)`
      return Number(left?.n)
    })
    .toBe(0)
