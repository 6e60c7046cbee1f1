import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { canonicalJson } from '@/lib/protocol/canonical'
import { createRelease } from '@/lib/services/create-release'
import { refuseReferences } from '@/lib/services/refuse-references'
import { secretsIn, valuesIn, variablesIn } from '@/lib/services/release-content'
import { setSecrets } from '@/lib/services/set-secrets'
import { deployKinds } from './deploy-lifecycle'
import type { DeployRequest, RequestDeployInput } from './deploy-request'
import { promotedRelease } from './promoted-release'
import { removalOf } from './removal-of'

export interface Question {
  readonly input: RequestDeployInput
  readonly service: Service
  readonly stage: Stage
}

const plain: DeployRequest = { toReleaseId: null, counts: {}, keepData: true }

/** What a caller sent → what the record keeps. Releases and secrets are made here, so that a plan names only what exists. */
export async function normalizeRequest(tx: Tx, actor: Actor, question: Question): Promise<DeployRequest> {
  const { input } = question
  if (!deployKinds[input.kind].asked) throw new AppError('invalid', `A deploy of kind ${input.kind} cannot be asked for.`)
  const counts = await ownCounts(tx, question)
  const unitNames = await ownUnits(tx, question)
  const placementIds = await ownPlacements(tx, question)
  refuseReferences(input.values, 'values.')
  refuseReferences(input.overlay, 'overlay.')
  const base: DeployRequest = {
    ...plain,
    counts,
    keepData: input.keepData ?? true,
    ...(unitNames ? { unitNames } : {}),
    ...(placementIds ? { placementIds } : {}),
    ...(input.takeOver ? { takeOver: true } : {}),
  }
  if (input.kind === 'promote' || (input.kind === 'install' && input.releaseId))
    return { ...base, toReleaseId: await promotedRelease(tx, actor, question) }
  if (input.kind === 'install' || input.kind === 'upgrade' || input.kind === 'configure')
    return { ...base, toReleaseId: await newRelease(tx, actor, question) }
  if (input.kind === 'rollback' || input.kind === 'accept') return { ...base, toReleaseId: await knownRelease(tx, question) }
  if (input.kind === 'scale' && Object.keys(counts).length === 0)
    throw new AppError('invalid', 'Say how many units each placement shall have.', { fields: { counts: 'is missing' } })
  if (input.kind === 'resize') {
    if (!input.size) throw new AppError('invalid', 'Say which size its units shall have.', { fields: { size: 'is missing' } })
    return { ...base, size: input.size }
  }
  return input.kind === 'migrate' ? { ...base, ...(await ownMachine(tx, question)) } : base
}

/** A machine of the pools that these units are placed in; each unit must be named, for nobody moves a whole service by mistake. */
async function ownMachine(tx: Tx, { input, stage }: Question): Promise<Pick<DeployRequest, 'machineId'>> {
  if (!input.unitIds?.length) throw new AppError('invalid', 'Say which units shall move.', { fields: { unitIds: 'is missing' } })
  if (!input.machineId) return {}
  const known = await tx.machine.count({
    where: { id: input.machineId, removedAt: null, runtime: { placements: { some: { stageId: stage.id } } } },
  })
  if (known === 0) throw notFound('This machine')
  return { machineId: input.machineId }
}

async function ownCounts(tx: Tx, { input, stage }: Question): Promise<Record<string, number>> {
  const counts = input.counts ?? {}
  const known = await tx.placement.count({ where: { stageId: stage.id, id: { in: Object.keys(counts) } } })
  if (known !== Object.keys(counts).length) throw notFound('This placement')
  return counts
}

async function ownPlacements(tx: Tx, { input, stage }: Question): Promise<string[] | undefined> {
  const ids = input.placementIds && [...new Set(input.placementIds)]
  if (!ids) return undefined
  if ((await tx.placement.count({ where: { stageId: stage.id, id: { in: ids } } })) < ids.length) throw notFound('This placement')
  return input.kind === 'remove' ? removalOf(tx, stage.id, ids) : ids
}

async function ownUnits(tx: Tx, { input, stage, service }: Question): Promise<string[] | undefined> {
  if (!input.unitIds) return undefined
  const units = await tx.unit.findMany({
    where: { stageId: stage.id, id: { in: input.unitIds }, removedAt: null },
    select: { ordinal: true },
  })
  if (units.length !== input.unitIds.length) throw notFound('This unit')
  return units.map((unit) => `${service.name}/${unit.ordinal}`)
}

async function newRelease(tx: Tx, actor: Actor, { input, service, stage }: Question): Promise<string> {
  const current = stage.releaseId ? await tx.release.findUnique({ where: { id: stage.releaseId } }) : null
  const packageVersionId = input.packageVersionId ?? current?.packageVersionId
  if (!packageVersionId)
    throw new AppError('invalid', 'Say which package version to install.', { fields: { packageVersionId: 'is missing' } })
  await sameService(tx, service, packageVersionId)
  const before = { values: valuesIn(current?.values), overlay: valuesIn(current?.overlay) }
  const secrets = await setSecrets(tx, actor, { service, environment: stage.environment, secrets: input.secrets ?? {} })
  // A secret stays where it was; a new one belongs to the values.
  const isOwn = ([key]: [string, unknown]) => key in before.overlay
  const mine = Object.entries(secrets).filter(isOwn)
  const others = Object.entries(secrets).filter((entry) => !isOwn(entry))
  const values = { ...(input.values ?? before.values), ...secretsIn(before.values), ...Object.fromEntries(others) }
  const overlay = { ...(input.overlay ?? before.overlay), ...secretsIn(before.overlay), ...Object.fromEntries(mine) }
  const isSameBase = packageVersionId === current?.packageVersionId && canonicalJson(values) === canonicalJson(before.values)
  const release = await createRelease(tx, actor, {
    stage,
    organizationId: service.organizationId,
    packageVersionId,
    values,
    overlay,
    variables: input.variables ?? variablesIn(current?.variables),
    // What only this environment changed leaves it as far as it was.
    promotedFromId: isSameBase ? current?.promotedFromId : null,
    mayBeSuspended: packageVersionId === current?.packageVersionId,
    inForce: current,
    // A new version of a secret is a change that no release shows.
    current: Object.keys(secrets).length === 0 ? current : null,
  })
  return release.id
}

async function sameService(tx: Tx, service: Service, packageVersionId: string): Promise<void> {
  const version = await tx.packageVersion.findUnique({ where: { id: packageVersionId }, select: { packageId: true } })
  if (!version) throw notFound('This package version')
  if (version.packageId !== service.packageId)
    throw new AppError('invalid', 'A service stays with its package; this version is of another one.')
}

async function knownRelease(tx: Tx, { input, stage }: Question): Promise<string> {
  const release = input.releaseId ? await tx.release.findUnique({ where: { id: input.releaseId } }) : null
  if (!release || release.stageId !== stage.id) throw notFound('This release')
  return release.id
}
