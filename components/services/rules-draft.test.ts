import { expect, test } from 'vitest'
import { noRules, type PlacementRules } from '@/lib/services/rule-views'
import { readRules, rulesDraftOf } from './rules-draft'

const full: PlacementRules = {
  spread: 'rack',
  labels: { disk: 'ssd' },
  near: [{ service: 'cache', on: 'rack', required: false }],
  apart: [{ service: 'db', on: 'machine', required: true }],
}

test('what a placement asks for is typed and read back as it was', () => {
  expect(readRules(rulesDraftOf(full))).toEqual({ rules: full, wrong: [] })
  expect(readRules(rulesDraftOf(noRules)).rules).toEqual(noRules)
})

test('labels without a value, and a service that stands in two lines or in none, are wrong', () => {
  const draft = rulesDraftOf(full)
  expect(readRules({ ...draft, labels: 'disk' }).wrong).toEqual(['labels'])
  const [first] = draft.neighbours
  expect(readRules({ ...draft, neighbours: first ? [first, { ...first, side: 'apart' }] : [] }).wrong).toEqual(['neighbours'])
  expect(readRules({ ...draft, neighbours: [{ side: 'near', service: '', on: 'rack', required: true }] }).wrong).toEqual(['neighbours'])
})
