import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freePort } from '@/lib/testing/free-port'

let folder: string
let children: ChildProcess[]
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-proxy-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** As an agent starts it, on a machine of its own. */
function start(address: string, port: number, program: string): ChildProcess {
  const unit = path.join(folder, address)
  mkdirSync(unit)
  const [config, relations] = [path.join(unit, 'config.json'), path.join(unit, 'relations.json')]
  writeFileSync(config, JSON.stringify({ domain: 'localhost', program }))
  writeFileSync(relations, JSON.stringify({ all: [], machine: address }))
  const env = { ...process.env, TENGEN_ADDRESS: address, TENGEN_PORT_HTTP: String(port), TENGEN_UNIT_DIR: unit }
  const child = spawn(process.execPath, [path.resolve('packages/proxy/1.2.0/bin/proxy.mjs')], {
    env: { ...env, TENGEN_CONFIG: config, TENGEN_RELATIONS: relations },
    stdio: 'ignore',
  })
  children.push(child)
  return child
}

/** Which relations are in use there: each machine's have a digest of their own. */
async function stateAt(host: string, port: number): Promise<string | undefined> {
  const answer = await fetch(`http://${host}:${port}/-/proxy`, { headers: { connection: 'close' } }).catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as { relationsDigest: string }).relationsDigest : undefined
}

test.each(['auto', 'own'])(
  'two on one host with one port (%s): each serves its machine, and one of them names below localhost',
  async (program) => {
    const port = await freePort()
    const [one, two] = ['127.0.0.41', '127.0.0.42']
    const processes = [start(one, port, program), start(two, port, program)]
    const states = await vi.waitFor(async () => {
      const found = await Promise.all([one, two, '127.0.0.1'].map((host) => stateAt(host, port)))
      expect(found).not.toContain(undefined)
      return found
    })
    expect(new Set(states).size).toBe(2)
    const local = states[2] === states[0] ? 0 : 1
    processes[local]?.kill('SIGTERM')
    await vi.waitFor(async () => expect(await stateAt('127.0.0.1', port)).toBe(states[1 - local]))
  },
)
