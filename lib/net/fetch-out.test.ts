import http, { type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { setEnv } from '@/lib/env'
import { fetchOut } from './fetch-out'

let server: Server
let port: number
let answer: RequestListener
beforeAll(async () => {
  server = http.createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(() => void setEnv({ OUTGOING_ALLOW: undefined }))
afterAll(() => void server.close())

const allow = () => setEnv({ DATABASE_URL: 'postgres://127.0.0.1:1/none', OUTGOING_ALLOW: '127.0.0.1' })
const at = (path = '/', host = 'localhost') => `http://${host}:${port}${path}`
const codeOf = (work: Promise<unknown>) => work.then(String, (error: { code: string }) => error.code)

test('an address inside is not dialled, by name or by number, unless the operator lists it', async () => {
  setEnv({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })
  let asked = 0
  answer = (_, response) => {
    asked++
    response.end('here')
  }
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])
    expect([host, await codeOf(fetchOut(at('/', host)))]).toEqual([host, 'address_refused'])
  expect(await codeOf(fetchOut('http://nowhere.invalid/'))).toBe('unknown_host')
  for (const address of ['file:///etc/passwd', 'ftp://localhost', 'http://user:secret@localhost', 'nonsense'])
    expect(await codeOf(fetchOut(address))).toBe('bad_address')
  expect(asked).toBe(0)
  allow()
  expect(await fetchOut(at())).toMatchObject({ status: 200, text: 'here' })
})

test('it is led on within its own host, never to another, and not for ever', async () => {
  allow()
  answer = (request, response) => {
    if (request.url === '/there') return response.end('there')
    const location = { '/same': '/there', '/round': '/round', '/port': 'http://localhost:1/', '/name': 'http://127.0.0.1/' }[
      request.url ?? ''
    ]
    return response.writeHead(302, { location }).end()
  }
  expect(await fetchOut(at('/same'))).toMatchObject({ status: 200, text: 'there' })
  for (const path of ['/round', '/port', '/name']) expect([path, await codeOf(fetchOut(at(path)))]).toEqual([path, 'elsewhere'])
})

test('an answer that is too large or too slow is cut off', async () => {
  allow()
  answer = (_, response) => {
    response.write('x'.repeat(100_000))
  }
  expect(await codeOf(fetchOut(at(), { caps: { totalMs: 5_000, maxBytes: 50_000 } }))).toBe('too_large')
  expect(await codeOf(fetchOut(at(), { caps: { totalMs: 50, maxBytes: 1_000_000 } }))).toBe('too_slow')
  answer = (request) => request.socket.destroy()
  expect(await codeOf(fetchOut(at()))).toBe('unreachable')
})
