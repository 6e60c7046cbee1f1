import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namespaceName } from './name-namespace'

const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/)
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

test('a namespace is called after organisation and application', () => {
  expect(namespaceName('harbor', 'shop', null)).toBe('harbor-shop')
})

test('every name is one that Kubernetes takes, and the same each time', () => {
  fc.assert(
    fc.property(slug, slug, fc.option(fc.uuid()), (organization, application, id) => {
      const name = namespaceName(organization, application, id)
      expect(name).toMatch(label)
      expect(name.length).toBeLessThanOrEqual(63)
      expect(namespaceName(organization, application, id)).toBe(name)
    }),
  )
})

test('applications that would be called alike are told apart by their ids', () => {
  expect(namespaceName('a-b', 'c', null)).toBe(namespaceName('a', 'b-c', null))
  expect(namespaceName('a-b', 'c', 'one')).not.toBe(namespaceName('a', 'b-c', 'two'))
})
