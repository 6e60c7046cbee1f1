import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setEnv } from '@/lib/env'
import type { RouteValues } from '@/lib/protocol/route'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { askRoute } from './ask-route'

const host = 'shop.example.org'
const own = makeCertificate({ names: [host] })
const other = makeCertificate({ names: [host] })

/** What an ingress controller does: it knows one host, and answers any other alike. */
const answer: http.RequestListener = (request, response) => {
  if (request.headers.host !== host) response.writeHead(404).end('404 page not found')
  else if (request.url === '/down') response.writeHead(503).end()
  else if (request.url === '/away') response.writeHead(302, { location: 'https://elsewhere.example.org/' }).end()
  else response.writeHead(request.url === '/missing' ? 404 : 200).end('of its own')
}
const servers = { http: http.createServer(answer), https: https.createServer({ cert: own.chain, key: own.key }, answer) }
const addressOf = (scheme: 'http' | 'https') => `127.0.0.1:${(servers[scheme].address() as AddressInfo).port}`

beforeAll(async () => {
  setEnv({ DATABASE_URL: 'postgresql://none', OUTGOING_ALLOW: '127.0.0.0/8' })
  for (const server of Object.values(servers)) await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const server of Object.values(servers)) server.close()
})

const route = (path: string, more: Partial<RouteValues> = {}): RouteValues => ({
  ...{ host, ingressClass: null, tls: 'none', rules: [{ path, match: 'prefix', service: 'web', port: 'http' }] },
  ...more,
})
const served = { tls: 'certificate' as const, chain: own.chain }

test.each<[string, RouteValues, 'http' | 'https', string | null]>([
  ['answers', route('/'), 'http', null],
  ['answers that it has no such page', route('/missing'), 'http', null],
  ['leads on elsewhere', route('/away'), 'http', null],
  ['is known to nobody', route('/', { host: 'other.example.org' }), 'http', 'not_taken_up'],
  ['has nobody behind it', route('/down'), 'http', 'nobody_behind'],
  ['shows its certificate', route('/', served), 'https', null],
  ['shows another certificate', route('/', { ...served, chain: other.chain }), 'https', 'other_certificate'],
  ['shows one that nobody trusts', route('/', { tls: 'issuer' }), 'https', 'not_trusted'],
  ['has no certificate of its issuer yet', route('/', { tls: 'issuer', host: 'late.example.org' }), 'https', 'not_issued'],
  ['speaks no TLS', route('/', served), 'http', 'unreachable_tls'],
])('a route that %s', async (_, values, scheme, code) => {
  expect(await askRoute(values, [addressOf(scheme)])).toMatchObject({ works: code === null, code })
})

test('a route without an address, and one in a network that may not be dialled, are not asked', async () => {
  expect(await askRoute(route('/'), [])).toMatchObject({ code: 'no_address' })
  expect(await askRoute(route('/'), ['169.254.169.254'])).toMatchObject({ code: 'address_refused' })
})
