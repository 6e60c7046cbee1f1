import type pg from 'pg'
import { pool } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { hubSigner } from '@/lib/machines/hub'
import { signTextAside } from '@/lib/protocol/identity'
import { hashOf, platformChain, type SealedEvent, sealedColumns, sealText } from './chain'

/** More are sealed in several looks, but never part of a transaction. */
const mostEvents = 5_000
const lock = 746_566

interface Place {
  readonly lineage: number
  /** The first transaction that is not sealed. */
  readonly upto: string
}

interface Row extends Place {
  readonly day: string
  readonly event: SealedEvent
}

/**
 * Seals what happened since the last look, a seal a chain. Only transactions older than all that still run are looked at: nothing
 * can come between them any more. Returns how many events it sealed.
 */
export async function sealEvents(): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const sealed = await sealNext(client)
    await client.query('commit')
    return sealed
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

async function sealNext(client: pg.PoolClient): Promise<number> {
  const { rows: taken } = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [lock])
  if (!taken[0]?.mine) return 0
  const horizon = await horizonOf(client)
  const { rows, end } = await nextEvents(client, await lastPlace(client), horizon)
  if (rows.length === 0) return 0
  const { privateKey } = await hubSigner()
  for (const [chain, members] of groupBy(rows, ({ event }) => event[4] ?? platformChain)) {
    const last = await lastSeal(client, chain)
    const [number, previous] = [(last?.number ?? 0) + 1, last?.hash ?? '']
    const events = members.map(({ event }) => event)
    const hash = hashOf(previous, events)
    const signature = await signTextAside(privateKey, sealText({ chain, number, hash }))
    await client.query(
      `insert into journal.seal (chain, number, lineage, upto, day, event_ids, previous, hash, signature)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [chain, number, end.lineage, end.upto, earliest(members), events.map(([id]) => id), previous, hash, signature],
    )
  }
  return rows.length
}

/** Around midnight the order is not that of days; a seal is cut with the first of its events. */
const earliest = (members: readonly Row[]): string | undefined => members.map(({ day }) => day).sort()[0]

async function horizonOf(client: pg.PoolClient): Promise<Place> {
  const { rows } = await client.query<Place>(
    'select journal.lineage_now() as lineage, pg_snapshot_xmin(pg_current_snapshot())::text as upto',
  )
  return rows[0] as Place
}

async function lastPlace(client: pg.PoolClient): Promise<Place> {
  const { rows } = await client.query<Place>(
    'select lineage, upto::text as upto from journal.seal order by journal.seal.lineage desc, journal.seal.upto desc limit 1',
  )
  return rows[0] ?? { lineage: 0, upto: '0' }
}

/** Whole transactions, in their order; of an earlier life of the database all of them. */
async function nextEvents(client: pg.PoolClient, from: Place, horizon: Place): Promise<{ rows: readonly Row[]; end: Place }> {
  const { rows: found } = await client.query<Row>(
    `select e.lineage, e.xact::text as upto, e.day::text as day, array[${sealedColumns}] as event from journal.event e
     where (e.lineage, e.xact) >= ($1::int, $2::xid8) and (e.lineage, e.xact) < ($3::int, $4::xid8)
     order by e.lineage, e.xact, e.id limit $5`,
    [from.lineage, from.upto, horizon.lineage, horizon.upto, mostEvents + 1],
  )
  if (found.length <= mostEvents) return { rows: found, end: horizon }
  const last = found.at(-1) as Row
  const whole = found.filter(({ lineage, upto }) => lineage !== last.lineage || upto !== last.upto)
  if (whole.length > 0) return { rows: whole, end: last }
  return allOf(client, last)
}

/** One transaction that is more than a look takes. */
async function allOf(client: pg.PoolClient, { lineage, upto }: Place): Promise<{ rows: readonly Row[]; end: Place }> {
  const { rows } = await client.query<Row>(
    `select e.lineage, e.xact::text as upto, e.day::text as day, array[${sealedColumns}] as event from journal.event e
     where e.lineage = $1 and e.xact = $2::xid8 order by e.id`,
    [lineage, upto],
  )
  return { rows, end: { lineage, upto: String(BigInt(upto) + 1n) } }
}

async function lastSeal(client: pg.PoolClient, chain: string): Promise<{ number: number; hash: string } | undefined> {
  const { rows } = await client.query<{ number: string; hash: string }>(
    'select number, hash from journal.seal where chain = $1 order by journal.seal.number desc limit 1',
    [chain],
  )
  return rows[0] && { number: Number(rows[0].number), hash: rows[0].hash }
}
