import { factsOf } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { RuntimeKind } from '@/lib/db/generated/enums'
import { neededByPolicy } from '@/lib/deploys/approval-rules'
import { countRoom } from '@/lib/machines/count-room'
import type { Scope } from '@/lib/organizations/find-scope'
import type { PackageManifest } from '@/lib/protocol/package-manifest'
import type { RuntimeChoice } from './new-service-views'
import type { RuntimeRef } from './views'

/** Runtimes this organisation may use, with the room that the planner would see. */
export async function runtimeChoices({ organization }: Scope, kinds: readonly RuntimeKind[]): Promise<RuntimeChoice[]> {
  const runtimes = await db.runtime.findMany({
    where: { kind: { in: [...kinds] }, grants: { some: { organizationId: organization.id } } },
    include: { cluster: { select: { facts: true } } },
    orderBy: [{ environment: 'asc' }, { name: 'asc' }],
  })
  const [room, needed] = await Promise.all([
    countRoom(
      runtimes.map((runtime) => runtime.id),
      organization.id,
    ),
    neededByPolicy(db, organization.id),
  ])
  return runtimes.map(({ id, name, kind, environment, cluster }) => {
    const { nodes } = factsOf({ facts: cluster?.facts })
    const ofNodes = { machines: nodes.length, readyMachines: nodes.filter((node) => node.isReady && !node.isCordoned).length }
    return { id, name, kind, environment, ...noRoom, ...room.get(id), ...(cluster ? ofNodes : {}), approvalsNeeded: needed[environment] }
  })
}

const noRoom = { machines: 0, readyMachines: 0, largestFreeMemoryMib: null, largestFreeCpuMillis: null }

/** No form lists more. */
const mostOffered = 50

/** Those that it may ask for. */
export const offeredRuntimes = ({ organization }: Scope, kinds: readonly RuntimeKind[]): Promise<RuntimeRef[]> =>
  db.runtime.findMany({
    where: { kind: { in: [...kinds] }, isOffered: true, grants: { none: { organizationId: organization.id } } },
    select: { id: true, name: true, kind: true, environment: true },
    orderBy: [{ environment: 'asc' }, { name: 'asc' }],
    take: mostOffered,
  })

const kindOf: Record<PackageManifest['runtimes'][number], RuntimeKind> = { machine: 'pool', kubernetes: 'cluster', helm: 'cluster' }

/** Where a package says that it can run. */
export const kindsFor = ({ runtimes }: Pick<PackageManifest, 'runtimes'>): RuntimeKind[] => [...new Set(runtimes.map((one) => kindOf[one]))]
