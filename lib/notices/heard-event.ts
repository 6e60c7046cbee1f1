import type { Tx } from '@/lib/db/client'
import { heardEvents } from './notice-table'

/** An event of the journal, as notices read it. */
export interface HeardEvent {
  readonly id: string
  readonly at: Date
  readonly name: string
  readonly organizationId: string | null
  readonly subjectKind: string
  readonly subjectId: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly data: Record<string, unknown>
}

interface Place {
  readonly lineage: number
  readonly upto: string
}

interface Found extends HeardEvent, Place {}

const most = 100

/**
 * Events after the cursor, whole transactions in their order, of transactions older than all that still run: nothing comes between
 * them any more. Moves the cursor, which commits with what is made of them.
 */
export async function takeEvents(tx: Tx): Promise<readonly HeardEvent[]> {
  await tx.$executeRaw`insert into "NoticeCursor" (id, lineage, upto) values (1, 0, '0') on conflict do nothing`
  const [from] = await tx.$queryRaw<Place[]>`select lineage, upto from "NoticeCursor" where id = 1 for update`
  const [horizon] = await tx.$queryRaw<Place[]>`
    select journal.lineage_now() as lineage, pg_snapshot_xmin(pg_current_snapshot())::text as upto`
  if (!from || !horizon) return []
  const found = await tx.$queryRaw<Found[]>`
    select e.id::text as id, e.at, e.name, e.organization_id as "organizationId", e.subject_kind as "subjectKind", e.subject_id as "subjectId",
      e.actor_kind as "actorKind", e.actor_id as "actorId", e.data, e.lineage, e.xact::text as upto
    from journal.event e
    where (e.lineage, e.xact) >= (${from.lineage}::int, ${from.upto}::text::xid8)
      and (e.lineage, e.xact) < (${horizon.lineage}::int, ${horizon.upto}::text::xid8) and e.name = any(${[...heardEvents]}::text[])
    order by e.lineage, e.xact, e.id limit ${most + 1}`
  const events = found.length > most ? wholeOf(found) : found
  const next = events.length < found.length ? (found[events.length] as Found) : horizon
  await tx.$executeRaw`update "NoticeCursor" set lineage = ${next.lineage}, upto = ${next.upto} where id = 1`
  return events
}

/** Without the last transaction, of which some may be missing; unless it is all there is. */
function wholeOf(found: readonly Found[]): readonly Found[] {
  const last = found.at(-1) as Found
  const whole = found.filter((event) => event.upto !== last.upto || event.lineage !== last.lineage)
  return whole.length > 0 ? whole : found
}
