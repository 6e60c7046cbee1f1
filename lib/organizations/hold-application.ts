import type { Tx } from '@/lib/db/client'
import type { Application } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'

/**
 * The application that something is put into, as it is and stays until that is done: who archives it waits, and then sees what has
 * come. What is archived is not there.
 */
export async function holdApplication(
  tx: Tx,
  { organization, application: slug }: { organization: string; application: string },
): Promise<Application> {
  const found = await tx.application.findFirst({ where: { slug, organization: { slug: organization, archivedAt: null } } })
  const [living] = found
    ? await tx.$queryRaw<unknown[]>`select 1 from "Application" where id = ${found.id} and "archivedAt" is null for key share`
    : []
  if (!found || !living) throw notFound('This application')
  return found
}
