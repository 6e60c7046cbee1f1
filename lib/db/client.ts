import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { env } from '@/lib/env'
import { PrismaClient } from './generated/client'

export type Db = PrismaClient
/** What a use case may do inside its transaction. */
export type Tx = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>

const names = new Map<string, string>()
/** Named statements let PostgreSQL keep the parse and plan of the few hundred queries we have. */
const statementName = ({ sql }: { sql: string }): string => {
  let name = names.get(sql)
  if (!name && names.size < 500) names.set(sql, (name = `p${names.size}`))
  return name as string
}

export interface Connections {
  readonly pool: pg.Pool
  readonly db: Db
}

/** A pool and a Prisma client on top of it. The product has one pair; tests make one for each database. */
export function connect(url: string, max = 10): Connections {
  const pool = new pg.Pool({ connectionString: url, max, options: '-c TimeZone=UTC' })
  // A dropped idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  // The same for one that is taken out and between two queries: its next query says what happened.
  pool.on('connect', (client) => client.on('error', () => {}))
  return { pool, db: new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: statementName }) }) }
}

// One pair a process: a second copy of this module (dev reload, bundles) must not open a second pool.
const holder: typeof globalThis & { tengenConnections?: Connections } = globalThis

/** Opened on first use, so that a build never dials the database. */
export const connections = (): Connections => (holder.tengenConnections ??= connect(env().DATABASE_URL, env().DATABASE_POOL))

/** For tests: point every use case of this process at another database. */
export function useConnections(next: Connections): void {
  holder.tengenConnections = next
}

/** The Prisma client of this process, bound late. */
export const db: Db = new Proxy({} as Db, { get: (_, key) => Reflect.get(connections().db, key) })

/** The pool of this process for hot reads and bulk writes. */
export const pool: pg.Pool = new Proxy({} as pg.Pool, {
  get: (_, key) => {
    const value = Reflect.get(connections().pool, key)
    return typeof value === 'function' ? value.bind(connections().pool) : value
  },
})
