import { expect, test } from 'vitest'
import type { PersonActor } from './actor'
import { can } from './authorize'
import { type Permission, policy } from './policy'

const organizationId = 'acme'
const person = (values: Partial<PersonActor>): PersonActor => ({
  kind: 'person',
  id: 'p',
  name: 'p',
  isOperator: false,
  isReviewer: false,
  grants: [],
  ...values,
})
const member = (role: 'viewer' | 'developer' | 'admin' | 'owner', applicationId: string | null = null) =>
  person({ grants: [{ organizationId, applicationId, role }] })

/** Who asks, of something in application `shop` of organisation `acme`. */
const people: Record<string, PersonActor> = {
  viewer: member('viewer'),
  developer: member('developer'),
  admin: member('admin'),
  owner: member('owner'),
  'admin of shop': member('admin', 'shop'),
  'admin of edge': member('admin', 'edge'),
  stranger: person({ grants: [{ organizationId: 'other', applicationId: null, role: 'owner' }] }),
  operator: person({ isOperator: true }),
  reviewer: person({ isReviewer: true }),
}

test('who may what, as one table', () => {
  const names = Object.keys(people)
  const permissions = Object.keys(policy) as Permission[]
  const width = Math.max(...permissions.map((permission) => permission.length)) + 2
  const rows = permissions.map(
    (permission) =>
      permission.padEnd(width) +
      names
        .map((name) => {
          const may = can(people[name] as PersonActor, permission, { organizationId, applicationId: 'shop' })
          return (may ? 'yes' : '-').padEnd(name.length + 2)
        })
        .join(''),
  )
  const table = [''.padEnd(width) + names.map((name) => name.padEnd(name.length + 2)).join(''), ...rows]
  expect(table.map((line) => line.trimEnd()).join('\n')).toMatchSnapshot()
})
