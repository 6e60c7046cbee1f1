import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { plantSecrets, tengenDoctor } from '@/lib/testing/doctor'
import { processesOf } from '@/lib/testing/processes-of'
import { type Product, startProduct } from '@/lib/testing/product'

const root = path.join(import.meta.dirname, '../..')
let product: Product

beforeAll(async () => {
  product = await startProduct()
}, 240_000)
afterAll(() => product.stop())

const isReady = async () => (await fetch(`${product.url}/api/health/ready`).catch(() => undefined))?.status === 200
const untilReady = () => vi.waitUntil(isReady, { timeout: 15_000, interval: 50 })
const up = (...args: string[]) =>
  execFileSync(process.execPath, ['scripts/up.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TENGEN_HOME: product.home },
  })

test('starts, and prints an address and a link that are there', async () => {
  expect(product.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(product.link.startsWith(product.url)).toBe(true)
  expect(await isReady()).toBe(true)
})

test('a second start says where the first one runs, and starts nothing', () => {
  const before = product.pidOf('supervisor')
  expect(up()).toContain(`runs already at ${product.url}`)
  expect(product.pidOf('supervisor')).toBe(before)
})

test('makes another link each time it is asked', () => {
  const links = [product.newLink(), product.newLink()]
  expect(new Set([...links, product.link]).size).toBe(3)
})

test('a port that is taken is refused when it was asked for by number', () => {
  const { port } = new URL(product.url)
  const result = spawnSync(process.execPath, ['scripts/up.mjs', '--port', port], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TENGEN_HOME: `${product.home}/other` },
  })
  expect([result.status, result.stdout]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)])
})

test('a reset that nobody confirms deletes nothing', () => {
  const result = spawnSync(process.execPath, ['scripts/up.mjs', '--reset'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TENGEN_HOME: product.home },
  })
  expect([result.status, result.stdout]).toEqual([1, expect.stringContaining('nobody to ask')])
})

test('the doctor puts into one file what is wrong, and no secret wherever it stands', async () => {
  const planted = await plantSecrets(product)
  const { status, stdout, bundle } = await tengenDoctor(product.home, { NOTE: planted.known, MY_API_KEY: planted.named })
  expect(status).toBe(0)
  const manifest = JSON.parse(bundle.files['manifest.json'] ?? '') as { findings: { part: string; ok: boolean; says: string }[] }
  const answered = Object.fromEntries(manifest.findings.map(({ part, ok, says }) => [part, ok ? true : says]))
  for (const part of ['settings', 'processes', 'database', 'secrets', 'migrations', 'rows', 'redis', 'queue', 'health', 'metrics', 'logs'])
    expect([part, answered[part]]).toEqual([part, true])
  expect(answered.errors).toContain('gateway.test: it broke')
  expect(Object.keys(bundle.files)).toEqual(expect.arrayContaining(['rows/machines.json', 'logs/gateway.log', 'health.json', 'queue.json']))
  expect(bundle.files['logs/gateway.log']).toContain('it broke')
  for (const [name, secret] of Object.entries(planted)) {
    expect([name, bundle.text.includes(secret)]).toEqual([name, false])
    expect([name, stdout.includes(secret)]).toEqual([name, false])
  }
}, 60_000)

test('the doctor answers too where nothing runs', async () => {
  const { status, stdout, bundle } = await tengenDoctor(`${product.home}/nothing`)
  expect([status, stdout]).toEqual([0, expect.stringContaining('its address is not known')])
  expect(bundle.files['manifest.json']).toContain('"of": "hub"')
})

describe('after kill -9 of', () => {
  test.each(['web', 'workers', 'gateway', 'agent production-1'])('%s it runs again, and says so', async (name) => {
    const before = product.pidOf(name)
    product.kill(name)
    await vi.waitUntil(() => product.said().includes(`${name} was ended by SIGKILL`), { timeout: 5_000 })
    await vi.waitUntil(() => product.pidOf(name) !== undefined && product.pidOf(name) !== before, { timeout: 10_000 })
    await untilReady()
  })

  test('PostgreSQL it runs again, and says so', async () => {
    product.kill('postgres')
    await vi.waitUntil(() => product.said().includes('postgres was gone; it runs again'), { timeout: 15_000 })
    await untilReady()
  })
})

test('down ends everything, and says so', () => {
  expect(up('down')).toContain('Everything has ended.')
  expect(processesOf(product.home)).toEqual([])
}, 60_000)
