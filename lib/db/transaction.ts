import { db, type Tx } from './client'

type Then = () => void | Promise<void>
const afterwards = new WeakMap<object, Then[]>()

/** Run once the transaction has committed: wake-ups and live news. It may be lost; rows never are. */
export function afterCommit(tx: Tx, then: Then): void {
  afterwards.get(tx as object)?.push(then)
}

// Deadlock, serialization failure, and Prisma's word for both.
const retryable = new Set(['40001', '40P01', 'P2034'])

function isRetryable(error: unknown): boolean {
  const found = error as { code?: string; meta?: { code?: string; driverAdapterError?: { cause?: { originalCode?: string } } } }
  const inner = found?.meta?.driverAdapterError?.cause?.originalCode ?? found?.meta?.code
  return retryable.has(found?.code ?? '') || retryable.has(inner ?? '')
}

/** All writes of a use case together, tried again when the database asks for it; then what was put off until the commit. */
export async function transaction<T>(work: (tx: Tx) => Promise<T>, tries = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const pending: Then[] = []
    try {
      const result = await db.$transaction(
        async (tx) => {
          afterwards.set(tx, pending)
          return work(tx)
        },
        // Where many ask at once they wait for each other's places; nobody is turned away for having been late.
        { timeout: 20_000, maxWait: 30_000 },
      )
      // Together, so that their news can leave together.
      await Promise.allSettled(pending.map(async (then) => then()))
      return result
    } catch (error) {
      if (attempt >= tries || !isRetryable(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 10 * Math.random()))
    }
  }
}
