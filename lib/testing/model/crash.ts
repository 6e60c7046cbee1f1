import { type Connections, type Db, useConnections } from '@/lib/db/client'

/** The process died here. Nothing catches it but the model's own loop. */
export class Crash extends Error {
  constructor() {
    super('the process died')
  }
}

const reads = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
  '$queryRaw',
  '$queryRawUnsafe',
])

/** Lets the n-th write from now be the last thing this process did: inside a transaction it is rolled back, after a commit it stands. */
export class CrashPoint {
  private left = Number.POSITIVE_INFINITY
  private writes = 0

  /** From now on every use case speaks to the database through this point. */
  install(connections: Connections): void {
    const db = connections.db.$extends({
      query: {
        $allOperations: async ({ operation, args, query }) => {
          const result = await query(args)
          if (!reads.has(operation)) this.count()
          return result
        },
      },
    }) as unknown as Db
    useConnections({ pool: connections.pool, db })
  }

  arm(writes: number): void {
    this.left = writes
  }

  disarm(): void {
    this.left = Number.POSITIVE_INFINITY
  }

  /** Writes since somebody last asked. */
  takeWrites(): number {
    const { writes } = this
    this.writes = 0
    return writes
  }

  private count(): void {
    this.writes++
    if (--this.left > 0) return
    this.left = Number.POSITIVE_INFINITY
    throw new Crash()
  }
}
