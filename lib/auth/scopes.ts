import type { Permission } from './policy'

interface Scope {
  readonly permissions: readonly Permission[]
  /** Only for tokens of persons: who made an organisation's token must not decide by it. */
  readonly isPersonal?: true
  /** Only for persons who run the platform. */
  readonly isPlatform?: true
}

/** What has to be seen to do anything with services. */
const sees = ['organization.see', 'service.see', 'service.states', 'deploy.see', 'log.see', 'package.see'] as const

/**
 * What a token may be good for. Its person, or its organisation's admins, must hold the permission as well: a scope never adds one.
 * A permission that stands in none of these takes a person (`neverByToken`); a test keeps the two complete.
 */
export const scopes = {
  read: { permissions: [...sees, 'output.see'] },
  deploy: { permissions: [...sees, 'output.see', 'deploy.request', 'deploy.cancel_own', 'deploy.comment'] },
  publish: { permissions: ['organization.see', 'package.see', 'package.publish', 'package.suspend'] },
  approve: { permissions: [...sees, 'deploy.approve', 'deploy.cancel_any', 'deploy.accept', 'deploy.comment'], isPersonal: true },
  variables: { permissions: [...sees, 'secret.set_test', 'secret.set_production'] },
  relations: { permissions: [...sees, 'relation.set_test', 'relation.set_production', 'relation.offer'] },
  operate: { permissions: [...sees, 'output.see', 'command.run', 'file.test', 'file.production', 'recording.see'] },
  manage: { permissions: [...sees, 'organization.manage', 'quota.ask'] },
  audit: { permissions: ['organization.see', 'audit.see'] },
  machines: { permissions: ['machine.see', 'service.states'], isPersonal: true, isPlatform: true },
  platform: {
    permissions: ['machine.see', 'service.states', 'machine.manage', 'user.manage', 'platform.manage', 'package.see', 'package.review'],
    isPersonal: true,
    isPlatform: true,
  },
} as const satisfies Record<string, Scope>

export type ScopeName = keyof typeof scopes
export const scopeNames = Object.keys(scopes) as [ScopeName, ...ScopeName[]]

/** What nobody leaves to a program. */
export const neverByToken: readonly Permission[] = [
  'terminal.test',
  'terminal.production',
  'deploy.override',
  'override.review',
  'organization.delete',
  'token.own',
  'token.manage',
]

/** Of no service: a token that is limited to services has these for the organisation. */
export const ofPackages: readonly Permission[] = ['package.see', 'package.publish', 'package.suspend']
export const isAboveServices = (permission: Permission): boolean => permission === 'organization.see' || ofPackages.includes(permission)

const rowOf = (name: string): Scope | undefined => (scopes as Record<string, Scope>)[name]

/** Scopes that no version of this table knows are worth nothing. */
export const permissionsOf = (names: readonly string[]): Permission[] => [
  ...new Set(names.flatMap((name) => rowOf(name)?.permissions ?? [])),
]

export const mayBeShared = (name: ScopeName): boolean => !rowOf(name)?.isPersonal
export const isPlatformScope = (name: ScopeName): boolean => rowOf(name)?.isPlatform === true

/** The scopes that hold a permission, the narrowest first. */
export const scopesWith = (permission: Permission): ScopeName[] =>
  scopeNames.filter((name) => rowOf(name)?.permissions.includes(permission))
