import { expect, test } from 'vitest'
import { HostSchema } from '@/lib/protocol/route'
import { overlap } from './host'

test.each([
  ['shop.example.org', 'shop.example.org'],
  [' Shop.Example.ORG ', 'shop.example.org'],
  ['*.example.org', '*.example.org'],
  ['shop', undefined],
  ['a.*.example.org', undefined],
  ['*shop.example.org', undefined],
  ['10.0.0.1', undefined],
  ['shop.example.org/path', undefined],
  ['shop..org', undefined],
  ['-shop.example.org', undefined],
])('a host: %s', (text, host) => {
  expect(HostSchema.safeParse(text).data).toBe(host)
})

test.each([
  ['shop.example.org', 'shop.example.org', true],
  ['*.example.org', 'shop.example.org', true],
  ['shop.example.org', '*.example.org', true],
  ['*.example.org', '*.example.org', true],
  ['*.example.org', 'example.org', false],
  ['*.example.org', 'a.shop.example.org', false],
  ['*.example.org', '*.shop.example.org', false],
  ['shop.example.org', 'shop.example.com', false],
])('%s and %s may be asked for by the same name: %s', (a, b, does) => {
  expect(overlap(a, b)).toBe(does)
})
