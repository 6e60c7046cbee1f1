import { AppError } from '@/lib/errors'
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

/** Many who want the same at once stand in line; longer than this nobody waits for an answer. */
const longestWaitMs = 30_000

/** Prisma's word for a transaction that got no connection in time. */
const neverBegan = (error: unknown): boolean =>
  (error as { code?: string })?.code === 'P2028' && error instanceof Error && error.message.includes('Unable to start a transaction')

/** What takes long and is needed first: the transaction is given up, this is done without one, and it is tried again. */
export class Interlude extends Error {
  constructor(readonly work: () => Promise<void>) {
    super('something has to be done outside of the transaction first')
  }
}

const mostInterludes = 10

/** All writes of a use case together, tried again when the database asks for it; then what was put off until the commit. */
export async function transaction<T>(work: (tx: Tx) => Promise<T>, tries = 5): Promise<T> {
  let interludes = 0
  for (let attempt = 1; ; attempt++) {
    const pending: Then[] = []
    try {
      const result = await db.$transaction(
        async (tx) => {
          afterwards.set(tx, pending)
          return work(tx)
        },
        { timeout: 20_000, maxWait: longestWaitMs },
      )
      // Together, so that their news can leave together.
      await Promise.allSettled(pending.map(async (then) => then()))
      return result
    } catch (error) {
      if (error instanceof Interlude && interludes < mostInterludes) {
        interludes += 1
        attempt -= 1
        await error.work()
        continue
      }
      if (neverBegan(error))
        throw new AppError('unavailable', 'Too many changes are under way. Nothing was changed; try again.', {}, { cause: error })
      if (attempt >= tries || !isRetryable(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 10 * Math.random()))
    }
  }
}
