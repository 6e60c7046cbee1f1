import type { Prisma } from './generated/client'

/** What is plain data, for a JSON column: interfaces have no index signature, so the compiler cannot see that they are. */
export const json = (value: object): Prisma.InputJsonValue => value as Prisma.InputJsonValue
