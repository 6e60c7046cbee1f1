import type { IconName } from '@/components/ui/icon-shapes'
import type { FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'

export interface NavEntry {
  key:
    | 'overview'
    | 'services'
    | 'relations'
    | 'routes'
    | 'variables'
    | 'deploys'
    | 'approvals'
    | 'catalogue'
    | 'machines'
    | 'clusters'
    | 'agents'
    | 'ledger'
    | 'runtimes'
    | 'requests'
    | 'users'
    | 'organizations'
    | 'signIn'
    | 'members'
    | 'policies'
    | 'webhooks'
    | 'tokens'
    | 'audit'
  icon: IconName
  href: string
  count?: number
  /** Somebody waits for the reader. */
  asks?: boolean
  /** The second key after "g". */
  go: string
}

const applicationIn = (pathname: string) => /^\/o\/[^/]+\/a\/([^/]+)/.exec(pathname)?.[1]

/** The application of the address; where it names none, null = all of them. */
export function applicationOf(frame: FrameView, pathname: string) {
  const slug = applicationIn(pathname)
  return frame.organization?.applications.find((application) => encodeURIComponent(application.slug) === slug) ?? null
}

/** Only entries that lead somewhere. */
export function navEntries(frame: FrameView, pathname: string): NavEntry[] {
  const organization = frame.organization
  if (!organization) return []
  const application = applicationOf(frame, pathname)
  const withServices = application ?? organization.applications[0]
  const org = organization.slug
  return [
    { key: 'overview', icon: 'overview', go: 'o', href: application ? paths.application(org, application.slug) : paths.organization(org) },
    ...(withServices
      ? [
          {
            key: 'services' as const,
            icon: 'services' as const,
            go: 's',
            href: paths.services(org, withServices.slug),
            ...(frame.counts.services === null ? {} : { count: frame.counts.services }),
          },
        ]
      : []),
    ...(withServices
      ? [{ key: 'relations' as const, icon: 'relations' as const, go: 'r', href: paths.relations(org, withServices.slug) }]
      : []),
    ...(withServices ? [{ key: 'routes' as const, icon: 'globe' as const, go: 'x', href: paths.routes(org, withServices.slug) }] : []),
    ...(withServices ? [{ key: 'variables' as const, icon: 'key' as const, go: 'v', href: paths.variables(org, withServices.slug) }] : []),
    { key: 'deploys', icon: 'deploys', go: 'd', href: application ? paths.applicationDeploys(org, application.slug) : paths.deploys(org) },
    {
      key: 'approvals',
      icon: 'approvals',
      go: 'a',
      href: paths.approvals(org),
      ...(frame.counts.approvals > 0 ? { count: frame.counts.approvals, asks: true } : {}),
    },
    { key: 'catalogue', icon: 'catalogue', go: 'c', href: paths.catalogue(org) },
    { key: 'runtimes', icon: 'machines', go: 'u', href: paths.runtimes(org) },
    { key: 'members', icon: 'people', go: 'e', href: paths.members(org) },
    { key: 'policies', icon: 'check', go: 'b', href: paths.policies(org) },
    ...(frame.role === 'admin' || frame.role === 'owner'
      ? [
          { key: 'tokens' as const, icon: 'lock' as const, go: 't', href: paths.tokens(org) },
          { key: 'webhooks' as const, icon: 'link' as const, go: 'j', href: paths.webhooks(org) },
          { key: 'audit' as const, icon: 'history' as const, go: 'h', href: paths.audit(org) },
        ]
      : []),
  ]
}

export const platformEntries = (frame: FrameView): NavEntry[] =>
  frame.user.isOperator
    ? [
        { key: 'machines', icon: 'machines', go: 'm', href: paths.platformMachines },
        { key: 'clusters', icon: 'clusters', go: 'k', href: paths.platformClusters },
        { key: 'agents', icon: 'terminal', go: 'n', href: paths.platformAgents },
        { key: 'deploys', icon: 'deploys', go: 'w', href: paths.platformDeploys },
        {
          key: 'requests',
          icon: 'approvals',
          go: 'q',
          href: paths.platformRequests,
          ...(frame.counts.requests > 0 ? { count: frame.counts.requests, asks: true } : {}),
        },
        { key: 'organizations', icon: 'platform', go: 'f', href: paths.platformOrganizations },
        { key: 'users', icon: 'people', go: 'p', href: paths.platformUsers },
        { key: 'signIn', icon: 'lock', go: 'i', href: paths.platformSignIn },
        { key: 'ledger', icon: 'ledger', go: 'l', href: paths.platformLedger },
        { key: 'audit', icon: 'history', go: 'y', href: paths.platformAudit },
      ]
    : []

/** A list is current on the pages of its things too. */
export const isCurrent = (entry: NavEntry, pathname: string) =>
  pathname === entry.href ||
  pathname.startsWith(`${entry.href}/`) ||
  (entry.key === 'deploys' && entry.href.startsWith('/o/') && /^\/o\/.*\/deploys(\/|$)/.test(pathname))
