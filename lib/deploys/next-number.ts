import type { Tx } from '@/lib/db/client'

/** Numbers of records rise without a gap, in each organisation and on the platform (null). */
export async function nextNumber(tx: Tx, organizationId: string | null): Promise<number> {
  const data = { deployNumber: { increment: 1 } }
  const select = { deployNumber: true }
  const { deployNumber } = organizationId
    ? await tx.organization.update({ where: { id: organizationId }, data, select })
    : await tx.hub.update({ where: { id: 1 }, data, select })
  return deployNumber
}
