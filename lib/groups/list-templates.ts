import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks } from '@/lib/auth/gate'
import { newestFirst } from '@/lib/catalog/newest-first'
import { db } from '@/lib/db/client'
import { findScope, type Scope } from '@/lib/organizations/find-scope'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { runtimeChoices } from '@/lib/services/runtime-choices'
import { inOrder } from './in-order'
import { type TemplateMember, TemplateMemberSchema } from './schema'
import type { GroupTemplates, GroupTemplateView } from './views'

export const ListTemplatesSchema = z.object({ organization: z.string() })

/** Groups that can be deployed as they ship, each member in the newest version there is. */
export async function listTemplates(actor: Actor, { organization }: z.infer<typeof ListTemplatesSchema>): Promise<GroupTemplates> {
  const scope = await findScope(actor, { organization })
  const [rows, runtimes, members] = await Promise.all([
    db.groupTemplate.findMany({ orderBy: { name: 'asc' } }),
    // Members of groups run on machines.
    runtimeChoices(scope, ['pool']),
    listMembers(scope.organization.id),
  ])
  const parsed = rows.map((row) => ({ ...row, members: z.array(TemplateMemberSchema).parse(row.members) }))
  const packages = await newestOf(
    scope,
    parsed.flatMap((template) => template.members.map((member) => member.package)),
  )
  const resource = { organizationId: scope.organization.id, applicationId: scope.applicationIds?.[0] ?? null }
  return {
    templates: parsed.map(({ name, title, description, members: all }) => ({
      name,
      title,
      description,
      members: inOrder(all.map((member) => ({ ...member, needs: Object.values(member.requires).flat() }))).map((member) =>
        memberView(member, packages.get(member.package)),
      ),
    })),
    runtimes,
    gate: gateOf(lacks(actor, 'deploy.request', resource), members, resource),
  }
}

interface Newest {
  readonly id: string
  readonly version: string
  readonly manifest: unknown
}

async function newestOf({ organization }: Scope, names: readonly string[]): Promise<Map<string, Newest>> {
  const found = await db.package.findMany({
    where: { name: { in: [...names] }, OR: [{ organizationId: null }, { organizationId: organization.id }] },
    include: { versions: { where: { state: 'active' }, select: { id: true, version: true } } },
    // A package of one's own hides the shipped one of the same name: it is set last.
    orderBy: { organizationId: { sort: 'desc', nulls: 'first' } },
  })
  const newest = new Map(
    found.flatMap((pkg) => {
      const [first] = newestFirst(pkg.versions)
      return first ? [[pkg.name, first.id] as const] : []
    }),
  )
  // Manifests are large: only those that are shown.
  const versions = await db.packageVersion.findMany({ where: { id: { in: [...newest.values()] } } })
  return new Map(
    [...newest].flatMap(([name, id]) => {
      const version = versions.find((one) => one.id === id)
      return version ? [[name, version] as const] : []
    }),
  )
}

function memberView(member: TemplateMember, newest: Newest | undefined): GroupTemplateView['members'][number] {
  const { name, package: packageName, component, count, values, requires } = member
  const found = newest && PackageManifest.parse(newest.manifest).components.find((one) => one.name === component)
  return {
    name,
    package: packageName,
    version: newest?.version ?? null,
    packageVersionId: found ? newest.id : null,
    component,
    mode: found?.mode ?? 'replicated',
    count,
    values,
    requires,
  }
}
