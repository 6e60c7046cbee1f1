import type { Tx } from '@/lib/db/client'
import type { Route } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { live } from '@/lib/deploys/deploy-lifecycle'
import { AppError } from '@/lib/errors'
import { covers, isWildcard, overlap } from './host'

interface Claim {
  readonly stageId: string
  readonly organizationId: string
  readonly applicationId: string
  readonly environment: Environment
  readonly host: string
}

/**
 * A host belongs to who has it first in an environment, and so does what a wildcard stands for. Of others only that they have it is
 * said; within an organisation a single name may stand beside the wildcard that covers it, and goes before it.
 */
export async function claimHost(tx: Tx, claim: Claim): Promise<void> {
  const { stageId, organizationId, environment, host } = claim
  // Whoever asks for the same names at the same time waits here: all that overlaps is below the same name.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`route ${environment} ${host.slice(host.indexOf('.') + 1)}`}))`
  for (const other of await overlapping(tx, claim)) {
    if (other.host !== host && other.organizationId === organizationId) continue
    // Whoever goes on with it at this moment has come first, or comes too late.
    await tx.$queryRaw`select 1 from "Route" where "stageId" = ${other.stageId} for update`
    if (await isIdle(tx, other)) await tx.route.deleteMany({ where: { stageId: other.stageId } })
    else throw await taken(tx, claim, other)
  }
  await tx.route.create({ data: { stageId, organizationId, environment, host } })
}

/** Those that are asked for by the same names: the same, the wildcard above it, or what the wildcard stands for. */
async function overlapping(tx: Tx, { environment, host }: Claim): Promise<Route[]> {
  const above = `*.${host.slice(host.indexOf('.') + 1)}`
  const rows = await tx.route.findMany({
    where: {
      environment,
      OR: [{ host: { in: [host, above] } }, ...(isWildcard(host) ? [{ host: { endsWith: host.slice(1) } }] : [])],
    },
    orderBy: { stageId: 'asc' },
  })
  return rows.filter((row) => overlap(row.host, host))
}

/** What was refused or given up before it came to be holds nothing. */
async function isIdle(tx: Tx, { stageId }: Route): Promise<boolean> {
  const placed = await tx.placement.count({
    where: {
      stageId,
      OR: [{ count: { gt: 0 } }, { wantedCount: { gt: 0 } }, { workload: { state: { notIn: ['none', 'removed'] } } }],
    },
  })
  const open = await tx.deployRecord.count({ where: { stageId, state: { in: [...live] } } })
  return placed + open === 0
}

async function taken(tx: Tx, { organizationId, applicationId, host, environment }: Claim, other: Route): Promise<AppError> {
  const isOurs = other.organizationId === organizationId
  const stage = await tx.stage.findUniqueOrThrow({ where: { id: other.stageId }, select: { service: { select: { applicationId: true } } } })
  const isHere = stage.service.applicationId === applicationId
  const where = isHere ? ' This application has a route for it.' : isOurs ? ' Another application of this organisation has it.' : ''
  const what = covers(other.host, host) || covers(host, other.host) ? `${host} overlaps with a host that is taken` : `${host} is taken`
  return new AppError('name_taken', `${what} in ${environment}.${where}`, {
    reason: isHere ? 'host_here' : isOurs ? 'host_ours' : 'host_taken',
    values: { host, environment },
    fields: { host: 'is taken' },
  })
}

/** Who was refused or gave up may have lost the host to others meanwhile. */
export async function insistClaim(tx: Tx, stageId: string): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`select 1 from "Route" where "stageId" = ${stageId} for share`
  if (found.length > 0) return
  throw new AppError('name_taken', 'The host was given up since, and somebody else may have it: make the route anew.', {
    reason: 'host_lost',
    fields: { host: 'is taken' },
  })
}
