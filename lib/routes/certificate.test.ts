import { expect, test } from 'vitest'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { type CertificateFault, factsOf, readChain, whyNotServed } from './certificate'

const authority = makeCertificate({ names: [], isAuthority: true })
const other = makeCertificate({ names: ['other.example.org'], signer: authority })
const good = makeCertificate({ names: ['shop.example.org', '*.wide.example.org'], signer: authority })
const weak = makeCertificate({ names: ['shop.example.org'], bits: 1024 })
/** All are made: one that is younger has not begun yet. */
const now = new Date()
const later = new Date(now.getTime() + 100 * 86_400_000)
const earlier = new Date(now.getTime() - 86_400_000)
const [own = ''] = good.chain.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----\n/g) ?? []
const locked = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----'

const ask = { ...good, host: 'shop.example.org', now }

test.each<[string, Partial<typeof ask>, CertificateFault | undefined]>([
  ['one with who signed it', {}, undefined],
  ['one alone', { chain: own }, undefined],
  ['a name below its wildcard', { host: 'a.wide.example.org' }, undefined],
  ['its wildcard', { host: '*.wide.example.org' }, undefined],
  ['the name above its wildcard', { host: 'wide.example.org' }, 'names_other'],
  ['two labels below its wildcard', { host: 'b.a.wide.example.org' }, 'names_other'],
  ['another wildcard', { host: '*.example.org' }, 'names_other'],
  ['another name', { host: 'else.example.org' }, 'names_other'],
  ['no PEM', { chain: 'hello' }, 'certificate_unreadable'],
  ['a broken PEM', { chain: own.replace(/[A-Z]{4}/, '!!!!') }, 'certificate_unreadable'],
  ['who signed somebody else after it', { chain: own + own }, 'chain_broken'],
  ['the authority first', { chain: authority.chain + own }, 'is_authority'],
  ['the key of another', { key: other.key }, 'key_other'],
  ['no key', { key: 'hello' }, 'key_unreadable'],
  ['a locked key', { key: locked }, 'key_encrypted'],
  ['a short key', { ...weak }, 'key_weak'],
  ['one that has ended', { now: later }, 'expired'],
  ['one that has not begun', { now: earlier }, 'not_yet'],
])('a certificate for a route: %s', (_, change, code) => {
  expect(whyNotServed({ ...ask, ...change })?.code).toBe(code)
})

test('what is shown of a certificate is its own', () => {
  const facts = factsOf(readChain(good.chain) ?? [])
  expect(facts).toMatchObject({
    names: ['shop.example.org', '*.wide.example.org'],
    issuer: 'Test authority',
    isSelfSigned: false,
    length: 2,
  })
  expect(factsOf(readChain(authority.chain) ?? [])?.isSelfSigned).toBe(true)
})
