import { describe, expect, test } from 'vitest'
import { checkConfigSchema } from './check-config-schema'
import { applyDefaults, applyEffectsOf, secretPathsOf, validateConfig } from './config-schema'

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['message'],
  $defs: { port: { type: 'integer', minimum: 1, maximum: 65535 } },
  properties: {
    message: { type: 'string', minLength: 1, pattern: '^[a-z ]+$', 'x-apply': 'reload' },
    port: { $ref: '#/$defs/port', default: 8080 },
    level: { type: 'string', enum: ['info', 'debug'], default: 'info', 'x-apply': 'live' },
    db: {
      type: 'object',
      properties: { user: { type: 'string', default: 'app' }, password: { type: 'string', 'x-secret': true, pattern: '^.{12,}$' } },
    },
  },
}

const found = (values: unknown) => validateConfig(schema, values).map(({ path, keyword, message }) => `${path} ${keyword}: ${message}`)

describe('values against a package schema', () => {
  test('good values have no finding', () => expect(found({ message: 'hello world', port: 80 })).toEqual([]))
  test('each finding names the field, the rule and what would be right', () => {
    expect(found({ message: 'HELLO', port: 0, level: 'loud', extra: 1 })).toEqual([
      '/message pattern: must match ^[a-z ]+$',
      '/port minimum: must be at least 1',
      '/level enum: must be one of "info", "debug"',
      '/extra additionalProperties: is not a known field',
    ])
    expect(found({})).toEqual(['/message required: is required'])
    expect(found({ message: 3 })).toEqual(['/message type: must be of type string'])
  })
  test('a secret is given by its name; its pattern is for the text, which is not here', () => {
    expect(found({ message: 'x', db: { password: 'secret:sec_1' } })).toEqual([])
    expect(found({ message: 'x', db: { password: 'short' } })).toEqual(['/db/password pattern: must match ^.{12,}$'])
    expect([...secretPathsOf(schema)]).toEqual(['/db/password'])
  })
  test('a pattern that would take RegExp for ever ends at once', () => {
    const evil = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } }
    const started = performance.now()
    expect(validateConfig(evil, { text: `${'a'.repeat(5000)}!` })).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })
  test('defaults fill what was not given, also inside objects', () => {
    expect(applyDefaults(schema, { message: 'hi', db: {} })).toEqual({ message: 'hi', port: 8080, level: 'info', db: { user: 'app' } })
  })
  test('effects default to restart', () => {
    expect(applyEffectsOf(schema)).toEqual({ message: 'reload', port: 'restart', level: 'live', db: 'restart' })
  })
})

describe('a package schema itself', () => {
  const rules = (config: Record<string, unknown>) => checkConfigSchema({ type: 'object', ...config }).map(({ rule }) => rule)
  test('a good one passes', () => expect(checkConfigSchema(schema)).toEqual([]))
  test.each([
    ['remote reference', { properties: { a: { $ref: 'https://example.org/x' } } }, ['config_ref']],
    ['circle', { $defs: { a: { properties: { b: { $ref: '#/$defs/a' } } } }, properties: { a: { $ref: '#/$defs/a' } } }, ['config_ref']],
    ['pattern RE2 does not know', { properties: { a: { type: 'string', pattern: '(?=x)' } } }, ['config_pattern']],
    ['patternProperties', { patternProperties: { '(a+)+': {} } }, ['config_keyword']],
    ['unknown type', { properties: { a: { type: 'text' } } }, ['config_type']],
    ['unknown effect', { properties: { a: { 'x-apply': 'soon' } } }, ['config_apply']],
    ['default that breaks its own rule', { properties: { a: { type: 'integer', minimum: 3, default: 1 } } }, ['config_default']],
    ['secret with a default', { properties: { a: { type: 'string', 'x-secret': true, default: 'x' } } }, ['config_secret']],
    ['name of an object’s inside', { properties: { constructor: { type: 'string' } } }, ['config_field_name']],
  ])('refuses a %s', (_, config, expected) => expect([...new Set(rules(config))]).toEqual(expected))
  test('references that double at every step are refused quickly', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `d${i}`,
        i === 39 ? { type: 'string' } : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
      ]),
    )
    expect(rules({ $defs })).toContain('config_size')
  })
})
