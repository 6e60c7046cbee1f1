import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { takeFile } from '@/scripts/process-mark.mjs'
import type { Program } from './child'
import type { Database } from './database'
import { demoOrNot } from './demo-or-not'
import { type Home, homeAt, prepareHome } from './home'
import { takeLock } from './lock'
import { addressOf, isLoopback, ownHost } from './programs'
import { Supervisor } from './supervisor'

let home: Home
let said: string[]
let supervisor: Supervisor

beforeEach(() => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-up-'))
  home = homeAt(folder, folder)
  prepareHome(home)
  takeLock(home)
  said = []
  supervisor = new Supervisor(home, (line) => said.push(line))
})
afterEach(async () => {
  await supervisor.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

const program = (script: string, cwd = home.folder): Program => ({ name: 'web', args: ['-e', script], env: {}, cwd, patienceMs: 1_000 })

test('a database that opens while the end has begun is ended too', async () => {
  let opened = (_: Database): void => {}
  const stop = vi.fn()
  const database: Database = { applicationUrl: '', ownerUrl: '', note: '', mend: async () => false, stop, replace: async () => {} }
  const opening = supervisor.keepDatabase(() => new Promise((resolve) => void (opened = resolve)))
  const ended = supervisor.stop()
  opened(database)
  await Promise.all([opening, ended])
  expect(stop).toHaveBeenCalledOnce()
  expect(existsSync(home.lock)).toBe(false)
})

test('nothing is started once the end has begun', async () => {
  const mark = path.join(home.folder, 'started')
  await supervisor.stop()
  expect(() => supervisor.start([program(`require('fs').writeFileSync('${mark}', '')`)])).toThrow('broken off')
  await expect(supervisor.keepDatabase(() => Promise.reject(new Error('opened all the same')))).rejects.toThrow('broken off')
  expect(existsSync(mark)).toBe(false)
})

test('a program that could not be started at all is tried again, and says so', async () => {
  const cwd = path.join(home.folder, 'not-yet')
  const [child] = supervisor.start([program('setInterval(() => {}, 1000)', cwd)])
  await vi.waitUntil(() => said.some((line) => /web could not be started .*; starting it again/.test(line)))
  mkdirSync(cwd)
  await vi.waitUntil(() => child?.isRunning(), { timeout: 3_000 })
})

test('a file that an ended process, another boot or a killed writer left behind is held by nobody', () => {
  const file = path.join(home.folder, 'held')
  const mine = { pid: process.pid, started: 'long ago@another boot' }
  for (const left of ['', String(process.pid), JSON.stringify(mine), '{"pid":']) {
    writeFileSync(file, left)
    expect([left, takeFile(file)]).toEqual([left, undefined])
  }
  expect(takeFile(file)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  expect(takeFile(file)).toMatchObject({ pid: process.pid })
})

test('what others reach is no demo, stays none, and listens where it did', () => {
  const ask = (listen?: string, publicUrl?: string) => demoOrNot(home, { listen, publicUrl })
  expect(
    [ask(), ask('127.0.0.2'), ask(undefined, 'http://localhost:4800'), ask(undefined, 'http://[::1]:4800')].map((one) => one.isDemo),
  ).toEqual([true, true, true, true])
  expect(demoOrNot(home, { listen: undefined, publicUrl: undefined, publicHosts: 'localhost, 127.0.0.1:80' }).isDemo).toBe(true)
  for (const behind of [{ trustProxy: '127.0.0.1' }, { publicHosts: 'localhost,tengen.example.org' }]) {
    expect(demoOrNot(home, { listen: undefined, publicUrl: undefined, ...behind }).isDemo).toBe(false)
    rmSync(home.listens)
  }
  expect(ask('127.0.0.1', 'https://tengen.example.org')).toEqual({ listen: '127.0.0.1', isDemo: false })
  expect(ask()).toEqual({ listen: '127.0.0.1', isDemo: false })
  expect(ask('0.0.0.0')).toEqual({ listen: '0.0.0.0', isDemo: false })
  expect(ask()).toEqual({ listen: '0.0.0.0', isDemo: false })
})

test('programs of this machine ask for the gateway where it listens', () => {
  const where = ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::', '10.1.2.3', 'fd00::5']
  expect(where.map((listen) => [ownHost(listen, 80), addressOf(listen, 80), isLoopback(listen)])).toEqual([
    ['127.0.0.1:80', 'http://127.0.0.1:80', true],
    ['localhost:80', 'http://localhost:80', true],
    ['[::1]:80', 'http://[::1]:80', true],
    ['127.0.0.1:80', 'http://localhost:80', false],
    ['[::1]:80', 'http://localhost:80', false],
    ['10.1.2.3:80', 'http://10.1.2.3:80', false],
    ['[fd00::5]:80', 'http://[fd00::5]:80', false],
  ])
  expect(isLoopback('127.example.com')).toBe(false)
})
