import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
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
