import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Liquid } from 'liquidjs'
import { expect, test } from 'vitest'
import { applyDefaults, applyEffectsOf } from '@/lib/package-format/config-schema'
import { packEntries, readFolder } from '@/lib/package-format/pack-folder'
import { validatePackage } from '@/lib/package-format/validate-package'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { contentCheckOf, contentHooksOf, contentProcessOf } from '@/lib/protocol/package-manifest'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, nextTask } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'

const packages = join(import.meta.dirname, '..', 'packages')
let hub: AgentHub
let agent: AgentProcess
let unitId: string
let port: number

eachWithAgent(4, (one) => void ({ hub, agent, unitId, port } = one))

/** Content as the hub would render it from the shipped package. */
async function contentOf(name: string, version: string, values: Record<string, unknown>) {
  const entries = await readFolder(join(packages, name, version))
  const { manifest } = validatePackage(entries)
  const component = manifest?.components[0]
  if (!manifest || !component) throw new Error(`${name} ${version} is not valid.`)
  const config = applyDefaults(manifest.config, values)
  const liquid = new Liquid({ strictVariables: true, ownPropertyOnly: true })
  const files = component.templates.map(({ from, to, mode }) => {
    const source = entries.find((entry) => entry.path === from)
    if (source?.kind !== 'file') throw new Error(`${from} is missing.`)
    return { path: to, mode: Number.parseInt(mode, 8), text: liquid.parseAndRenderSync(source.bytes.toString('utf8'), { config }) }
  })
  return buildContent({
    package: { name, version, ...hub.publish(await packEntries(entries)) },
    files,
    config,
    apply: applyEffectsOf(manifest.config),
    ports: Object.fromEntries(component.ports.map((item) => [item.name, port])),
    hooks: contentHooksOf(component),
    check: contentCheckOf(component),
    process: contentProcessOf(component),
  })
}

async function reach(content: Awaited<ReturnType<typeof contentOf>>, secrets: Record<string, string> = {}) {
  const entry = buildEntry(unitId, content, { check: nextTask() })
  hub.desire([entry], secrets)
  return { switched: await hub.done(entry.cause!), checked: await hub.done(entry.check!) }
}

const good = { switched: { ok: true }, checked: { ok: true } }
const ask = async (path = '/', headers = {}) => (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()

test('greeter answers with its message, takes a new one without losing a request, and keeps its secret', async () => {
  const adminToken = secretPlaceholder('sec_a', 1)
  expect(await reach(await contentOf('greeter', '1.4.0', { message: 'hello', adminToken }), { 'sec_a@1': 'let-me-in-please' })).toEqual(
    good,
  )
  expect(await ask()).toBe('hello\n')
  expect(await ask('/admin')).toBe('a token is needed\n')
  expect(await ask('/admin', { authorization: 'Bearer let-me-in-please' })).toBe('welcome, admin\n')
  const answers = new Set<string>()
  let isProbing = true
  const probing = (async () => {
    while (isProbing) {
      answers.add(await ask())
      await sleep(5)
    }
  })()
  const { pid } = hub.units(unitId).at(-1) ?? {}
  expect(await reach(await contentOf('greeter', '1.4.0', { message: 'good day', adminToken }))).toEqual(good)
  isProbing = false
  await probing
  expect([...answers]).toEqual(['hello\n', 'good day\n'])
  expect(hub.units(unitId).at(-1)?.pid).toBe(pid)
})

test('greeter 1.6.0-rc.1 runs but never passes its check; going back to 1.5.0 heals it', async () => {
  expect(await reach(await contentOf('greeter', '1.5.0', {}))).toEqual(good)
  const broken = await reach(await contentOf('greeter', '1.6.0-rc.1', {}))
  expect(broken).toMatchObject({
    switched: { ok: true },
    checked: { ok: false, code: 'check_failed', message: expect.stringContaining('no greeting') },
  })
  expect(hub.units(unitId).at(-1)).toMatchObject({ state: 'ready', code: 'check_failed' })
  expect(await reach(await contentOf('greeter', '1.5.0', {}))).toEqual(good)
  expect(await ask()).toBe('hello\n')
})

test('static-site shows a new text at once, in the same process', async () => {
  expect(await reach(await contentOf('static-site', '1.0.0', { title: 'One' }))).toEqual(good)
  const { pid } = hub.units(unitId).at(-1) ?? {}
  expect(await ask()).toContain('<h1>One</h1>')
  expect(await reach(await contentOf('static-site', '1.0.0', { title: '<Two>' }))).toEqual(good)
  expect(await ask()).toContain('<h1>&lt;Two&gt;</h1>')
  expect(await ask('/../../etc/passwd')).toContain('no such page')
  expect(hub.units(unitId).at(-1)?.pid).toBe(pid)
})

test.each([
  ['practice-install-fails', 'switched', 'hook_failed', 'install ended with exit code 3.'],
  ['practice-start-hangs', 'switched', 'hook_timeout', 'start did not end within 3 s'],
  ['practice-check-fails', 'checked', 'check_failed', 'replication lag is 1200 s'],
] as const)('%s fails as it promises', async (name, task, code, message) => {
  const content = await contentOf(name, '1.0.0', {})
  const entry = buildEntry(unitId, content, { check: nextTask() })
  hub.desire([entry])
  const outcome = await hub.done(task === 'switched' ? entry.cause! : entry.check!)
  expect(outcome).toMatchObject({ ok: false, code, message: expect.stringContaining(message) })
  await hub.unitState(unitId, task === 'checked' && code === 'check_failed' ? 'ready' : 'error')
})

test('practice-crashes-later ends in error with its exit code, whatever a check saw before', async () => {
  const entry = buildEntry(unitId, await contentOf('practice-crashes-later', '1.0.0', { afterSeconds: 0 }), { check: nextTask() })
  hub.desire([entry])
  expect(await hub.unitState(unitId, 'error')).toMatchObject({ code: 'crash_loop', exitCode: 42 })
})
