import { expect, test } from 'vitest'
import { noRules, type PlacementRules } from '@/lib/services/rule-views'
import { draftToYaml, yamlToDraft } from './draft-yaml'
import { fieldsOf } from './schema-fields'

const fields = fieldsOf({
  type: 'object',
  properties: { drain: { type: 'integer', default: 5, 'x-unit': 's' }, message: { type: 'string' } },
})
const rules: PlacementRules = {
  ...noRules,
  spread: 'rack',
  apart: [{ service: 'db', on: 'zone', required: true }],
  labels: { disk: 'ssd' },
}
const draft = {
  ...{ name: 'hello', package: 'greeter@1.4.0', component: 'web', runtime: 'live', count: 3, rules },
  ...{ relations: { db: ['store', 'Bank/store'] }, variables: ['MOOD', 'TOKEN'] },
  config: { drain: 9, message: 'yes: no' },
}

test('what is written is read back the same', () => {
  const parsed = yamlToDraft(draftToYaml(draft, fields))
  expect(parsed.ok && parsed.draft).toEqual(draft)
  const { component: _, ...plain } = { ...draft, rules: noRules, relations: {}, variables: [] }
  expect(draftToYaml(plain, fields)).not.toMatch(/spread|component|relations|variables/)
  expect(yamlToDraft('name: a\nrelations: { db: store }\nvariables: MOOD\n')).toMatchObject({
    draft: { relations: { db: ['store'] }, variables: ['MOOD'] },
  })
})

test('a rule that nobody knows is refused on its line', () => {
  const parsed = yamlToDraft('name: a\nplacements:\n  - runtime: live\n    spread: planet\n')
  expect(!parsed.ok && parsed.errors).toMatchObject([{ line: 4 }])
})

test('units and defaults stand beside the values', () => {
  expect(draftToYaml(draft, fields)).toContain('drain: 9 # s, default 5')
})

test('a text that cannot be read says on which line', () => {
  const parsed = yamlToDraft('name: a\nconfig:\n  x: [1\n')
  expect(parsed.ok).toBe(false)
  expect(!parsed.ok && parsed.errors[0]?.line).toBeGreaterThan(2)
})

test('a key nobody knows is refused with its line', () => {
  const parsed = yamlToDraft('name: a\nreplicas: 3\n')
  expect(!parsed.ok && parsed.errors).toEqual([{ line: 2, message: 'replicas?' }])
})

test('aliases cannot blow a small text up', () => {
  expect(yamlToDraft('name: a\nconfig: &a { x: 1 }\nplacements: [*a, *a]\n').ok).toBe(false)
})

test('a value is found on its line', () => {
  const parsed = yamlToDraft('name: a\nconfig:\n  message: hi\n  drain: 3\n')
  expect(parsed.ok && parsed.lineOf(['config', 'drain'])).toBe(4)
})
