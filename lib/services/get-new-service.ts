import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf, lacks, type No, no } from '@/lib/auth/gate'
import { newestFirst } from '@/lib/catalog/newest-first'
import { db } from '@/lib/db/client'
import type { PackageVersion } from '@/lib/db/generated/client'
import type { Environment, RuntimeKind } from '@/lib/db/generated/enums'
import { AppError, notFound } from '@/lib/errors'
import { findScope, type Scope } from '@/lib/organizations/find-scope'
import { isOfChart } from '@/lib/protocol/chart'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { providerChoices } from '@/lib/relations/provider-choices'
import { cloneOf } from './clone-of'
import type { NewServiceView, RuntimeChoice } from './new-service-views'
import { kindsFor, offeredRuntimes, runtimeChoices } from './runtime-choices'
import { variableChoices } from './variables-of'

export const GetNewServiceSchema = z.object({
  organization: z.string(),
  application: z.string(),
  package: z.string(),
  /** Missing = the newest active one. */
  version: z.string().nullish(),
  /** A copy of application/name/environment. */
  from: z.string().max(300).nullish(),
})

/** Names longer lists of which no form needs: the request checks them all. */
const mostNames = 2000

/** Everything the wizard needs once a package was picked. */
export async function getNewService(actor: Actor, ask: z.infer<typeof GetNewServiceSchema>): Promise<NewServiceView> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const { kinds, ...pkg } = await findPackage(scope, ask)
  const [runtimes, offered, names, members, providers, variables, clone] = await Promise.all([
    runtimeChoices(scope, kinds),
    offeredRuntimes(scope, kinds),
    db.service.findMany({
      where: { applicationId: scope.application?.id ?? '', removedAt: null, isRoute: false },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: mostNames,
    }),
    listMembers(scope.organization.id),
    providerChoices(scope.application?.id ?? ''),
    variableChoices(scope.application?.id ?? ''),
    ask.from ? cloneOf(actor, ask.organization, ask.from) : null,
  ])
  const wanted = new Set(pkg.components.flatMap((component) => component.requires.map((one) => one.interface)))
  const gate = (environment: Environment) => createGate(actor, scope, { environment, runtimes, members })
  return {
    organizationSlug: scope.organization.slug,
    applicationSlug: ask.application,
    package: pkg,
    runtimes,
    offered,
    providers: providers.filter((one) => wanted.has(one.interface)),
    takenNames: names.map((service) => service.name),
    variables,
    clone,
    gates: { test: gate('test'), production: gate('production') },
  }
}

type FoundPackage = NewServiceView['package'] & { readonly kinds: readonly RuntimeKind[] }

async function findPackage(
  { organization }: Scope,
  { package: name, version }: z.infer<typeof GetNewServiceSchema>,
): Promise<FoundPackage> {
  const found = await db.package.findFirst({
    where: { name, isHidden: false, OR: [{ organizationId: null }, { organizationId: organization.id }] },
    // Manifests are large, and there may be a thousand versions.
    include: { versions: { where: { state: 'active' }, select: { id: true, version: true } } },
    // A package of one's own hides the shipped one of the same name.
    orderBy: { organizationId: { sort: 'asc', nulls: 'last' } },
  })
  if (!found) throw notFound('This package')
  const versions = newestFirst(found.versions)
  const chosen = version ? versions.find((one) => one.version === version) : versions[0]
  if (!chosen) {
    if (version) throw notFound('This package version')
    throw new AppError('plan_refused', 'No version of this package is active.', { reason: 'no_active_version' })
  }
  const { title, summary } = found
  const content = contentOf(await db.packageVersion.findUniqueOrThrow({ where: { id: chosen.id } }))
  return { name, title, summary, versions: versions.map((one) => ({ id: one.id, version: one.version })), ...content }
}

function contentOf({
  id,
  version,
  manifest,
}: PackageVersion): Pick<FoundPackage, 'versionId' | 'version' | 'schema' | 'components' | 'kinds'> {
  const parsed = PackageManifest.parse(manifest)
  return {
    versionId: id,
    version,
    kinds: kindsFor(parsed),
    schema: parsed.config,
    components: parsed.components.map((component) => ({
      name: component.name,
      mode: component.mode,
      isOfChart: isOfChart(component),
      ports: component.ports.map((port) => ({ name: port.name, default: port.default })),
      ...component.resources,
      requires: component.requires,
    })),
  }
}

interface GateFacts {
  readonly environment: Environment
  readonly runtimes: readonly RuntimeChoice[]
  readonly members: readonly PersonActor[]
}

function createGate(actor: Actor, { organization, application }: Scope, { environment, runtimes, members }: GateFacts) {
  const resource = { organizationId: organization.id, applicationId: application?.id ?? null }
  const refused: No | undefined =
    lacks(actor, 'deploy.request', resource) ??
    (runtimes.some((runtime) => runtime.environment === environment)
      ? undefined
      : no('no_runtime', `This organisation may use no runtime of ${environment}.`))
  return gateOf(refused, members, resource)
}
