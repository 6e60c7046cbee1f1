import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { publishAgent } from '@/lib/agents/publish-agent'
import { systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import type { Tx } from '@/lib/db/client'
import type { Role } from '@/lib/db/generated/enums'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { GroupTemplateSchema } from '@/lib/groups/schema'
import { ensureHub } from '@/lib/machines/hub'
import { readFolder } from '@/lib/package-format/pack-folder'

const actor = systemActor('seed')

interface DemoUser {
  readonly email: string
  readonly name: string
  readonly organization?: 'harbor' | 'quarry'
  readonly role?: Role
  readonly isOperator?: true
}

const people: readonly DemoUser[] = [
  { email: 'mei@demo.tengen.test', name: 'Mei Lin', organization: 'harbor', role: 'developer' },
  { email: 'jonas@demo.tengen.test', name: 'Jonas Weber', organization: 'harbor', role: 'admin' },
  { email: 'ingrid@demo.tengen.test', name: 'Ingrid Dahl', organization: 'harbor', role: 'owner' },
  { email: 'olga@demo.tengen.test', name: 'Olga Petrova', isOperator: true },
  { email: 'sam@demo.tengen.test', name: 'Sam Okoro', organization: 'harbor', role: 'viewer' },
  { email: 'nils@demo.tengen.test', name: 'Nils Berg', organization: 'quarry', role: 'admin' },
]

const organizations = [
  {
    slug: 'harbor',
    name: 'Harbor',
    applications: [
      { slug: 'shop', name: 'Shop' },
      { slug: 'edge', name: 'Edge' },
    ],
  },
  { slug: 'quarry', name: 'Quarry', applications: [{ slug: 'stone', name: 'Stone' }] },
] as const

const pools = [
  { name: 'production', environment: 'production' },
  { name: 'test', environment: 'test' },
] as const

/** Two pools and the shipped packages; in the demo two organisations and six people, too. Runs at every start and changes nothing twice. */
export async function seed(root = path.join(import.meta.dirname, '..'), { isDemo = true } = {}): Promise<void> {
  await transaction(async (tx) => {
    await ensureHub(tx)
    for (const pool of pools) await tx.runtime.upsert({ where: { name: pool.name }, create: pool, update: {} })
    if (!isDemo) return
    for (const organization of organizations) await seedOrganization(tx, organization)
    for (const person of people) await seedPerson(tx, person)
  })
  await publishShipped(path.join(root, 'packages'))
  await offerGroups(path.join(root, 'groups'))
  await publishAgent(path.join(root, 'dist/agent.mjs'))
}

async function seedOrganization(tx: Tx, { slug, name, applications }: (typeof organizations)[number]): Promise<void> {
  const organization = await tx.organization.upsert({ where: { slug }, create: { slug, name }, update: {} })
  for (const application of applications) {
    const key = { organizationId: organization.id, slug: application.slug }
    await tx.application.upsert({ where: { organizationId_slug: key }, create: { ...key, name: application.name }, update: {} })
  }
  // The other organisation has no runtime: for it none exists.
  if (slug !== 'harbor') return
  for (const runtime of await tx.runtime.findMany({ where: { name: { in: pools.map((pool) => pool.name) } } })) {
    const key = { runtimeId: runtime.id, organizationId: organization.id }
    await tx.runtimeGrant.upsert({ where: { runtimeId_organizationId: key }, create: key, update: {} })
  }
}

async function seedPerson(tx: Tx, person: DemoUser): Promise<void> {
  const { email, name, isOperator = false } = person
  const user = await tx.user.upsert({ where: { email }, create: { email, name, isOperator }, update: {} })
  if (!person.organization || !person.role) return
  const organization = await tx.organization.findUniqueOrThrow({ where: { slug: person.organization } })
  const known = await tx.member.count({ where: { userId: user.id, organizationId: organization.id } })
  if (known === 0) await tx.member.create({ data: { userId: user.id, organizationId: organization.id, role: person.role } })
}

/** groups/<name>.yaml become what the catalogue offers. */
async function offerGroups(folder: string): Promise<void> {
  for (const file of readdirSync(folder).sort()) {
    const { name, title, description, members } = GroupTemplateSchema.parse(parse(readFileSync(path.join(folder, file), 'utf8')))
    const data = { title, description, members: json(members) }
    await transaction((tx) => tx.groupTemplate.upsert({ where: { name }, create: { name, ...data }, update: data }))
  }
}

/** packages/<name>/<version>/ become versions of the platform's own packages. */
async function publishShipped(folder: string): Promise<void> {
  for (const name of readdirSync(folder).sort()) {
    for (const version of readdirSync(path.join(folder, name)).sort()) {
      const entries = await readFolder(path.join(folder, name, version))
      await transaction((tx) => publishEntries(tx, actor, { organizationId: null, origin: 'shipped', entries }))
    }
  }
}
