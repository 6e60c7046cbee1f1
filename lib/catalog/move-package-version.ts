import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { can, mayKnow } from '@/lib/auth/authorize'
import { lacks, type No, no, refuse } from '@/lib/auth/gate'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lookAgain } from '@/lib/services/raise-inputs'
import { packageLifecycle } from './package-lifecycle'

export const packageVersionActs = ['suspend', 'resume', 'delete'] as const
export type PackageVersionAct = (typeof packageVersionActs)[number]

export const MovePackageVersionSchema = z.object({
  /** Slug of the organisation from which it is done. */
  organization: z.string(),
  name: z.string(),
  version: z.string(),
  act: z.enum(packageVersionActs),
})

const past = { suspend: 'package.suspended', resume: 'package.resumed', delete: 'package.deleted' } as const

/** Suspends a version (no new installs or upgrades; what runs goes on), lets it be used again, or deletes it once nothing needs it. */
export async function movePackageVersion(actor: Actor, input: z.infer<typeof MovePackageVersionSchema>): Promise<void> {
  const { act, name, version } = input
  await transaction(async (tx) => {
    const found = await findVersion(tx, actor, input)
    const used = act === 'delete' ? await countLiveUses(tx, found.id) : 0
    refuse(whyNotMoveVersion(actor, act, { state: found.state, organizationId: found.package.organizationId, used }))
    const state = packageLifecycle.next(found.state, act)
    const { count } = await tx.packageVersion.updateMany({ where: { id: found.id, state: found.state }, data: { state } })
    if (count === 0) throw new AppError('stale', 'Somebody else was faster.')
    if (act === 'suspend') await wakePlannedWith(tx, found.id)
    await writeEvent(tx, actor, {
      name: past[act],
      organizationId: found.package.organizationId,
      subject: { kind: 'package', id: found.packageId },
      data: { name, version, from: found.state, to: state },
    })
  })
}

/** What was asked for before and has not begun is refused now; who asked hears it at once. */
async function wakePlannedWith(tx: Tx, packageVersionId: string): Promise<void> {
  const releases = await tx.release.findMany({ where: { packageVersionId }, select: { id: true } })
  const waiting = await tx.deployRecord.findMany({
    where: { toReleaseId: { in: releases.map(({ id }) => id) }, state: { in: ['awaiting_approval', 'queued'] } },
    select: { id: true },
  })
  await lookAgain(tx, { id: { in: waiting.map(({ id }) => id) } })
}

/** Of the organisation's own package, else the shipped one; what belongs to others is not there. */
async function findVersion(tx: Tx, actor: Actor, { organization, name, version }: z.infer<typeof MovePackageVersionSchema>) {
  const owner = await tx.organization.findUnique({ where: { slug: organization, archivedAt: null }, select: { id: true } })
  const found =
    owner &&
    (await tx.packageVersion.findFirst({
      where: { version, package: { name, OR: [{ organizationId: null }, { organizationId: owner.id }] } },
      include: { package: true },
      orderBy: { package: { organizationId: { sort: 'asc', nulls: 'last' } } },
    }))
  const isShipped = found?.package.organizationId === null
  const isKnown = owner && (mayKnow(actor, { organizationId: owner.id }) || (isShipped && can(actor, 'package.review')))
  if (!found || !isKnown) throw notFound('This package version')
  return found
}

/** Releases that a living service runs or could go back to. */
const countLiveUses = (tx: Tx, packageVersionId: string): Promise<number> =>
  tx.release.count({ where: { packageVersionId, stage: { service: { removedAt: null } } } })

interface VersionFacts {
  readonly state: Parameters<typeof packageLifecycle.can>[0]
  readonly organizationId: string | null
  readonly used: number
}

/** Private versions are the organisation's admins'; shipped ones the platform's reviewers'. */
export function whyNotMoveVersion(actor: Actor, act: PackageVersionAct, { state, organizationId, used }: VersionFacts): No | undefined {
  const refused = organizationId ? lacks(actor, 'package.suspend', { organizationId }) : lacks(actor, 'package.review', {})
  if (refused) return refused
  if (!packageLifecycle.can(state, act)) return no('wrong_state', `Not while the version is ${state.replaceAll('_', ' ')}.`)
  return used > 0 ? { ...no('in_use', 'A living service has a release of this version.'), values: { count: used } } : undefined
}
