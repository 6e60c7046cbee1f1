import fc from 'fast-check'
import { expect, test } from 'vitest'
import { narrowGrants } from '@/lib/tokens/narrow-grants'
import type { Grant, PersonActor } from './actor'
import { can, mayKnow } from './authorize'
import { type Permission, policy } from './policy'
import { neverByToken, permissionsOf, type ScopeName, scopeNames, scopesWith } from './scopes'

const permissions = Object.keys(policy) as Permission[]
const person = (grants: readonly Grant[], more: Partial<PersonActor> = {}): PersonActor => ({
  ...{ kind: 'person', id: 'p', name: 'p', isOperator: false, isReviewer: false },
  grants,
  ...more,
})
const tokenOf = (scopes: readonly ScopeName[]) => ({ id: 't', name: 't', isShared: false, permissions: permissionsOf(scopes) })

test('every permission stands in a scope, or is for people alone', () => {
  expect(permissions.filter((permission) => scopesWith(permission).length === 0)).toEqual([...neverByToken].sort(byTable))
})

const byTable = (a: Permission, b: Permission) => permissions.indexOf(a) - permissions.indexOf(b)

const grantOf = fc.record({
  organizationId: fc.constantFrom('acme', 'other'),
  applicationId: fc.constantFrom(null, 'shop', 'edge'),
  role: fc.constantFrom('viewer' as const, 'developer' as const, 'admin' as const, 'owner' as const),
})
const limitsOf = fc.record({
  organizationId: fc.constantFrom(null, 'acme', 'other'),
  applicationId: fc.constantFrom(null, 'shop'),
  services: fc.constantFrom(
    null,
    [{ id: 'web', applicationId: 'shop' }],
    [
      { id: 'web', applicationId: 'shop' },
      { id: 'api', applicationId: 'edge' },
    ],
  ),
})
const resourceOf = fc.record({
  organizationId: fc.constantFrom(null, 'acme', 'other'),
  applicationId: fc.constantFrom(null, 'shop', 'edge'),
  serviceId: fc.constantFrom(undefined, null, 'web', 'api', 'db'),
})

test('a token may nothing that its person may not, nothing beside its scopes, and of services only its own', () => {
  const asked = fc.tuple(
    fc.array(grantOf),
    limitsOf,
    fc.subarray([...scopeNames]),
    resourceOf,
    fc.constantFrom(...permissions),
    fc.boolean(),
  )
  fc.assert(
    fc.property(asked, ([grants, limits, scopes, resource, permission, isOperator]) => {
      const platform = { isOperator, isReviewer: isOperator }
      const token = tokenOf(scopes)
      const speaks = person(narrowGrants(grants, { ...limits, permissions: token.permissions }), { token, ...platform })
      if (mayKnow(speaks, resource)) expect(mayKnow(person(grants, platform), resource)).toBe(true)
      if (!can(speaks, permission, resource)) return
      expect(can(person(grants, platform), permission, resource)).toBe(true)
      expect(token.permissions).toContain(permission)
      const isOfService = limits.services !== null && resource.organizationId !== null && permission.startsWith('deploy.')
      if (isOfService) expect(limits.services?.map((one) => one.id)).toContain(resource.serviceId)
    }),
    { numRuns: 2_000 },
  )
})

test('a token for one service publishes, and deploys that service, and knows of no other', () => {
  const scopes = ['deploy', 'publish'] as const
  const token = tokenOf(scopes)
  const limits = { organizationId: 'acme', applicationId: 'shop', services: [{ id: 'web', applicationId: 'shop' }] }
  const wide = { ...limits, applicationId: null }
  const admin: Grant[] = [{ organizationId: 'acme', applicationId: null, role: 'admin' }]
  const ci = person(narrowGrants(admin, { ...wide, permissions: token.permissions }), { token })
  const web = { organizationId: 'acme', applicationId: 'shop', serviceId: 'web' }
  expect([can(ci, 'deploy.request', web), can(ci, 'log.see', web), can(ci, 'package.publish', { organizationId: 'acme' })]).toEqual([
    true,
    true,
    true,
  ])
  expect([can(ci, 'deploy.request', { ...web, serviceId: 'db' }), mayKnow(ci, { ...web, serviceId: 'db' })]).toEqual([false, false])
  expect([can(ci, 'deploy.approve', web), can(ci, 'secret.set_test', web), mayKnow(ci, { ...web, organizationId: 'other' })]).toEqual([
    false,
    false,
    false,
  ])
})
