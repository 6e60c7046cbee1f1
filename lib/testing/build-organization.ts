import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Environment, Role } from '@/lib/db/generated/enums'
import { newId } from '@/lib/ids'
import { ensureHub } from '@/lib/machines/hub'
import { signedIn } from './signed-in'

/** Everybody a wall is tested with: each role, somebody with one application only, the platform's people, and a stranger. */
export const personNames = ['viewer', 'developer', 'admin', 'owner', 'second', 'edgeOnly', 'operator', 'reviewer', 'stranger'] as const
export type PersonName = (typeof personNames)[number]

export interface BuiltOrganization {
  readonly id: string
  readonly slug: string
  /** Slugs of its two applications. */
  readonly applications: readonly ['shop', 'edge']
  readonly otherSlug: string
  /** Runtime ids of practice pools, by environment. */
  readonly runtimes: Readonly<Record<Environment, string>>
  readonly machines: Readonly<Record<Environment, readonly string[]>>
  readonly userIds: Readonly<Record<PersonName, string>>
  person(name: PersonName): Promise<PersonActor>
}

const parts: Partial<Record<PersonName, { role?: Role; application?: 'edge'; elsewhere?: true; isOperator?: true; isReviewer?: true }>> = {
  viewer: { role: 'viewer' },
  developer: { role: 'developer' },
  admin: { role: 'admin' },
  owner: { role: 'owner' },
  second: { role: 'admin' },
  edgeOnly: { role: 'developer', application: 'edge' },
  operator: { isOperator: true },
  reviewer: { isReviewer: true },
  stranger: { role: 'admin', elsewhere: true },
}

/** An organisation with people of every role, another one beside it, and practice pools whose machines were just heard. */
export async function buildOrganization({ machinesInPool = 3 }: { machinesInPool?: number } = {}): Promise<BuiltOrganization> {
  const tag = newId().slice(0, 6)
  await ensureHub(db)
  const organization = await db.organization.create({ data: { slug: `harbor-${tag}`, name: 'Harbor' } })
  const other = await db.organization.create({ data: { slug: `quarry-${tag}`, name: 'Quarry' } })
  for (const slug of ['shop', 'edge']) await db.application.create({ data: { organizationId: organization.id, slug, name: slug } })
  const edge = await db.application.findFirstOrThrow({ where: { organizationId: organization.id, slug: 'edge' } })
  const userIds = {} as Record<PersonName, string>
  for (const name of personNames) {
    const { role, application, elsewhere, ...platform } = parts[name] ?? {}
    const user = await db.user.create({ data: { name, email: `${name}-${tag}@example.org`, ...platform } })
    userIds[name] = user.id
    const organizationId = elsewhere ? other.id : organization.id
    if (role) await db.member.create({ data: { userId: user.id, organizationId, role, applicationId: application ? edge.id : null } })
  }
  const test = await buildPool(organization.id, 'test', { tag, machines: machinesInPool })
  const production = await buildPool(organization.id, 'production', { tag, machines: machinesInPool })
  return {
    id: organization.id,
    slug: organization.slug,
    applications: ['shop', 'edge'],
    otherSlug: other.slug,
    runtimes: { test: test.runtimeId, production: production.runtimeId },
    machines: { test: test.machineIds, production: production.machineIds },
    userIds,
    async person(name) {
      return signedIn(userIds[name])
    },
  }
}

async function buildPool(organizationId: string, environment: Environment, { tag, machines }: { tag: string; machines: number }) {
  const runtime = await db.runtime.create({
    data: { name: `${environment}-${tag}`, environment, driver: 'practice', grants: { create: { organizationId } } },
  })
  const machineIds: string[] = []
  for (let index = 0; index < machines; index++) machineIds.push(await buildMachine(runtime.id, `${environment}-${tag}-${index}`))
  return { runtimeId: runtime.id, machineIds }
}

/** Far enough ahead that a slow test cannot make a machine fall silent; whoever tests silence moves the clock further. */
export const heardForTests = (): Date => new Date(clock.nowMs() + heardAheadMs)
export const heardAheadMs = 3_600_000

export async function buildMachine(runtimeId: string, name: string, state: 'new' | 'ready' = 'ready'): Promise<string> {
  const id = newId()
  await db.machine.create({
    data: {
      id,
      runtimeId,
      name,
      state,
      signKey: Buffer.from(id.padEnd(32, '.').slice(0, 32)).toString('base64url'),
      boxKey: id,
      heardAt: heardForTests(),
      connected: true,
      address: '127.0.0.1',
      cpuMillis: 4000,
      memoryMib: 4096,
      diskMib: 10_000,
    },
  })
  return id
}
