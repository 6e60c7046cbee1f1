import type { Prisma } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'

/** Offers that hold: made, accepted by the other side, and neither declined nor withdrawn since. */
export const standingOffer = { acceptedAt: { not: null }, endedAt: null } as const

/** Services that those of an application may be related to in one environment: its own, and what others lend it. */
export const withinReach = (applicationId: string, environment: Environment, kind: string): Prisma.ServiceWhereInput => ({
  removedAt: null,
  OR: [{ applicationId }, { offers: { some: { ...standingOffer, toApplicationId: applicationId, environment, interface: kind } } }],
})
