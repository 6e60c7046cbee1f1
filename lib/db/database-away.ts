import { AppError } from '@/lib/errors'

/** Of sockets, of PostgreSQL (it ends, crashes, begins), of Prisma and of its adapter: nobody answers there now. */
const words = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006'],
  ...['P1001', 'P1002', 'P1017'],
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout'],
])
/** The driver has no code for a connection that broke. */
const broken = /(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/

interface Said {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly originalCode?: unknown
  readonly kind?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly meta?: { readonly code?: unknown; readonly driverAdapterError?: unknown }
}

const deepest = 6

/** Whether something failed for want of the database, however deep the driver has wrapped that. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || error instanceof AppError || depth > deepest) return false
  const { code, syscall, originalCode, kind, message, cause, meta } = error as Said
  // Its socket is a file where it is on the same machine.
  if (code === 'ENOENT' && syscall === 'connect') return true
  if ([code, originalCode, kind, meta?.code].some((word) => typeof word === 'string' && words.has(word))) return true
  if (typeof message === 'string' && broken.test(message)) return true
  return isDatabaseAway(cause, depth + 1) || isDatabaseAway(meta?.driverAdapterError, depth + 1)
}

/** What whoever asked hears of it. It may have come in the moment of a commit: whether that went through, a look tells. */
export const databaseAway = (cause: unknown): AppError =>
  new AppError('unavailable', 'The database does not answer. Try again in a moment.', { reason: 'database_away', retryAfter: 3 }, { cause })
