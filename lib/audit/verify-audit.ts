import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { pool } from '@/lib/db/client'
import { hubSigner } from '@/lib/machines/hub'
import { isSignedByAside } from '@/lib/protocol/identity'
import { auditScope } from './audit-scope'
import { faultsOf, platformChain, type Seal, type SealedEvent, sealedColumns, sealText } from './chain'
import type { Verification } from './views'

const pageSeals = 200
/** Events that are looked at together; what one seal has is not divided. */
const pageEvents = 5_000
const mostFaults = 50

interface SealRow extends Seal {
  readonly at: Date
  readonly day: string
  readonly lineage: number
  readonly upto: string
}

interface EventRow {
  readonly lineage: number
  readonly upto: string
  readonly event: SealedEvent
}

type Place = Pick<SealRow, 'lineage' | 'upto'>
const isBefore = (a: Place, b: Place): boolean => a.lineage < b.lineage || (a.lineage === b.lineage && BigInt(a.upto) < BigInt(b.upto))

export const VerifyAuditSchema = z.object({
  /** Hash of a seal that was kept elsewhere. */
  contains: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
type VerifyAsk = z.output<typeof VerifyAuditSchema> & { organization?: string | undefined }

/** Reads every seal of the chain and what it stands for, and says what is not as it was. */
export async function verifyAudit(actor: Actor, ask: VerifyAsk): Promise<Verification> {
  const { chain } = await auditScope(actor, ask)
  const cutUpTo = await lastCut()
  const result = { seals: 0, events: 0, faults: [] as Verification['faults'] }
  let before: SealRow | null = null
  for (let page = await sealsAfter(chain, 0); page.length > 0; page = await sealsAfter(chain, before?.number ?? 0)) {
    const last = page.at(-1) as SealRow
    // Each names the one before it: whose name the hub has signed stands for all of them.
    const isLastSigned = await isSigned(last)
    const events = await eventsBetween(chain, before, last)
    let next = 0
    for (const seal of page) {
      const first = next
      while (next < events.length && isBefore(events[next] as EventRow, seal)) next++
      const own = events.slice(first, next).map(({ event }) => event)
      const wasCut = cutUpTo !== null && seal.day <= cutUpTo
      if (!wasCut)
        for (const fault of faultsOf(seal, { before, events: own, isSigned: seal !== last || isLastSigned }))
          result.faults.push({ ...fault, at: seal.at.toISOString(), eventIds: [...fault.eventIds] })
      before = seal
      result.seals += 1
      result.events += own.length
    }
    if (result.faults.length >= mostFaults) break
  }
  return {
    ...result,
    isIntact: result.faults.length === 0,
    isCut: result.faults.length >= mostFaults,
    faults: result.faults.slice(0, mostFaults),
    waiting: await countAfter(chain, before),
    cutUpTo,
    contains: ask.contains === undefined ? null : await hasSeal(chain, ask.contains),
    head: before && { number: before.number, hash: before.hash },
  }
}

async function isSigned(seal: Seal): Promise<boolean> {
  const { publicKey } = await hubSigner()
  return isSignedByAside(publicKey, sealText(seal), seal.signature)
}

async function hasSeal(chain: string, hash: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from journal.seal where chain = $1 and hash = $2 limit 1', [chain, hash])
  return rows.length > 0
}

async function lastCut(): Promise<string | null> {
  const { rows } = await pool.query<{ day: string | null }>('select max(day)::text as day from journal.cut')
  return rows[0]?.day ?? null
}

async function sealsAfter(chain: string, number: number): Promise<SealRow[]> {
  const { rows } = await pool.query<Omit<SealRow, 'number'> & { number: string }>(
    `select chain, number, at, day::text as day, lineage, upto::text as upto, event_ids::text[] as "eventIds", previous, hash, signature
     from (select s.*, sum(cardinality(s.event_ids)) over (order by s.number) - cardinality(s.event_ids) as before
           from journal.seal s where s.chain = $1 and s.number > $2 order by s.number limit ${pageSeals}) as page
     where before < ${pageEvents} order by number`,
    [chain, number],
  )
  return rows.map((row) => ({ ...row, number: Number(row.number) }))
}

const ofChain = `(e.organization_id = $1 or $1 = '${platformChain}' and e.organization_id is null)`

async function eventsBetween(chain: string, from: Place | null, upto: Place): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>(
    `select e.lineage, e.xact::text as upto, array[${sealedColumns}] as event from journal.event e
     where ${ofChain} and (e.lineage, e.xact) >= ($2::int, $3::xid8) and (e.lineage, e.xact) < ($4::int, $5::xid8)
     order by e.lineage, e.xact, e.id`,
    [chain, from?.lineage ?? 0, from?.upto ?? '0', upto.lineage, upto.upto],
  )
  return rows
}

async function countAfter(chain: string, from: Place | null): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `select count(*) from journal.event e where ${ofChain} and (e.lineage, e.xact) >= ($2::int, $3::xid8)`,
    [chain, from?.lineage ?? 0, from?.upto ?? '0'],
  )
  return Number(rows[0]?.count ?? 0)
}
