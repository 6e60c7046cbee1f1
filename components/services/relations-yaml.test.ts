import { expect, test } from 'vitest'
import type { ProviderChoice, RequirementView } from '@/lib/relations/views'
import { namesOfRelations, relationsOfNames } from './relations-yaml'

const of = (change: Partial<ProviderChoice>): ProviderChoice => ({
  ...{ kind: 'service', id: 's1', name: 'store', application: null, interface: 'redis', environment: 'test' },
  ...change,
})
const choices = [
  of({}),
  of({ id: 's2', application: 'Bank' }),
  of({ id: 'e1', kind: 'external' }),
  of({ id: 's3', name: 'mail', interface: 'smtp' }),
]
const requirement = (name: string, many: boolean): RequirementView => ({
  ...{ name, interface: 'redis', granularity: 'unit', optional: true },
  many,
})
const requires = [requirement('db', false), requirement('caches', true)]
const relations = { db: ['service:s2'], caches: ['service:s1', 'external:e1'] }

test('who fulfils what is named so that three of one name are told apart, and read back the same', () => {
  const names = namesOfRelations(choices, relations)
  expect(names).toEqual({ db: ['Bank/store'], caches: ['store', 'external/store'] })
  expect(relationsOfNames(choices, requires, names)).toEqual({ relations, wrong: [] })
})

test('a name that nobody has, one of another kind, a second where one is asked for and an unknown requirement are told', () => {
  const names = { db: ['store', 'Bank/store'], caches: ['gone', 'mail'], queue: ['store'] }
  expect(relationsOfNames(choices, requires, names)).toEqual({
    relations: { db: ['service:s1'] },
    wrong: [
      { requirement: 'db', name: 'Bank/store' },
      { requirement: 'caches', name: 'gone' },
      { requirement: 'caches', name: 'mail' },
      { requirement: 'queue' },
    ],
  })
})
