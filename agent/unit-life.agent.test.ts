import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { unitRelationsOf } from '@/lib/protocol/relations'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, nextTask, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'
import { freePort } from '@/lib/testing/free-port'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(undefined, (one) => void ({ hub, agent, unitId } = one))
afterAll(() => expect(hub.wrongs).toEqual([]))

const hook = (name: string, timeoutMs = 10_000) => ({ run: [`hooks/${name}`], timeoutMs })
const idle = 'echo up; exec sleep 1000'
const process = (command = ['bin/run']) => ({ command, stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } })
const folder = () => join(agent.home, 'apps', 'acme_shop', 'demo_0')

describe('the life of a unit', () => {
  test('hooks run in order, with their environment, and each transition is told', async () => {
    const names = ['install', 'config-changed', 'start', 'relation-changed']
    const scripts = Object.fromEntries(
      names.map((name) => [`hooks/${name}`, `echo ${name} $TENGEN_UNIT $TENGEN_PORT_HTTP $TENGEN_FENCE $REGION; pwd; cat app.conf`]),
    )
    const pack = await publishScripts(hub, { ...scripts, 'bin/run': idle })
    const port = await freePort()
    const content = buildContent({
      package: pack,
      ports: { http: port },
      env: { REGION: 'north', TENGEN_UNIT: 'forged/0' },
      files: [{ path: 'app.conf', mode: 0o640, text: 'message = hello\n' }],
      hooks: Object.fromEntries(names.map((name) => [name, hook(name)])),
      process: process(),
      check: { run: ['/bin/true'], timeoutMs: 2000, everyMs: 500, failures: 3 },
    })
    const check = nextTask()
    const entry = buildEntry(unitId, content, { check })
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    expect(await hub.done(check)).toEqual({ ok: true })
    const said = hub.log(entry.cause!)
    expect(said.match(/stdout: (install|config-changed|start|relation-changed) demo\/0 \d+ 1 north/g)).toHaveLength(4)
    expect([...said.matchAll(/stdout: ([a-z-]+) demo/g)].map((match) => match[1])).toEqual(names)
    expect(said).toContain(`stdout: ${folder()}`)
    expect(said).toContain('stdout: message = hello')
    const running = await hub.unitState(unitId, 'running')
    expect(running.pid).toBeGreaterThan(1)
    expect([...new Set(hub.units(unitId).map(({ state }) => state))]).toEqual(['deployed', 'installed', 'ready', 'running'])
    expect(statSync(folder()).mode & 0o777).toBe(0o700)
  })

  test('a hook that does not end is killed with all it started, and its last lines are told', async () => {
    const pack = await publishScripts(hub, {
      'hooks/install': 'echo waiting; sleep 1000 & trap "" TERM; sleep 1000; sleep 1000',
      'bin/run': idle,
    })
    const entry = buildEntry(unitId, buildContent({ package: pack, hooks: { install: hook('install', 500) }, process: process() }))
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toMatchObject({ ok: false, code: 'hook_timeout' })
    expect(await hub.unitState(unitId, 'error')).toMatchObject({ code: 'hook_timeout', lastLines: ['waiting'] })
    expect(pidsOfUnit(unitId)).toEqual([])
  })

  test('a hook that fails says its exit code; the same entry is not tried again, a new attempt is', async () => {
    const pack = await publishScripts(hub, {
      'hooks/install': 'echo no licence >&2; [ -e fixed ] || { touch fixed; exit 3; }',
      'bin/run': idle,
    })
    const content = buildContent({ package: pack, hooks: { install: hook('install') }, process: process() })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toMatchObject({ ok: false, code: 'hook_failed', message: 'install ended with exit code 3.' })
    expect(await hub.unitState(unitId, 'error')).toMatchObject({ exitCode: 3, lastLines: ['no licence'] })
    hub.desire([entry])
    const again = { ...entry, cause: { ...entry.cause!, attempt: 2 } }
    hub.desire([again])
    expect(await hub.done(again.cause)).toEqual({ ok: true })
    expect(hub.log(entry.cause!).match(/no licence/g)).toHaveLength(1)
  })

  test('one that does not take up what it is told of others runs on as it was, and hears all of it when it is told again', async () => {
    const added = `n=$(cat told 2>/dev/null || echo 0); echo $((n + 1)) > told; echo "new: $(grep -c '"added":.*store' "$TENGEN_RELATIONS")"; [ $n != 1 ] || exit 4`
    const pack = await publishScripts(hub, { 'hooks/relation-changed': added, 'bin/run': idle })
    const entry = buildEntry(
      unitId,
      buildContent({ package: pack, hooks: { 'relation-changed': hook('relation-changed') }, process: process() }),
    )
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    const { pid } = await hub.unitState(unitId, 'running')
    const end = { side: 'provider', relation: 'db', interface: 'redis', application: 'shop', service: 'store', unit: null } as const
    const relations = unitRelationsOf([{ ...end, address: '127.0.0.1', port: 6379 }])
    const told = { ...entry, relations, cause: nextTask() }
    hub.desire([told])
    expect(await hub.done(told.cause)).toMatchObject({ ok: false, code: 'hook_failed' })
    const again = { ...told, cause: nextTask() }
    hub.desire([again])
    expect(await hub.done(again.cause)).toEqual({ ok: true })
    const all = hub.units(unitId)
    expect(all.at(-1)).toMatchObject({ state: 'running', relations: relations.digest, pid })
    expect(all.filter((news) => news.relations === relations.digest && news.code).length).toBe(0)
    for (const { cause } of [told, again]) expect(hub.log(cause)).toContain('stdout: new: 1')
  })

  test('upgrade and rollback stop the old, turn the link, and run the hooks of the new', async () => {
    const scripts = (version: string) => ({
      'hooks/stop': `echo stop ${version}; exit 1`,
      'hooks/upgrade': `echo upgrade to ${version} from $TENGEN_FROM_VERSION`,
      'hooks/config-changed': `echo config ${version}`,
      'bin/run': `echo run ${version}; exec sleep 1000`,
    })
    const hooks = { stop: hook('stop'), upgrade: hook('upgrade'), 'config-changed': hook('config-changed') }
    const one = buildContent({ package: await publishScripts(hub, scripts('1.0.0'), '1.0.0'), hooks, process: process() })
    const two = buildContent({
      package: await publishScripts(hub, scripts('2.0.0'), '2.0.0'),
      hooks,
      process: process(),
      release: { id: 'release-2', number: 2, version: '2.0.0' },
    })
    const first = buildEntry(unitId, one)
    const upgrade = buildEntry(unitId, two)
    const rollback = buildEntry(unitId, one)
    for (const [entry, said] of [
      [first, /config 1\.0\.0/],
      [upgrade, /stop 1\.0\.0[\s\S]*passed over[\s\S]*upgrade to 2\.0\.0 from 1\.0\.0[\s\S]*config 2\.0\.0/],
      [rollback, /stop 2\.0\.0[\s\S]*upgrade to 1\.0\.0 from 2\.0\.0[\s\S]*config 1\.0\.0/],
    ] as const) {
      hub.desire([entry])
      expect(await hub.done(entry.cause!)).toEqual({ ok: true })
      expect(hub.log(entry.cause!)).toMatch(said)
    }
    expect(agent.has('apps', 'acme_shop', 'demo_0', 'releases', one.package.digest.slice(0, 12))).toBe(true)
    expect(agent.has('apps', 'acme_shop', 'demo_0', 'releases', two.package.digest.slice(0, 12))).toBe(true)
    expect(hub.units(unitId).at(-1)?.releaseId).toBe('release-1')
  })

  test('a config change does what its fields ask for: live and reload keep the process, restart does not', async () => {
    const pack = await publishScripts(hub, {
      'hooks/config-changed': 'cat run/config.json',
      'hooks/reload': 'echo reload $TENGEN_PID',
      'bin/run': idle,
    })
    const apply = { a: 'live', b: 'reload', c: 'restart' } as const
    const content = (config: Record<string, number>) =>
      buildContent({
        package: pack,
        config,
        apply,
        hooks: { 'config-changed': hook('config-changed'), reload: hook('reload') },
        process: process(),
      })
    const reach = async (config: Record<string, number>) => {
      const before = hub.units(unitId).length
      const entry = buildEntry(unitId, content(config), { check: nextTask() })
      hub.desire([entry])
      expect(await hub.done(entry.cause!)).toEqual({ ok: true })
      expect(await hub.done(entry.check!)).toEqual({ ok: true })
      const settled = () =>
        hub
          .units(unitId)
          .slice(before)
          .find(({ state, transition }) => state === 'running' && transition === null)
      const { pid } = await hub.until('the unit to run again', settled)
      return { pid, said: hub.log(entry.cause!) }
    }
    const first = await reach({ a: 1, b: 1, c: 1 })
    const live = await reach({ a: 2, b: 1, c: 1 })
    const reload = await reach({ a: 2, b: 2, c: 1 })
    const restart = await reach({ a: 2, b: 2, c: 2 })
    expect(live.said).not.toContain('reload')
    expect(reload.said).toContain(`reload ${first.pid}`)
    expect(live.pid).toBe(first.pid)
    expect(reload.pid).toBe(first.pid)
    expect(restart.pid).not.toBe(first.pid)
    expect(restart.said).toContain('"c": 2')
  })

  test('a restart token restarts once; stopped, started and removed with data kept, which then are deleted on their own', async () => {
    const pack = await publishScripts(hub, { 'hooks/remove': 'echo removing', 'bin/run': 'echo x >> store/starts; exec sleep 1000' })
    const data = [{ name: 'state', path: 'store', sizeMib: 1, keep: true, shared: false }]
    const content = buildContent({ package: pack, process: process(), hooks: { remove: hook('remove') }, data })
    const starts = () => agent.read('apps', 'acme_shop', 'demo_0', 'store', 'starts').length / 2
    const reach = async (change: Partial<ReturnType<typeof buildEntry>>) => {
      const entry = buildEntry(unitId, content, change)
      hub.desire([entry])
      expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    }
    const started = (count: number) => hub.until(`${count} starts`, () => starts() === count)
    await reach({})
    await started(1)
    await reach({ restartToken: 'r1' })
    await started(2)
    await reach({ restartToken: 'r1' })
    await reach({ wanted: 'stopped', restartToken: 'r1' })
    await hub.unitState(unitId, 'stopped')
    expect(pidsOfUnit(unitId)).toEqual([])
    await reach({ restartToken: 'r1' })
    await started(3)
    expect(await hub.drop(join(folder(), 'store'), unitId)).toBe('data_in_use')
    await reach({ wanted: 'absent', content: null, keepData: true })
    const removed = await hub.unitState(unitId, 'removed')
    expect(removed.left).toEqual([join(folder(), 'store')])
    expect(starts()).toBe(3)
    expect(agent.has('apps', 'acme_shop', 'demo_0', 'run')).toBe(false)
    // What was kept goes by a person's order only.
    for (let times = 0; times < 2; times++) expect(await hub.drop(join(folder(), 'store'), unitId)).toBeNull()
    expect(agent.has('apps', 'acme_shop')).toBe(false)
    expect(pidsOfUnit(unitId)).toEqual([])
  })

  test('a unit whose data were to come along and did not is never started; what was copied away from it stays, whatever its package says', async () => {
    const pack = await publishScripts(hub, { 'bin/run': `echo mine >> data/file; ${idle}` })
    const content = buildContent({
      package: pack,
      process: process(),
      data: [{ name: 'state', path: 'data', sizeMib: 0, keep: false, shared: false }],
    })
    const without = buildEntry(unitId, content, { copyId: 'never-came' })
    hub.desire([without])
    expect(await hub.done(without.cause!)).toMatchObject({ ok: false, code: 'data_not_verified' })
    expect(pidsOfUnit(unitId)).toEqual([])

    const plain = buildEntry(unitId, content, { generation: 2 })
    hub.desire([plain])
    expect(await hub.done(plain.cause!)).toEqual({ ok: true })
    await hub.until('it to write', () => agent.has('apps', 'acme_shop', 'demo_0', 'data', 'file'))
    const gone = buildEntry(unitId, null, { generation: 2, wanted: 'absent', keepData: true, copyId: 'went-away' })
    hub.desire([gone])
    expect(await hub.done(gone.cause!)).toEqual({ ok: true })
    expect(agent.read('apps', 'acme_shop', 'demo_0', 'data', 'file')).toBe('mine\n')
  })

  test('secrets reach files and configuration, and no log line, however the program writes them', async () => {
    const placeholder = secretPlaceholder('sec_1', 3)
    const pack = await publishScripts(hub, {
      'hooks/install': 'cat app.conf; printf "half hunter"; sleep 0.3; echo 2-and-more; cat "$TENGEN_CONFIG"; cat app.conf >&2',
      'bin/run': idle,
    })
    const content = buildContent({
      package: pack,
      files: [{ path: 'app.conf', mode: 0o644, text: `password = ${placeholder}\n` }],
      config: { password: placeholder },
      hooks: { install: hook('install') },
      process: process(),
    })
    const entry = buildEntry(unitId, content)
    hub.desire([entry], { 'sec_1@3': 'hunter2-and-more' })
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    expect(agent.read('apps', 'acme_shop', 'demo_0', 'app.conf')).toBe('password = hunter2-and-more\n')
    expect(statSync(join(folder(), 'app.conf')).mode & 0o777).toBe(0o600)
    const said = hub.log(entry.cause!)
    expect(said).toContain('stdout: password = ••••••')
    expect(said).toContain('stdout: half ••••••')
    expect(said).toContain('stderr: password = ••••••')
    expect(JSON.stringify(hub.machine.news)).not.toContain('hunter2')
    expect(agent.read('state', 'outbox.jsonl')).not.toContain('hunter2')
    expect(agent.read('state', 'desired.json')).not.toContain('hunter2')
  })
})
