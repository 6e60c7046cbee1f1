import type { Person } from './people'

export type Sees = 'content' | 'denied' | 'not found' | 'sign in'

export interface Address {
  path: string
  /** What a member with that role sees; the title of the page where it is content. */
  title: string | RegExp
  sees: Readonly<Record<Person | 'nobody', Sees>>
}

const ofMembers = { mei: 'content', jonas: 'content', sam: 'content', olga: 'not found', nils: 'not found', nobody: 'sign in' } as const
const ofAll = { ...ofMembers, olga: 'content', nils: 'content' } as const
const ofMakers = { ...ofMembers, sam: 'denied' } as const
const ofOperators = { ...ofMembers, mei: 'not found', jonas: 'not found', sam: 'not found', olga: 'content' } as const
const ofNobody = {
  mei: 'not found',
  jonas: 'not found',
  sam: 'not found',
  nils: 'not found',
  olga: 'not found',
  nobody: 'sign in',
} as const

/** What is there to look at: a deploy and its service, and a command on a machine. */
export interface There {
  number: number
  name: string
  command: number
}

/** Every page with an address, and who sees what of it. */
export const addresses = ({ number, name, command }: There): readonly Address[] => [
  { path: '/', title: /^(Harbor|Quarry|Machines|Your account)/, sees: ofAll },
  { path: '/me', title: 'Your account', sees: ofAll },
  { path: '/me/notices', title: 'Notices', sees: ofAll },
  { path: '/me/tokens', title: 'Your tokens', sees: ofAll },
  { path: '/o/harbor/overview', title: 'Harbor', sees: ofMembers },
  { path: '/o/harbor/approvals', title: 'Approvals', sees: ofMembers },
  { path: '/o/harbor/approvals?tab=others', title: 'Approvals', sees: ofMembers },
  { path: '/o/harbor/approvals?tab=decided', title: 'Approvals', sees: ofMembers },
  { path: '/o/harbor/catalogue', title: 'Catalogue', sees: ofMembers },
  { path: '/o/harbor/catalogue/greeter', title: 'Greeter', sees: ofMembers },
  { path: '/o/harbor/catalogue/publish', title: 'Publish a version', sees: ofMakers },
  { path: '/o/harbor/catalogue/own-program', title: 'Deploy my own', sees: ofMakers },
  { path: '/o/harbor/runtimes', title: 'Runtimes', sees: ofMembers },
  { path: '/o/harbor/settings/members', title: 'Members', sees: ofMembers },
  { path: '/o/harbor/settings/policies', title: 'Policies', sees: ofMembers },
  { path: '/o/harbor/settings/webhooks', title: 'Webhooks', sees: { ...ofMembers, mei: 'denied', sam: 'denied' } },
  { path: '/o/harbor/settings/tokens', title: 'Tokens', sees: { ...ofMembers, mei: 'denied', sam: 'denied' } },
  { path: '/o/harbor/settings/audit', title: 'Audit', sees: { ...ofMembers, mei: 'denied', sam: 'denied' } },
  { path: '/o/harbor/deploys', title: 'Deploys', sees: ofMembers },
  { path: `/o/harbor/deploys/${number}`, title: `Install ${name} 1.0.0`, sees: ofMembers },
  { path: '/o/harbor/a/shop/overview', title: 'Shop', sees: ofMembers },
  { path: '/o/harbor/a/shop/services', title: 'Services', sees: ofMembers },
  { path: `/o/harbor/a/shop/services/${name}`, title: name, sees: ofMembers },
  { path: `/o/harbor/a/shop/services/${name}?environment=test&tab=output`, title: name, sees: ofMembers },
  { path: `/o/harbor/a/shop/services/${name}?environment=test&tab=terminal`, title: name, sees: ofMembers },
  { path: `/o/harbor/a/shop/services/${name}/command?environment=test`, title: `Run a command on ${name}`, sees: ofMembers },
  { path: '/o/harbor/a/shop/services/new?package=greeter', title: /^New service from Greeter/, sees: ofMakers },
  { path: '/o/harbor/a/shop/relations', title: 'Relations', sees: ofMembers },
  { path: '/o/harbor/a/shop/routes', title: 'Routes', sees: ofMembers },
  { path: '/o/harbor/a/shop/routes/new', title: 'New route', sees: ofMakers },
  { path: '/o/harbor/a/shop/variables', title: 'Variables', sees: ofMembers },
  { path: '/o/harbor/a/shop/deploys', title: 'Deploys', sees: ofMembers },
  { path: '/platform/machines', title: 'Machines', sees: ofOperators },
  { path: '/platform/machines/production-1', title: 'production-1', sees: ofOperators },
  { path: '/platform/pools/production', title: 'production', sees: ofOperators },
  { path: '/platform/join', title: 'Add a machine', sees: ofOperators },
  { path: '/platform/clusters', title: 'Clusters', sees: ofOperators },
  { path: '/platform/clusters/add', title: 'Add a cluster', sees: ofOperators },
  { path: '/platform/agents', title: 'Agents', sees: ofOperators },
  { path: '/platform/deploys', title: 'Deploys', sees: ofOperators },
  { path: `/platform/deploys/${command}`, title: /test-1|command/i, sees: ofOperators },
  { path: '/platform/command?machine=production-1', title: 'Run a command on machines', sees: ofOperators },
  { path: '/platform/requests', title: 'Requests', sees: ofOperators },
  { path: '/platform/organizations', title: 'Organisations', sees: ofOperators },
  { path: '/platform/users', title: 'Users', sees: ofOperators },
  { path: '/platform/sign-in', title: 'Sign-in', sees: ofOperators },
  { path: '/me', title: 'Your account', sees: { ...ofMembers, olga: 'content', nils: 'content' } },
  { path: '/platform/audit', title: 'Audit', sees: ofOperators },
  { path: '/platform/ledger', title: 'Ledger', sees: ofOperators },
  { path: '/platform/clusters/nowhere', title: '', sees: ofNobody },
  { path: '/o/harbor/deploys/999999', title: '', sees: ofNobody },
  { path: '/o/harbor/a/shop/routes/nowhere.example.org', title: '', sees: ofNobody },
  { path: '/o/nowhere/overview', title: '', sees: ofNobody },
]
