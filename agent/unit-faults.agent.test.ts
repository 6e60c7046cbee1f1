import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildContent, buildEntry, nextTask, pidsOfUnit, publishScripts } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'
import { freePort } from '@/lib/testing/free-port'
import { statOf } from './procfs'

let hub: AgentHub
let agent: AgentProcess
let unitId: string

eachWithAgent(8, (one) => void ({ hub, agent, unitId } = one))

const hook = (name: string, timeoutMs = 10_000) => ({ run: [`hooks/${name}`], timeoutMs })
const idle = 'echo up; exec sleep 1000'
const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }
const inUnit = (...path: string[]) => join(agent.home, 'apps', 'acme_shop', 'demo_0', ...path)
const check = (everyMs = 200, failures = 2) => ({ run: ['hooks/check'], timeoutMs: 2000, everyMs, failures })

describe('kill -9 of the agent', () => {
  test('while a hook runs: it is adopted, runs once, and no line of it is missing or double', async () => {
    const script =
      'echo begin; touch began; n=0; while [ ! -e go ]; do n=$((n+1)); echo "line $n"; sleep 0.05; done; echo end; echo done >> ends'
    const pack = await publishScripts(hub, { 'hooks/install': script, 'bin/run': idle })
    const entry = buildEntry(unitId, buildContent({ package: pack, hooks: { install: hook('install', 30_000) }, process }))
    hub.desire([entry])
    await hub.until('some lines', () => hub.log(entry.cause!).includes('line 3'))
    await agent.kill()
    await agent.start()
    await hub.until('more lines', () => hub.log(entry.cause!).includes('line 9'))
    await agent.kill()
    writeFileSync(inUnit('go'), '')
    await hub.until('its end', () => existsSync(inUnit('ends')) && pidsOfUnit(unitId).length === 0)
    await agent.start()
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    const lines = [...hub.log(entry.cause!).matchAll(/stdout: (.*)/g)].map((match) => match[1])
    expect(lines[0]).toBe('begin')
    expect(lines.at(-1)).toBe('end')
    expect(lines.slice(1, -1)).toEqual(lines.slice(1, -1).map((_, index) => `line ${index + 1}`))
    expect(readFileSync(inUnit('ends'), 'utf8')).toBe('done\n')
  })

  test('while the process runs: it goes on untouched and is adopted, its later end is noticed', async () => {
    const pack = await publishScripts(hub, { 'bin/run': idle, 'hooks/check': 'true' })
    const entry = buildEntry(unitId, buildContent({ package: pack, process, check: check() }))
    hub.desire([entry])
    const { pid } = await hub.unitState(unitId, 'running')
    await agent.kill()
    expect(pidsOfUnit(unitId)).toContain(pid)
    const before = hub.units(unitId).length
    await agent.start()
    await hub.until('a new session', () => hub.machine.inventories.length >= 2)
    expect(hub.machine.inventories.at(-1)?.units).toMatchObject([{ unitId, state: 'running', pid }])
    globalThis.process.kill(pid as number, 'SIGKILL')
    expect(await hub.unitState(unitId, 'installed', before)).toMatchObject({ exitCode: 137, code: 'exited', restarts: 1 })
    const isNew = () =>
      hub
        .units(unitId)
        .slice(before)
        .find((news) => news.state === 'running' && news.pid !== pid)
    expect(await hub.until('a new process', isNew)).toMatchObject({ restarts: 1 })
  })

  test('while a check runs: it is ended, so that the next does not run beside it', async () => {
    const pack = await publishScripts(hub, { 'bin/run': idle, 'hooks/check': 'echo $$ >> checks; exec sleep 1000' })
    hub.desire([buildEntry(unitId, buildContent({ package: pack, process, check: { ...check(), timeoutMs: 60_000 } }))])
    const pids = () => (existsSync(inUnit('checks')) ? readFileSync(inUnit('checks'), 'utf8').trim().split('\n') : [])
    const first = await hub.until('a check', () => pids()[0])
    await agent.kill()
    expect(existsSync(`/proc/${first}`)).toBe(true)
    await agent.start()
    await hub.until('another check', () => pids().length === 2)
    expect(statOf(Number(first))?.state ?? 'Z').toBe('Z')
  })

  test('a foreign process that has the remembered pid is neither adopted nor touched', async () => {
    const pack = await publishScripts(hub, { 'bin/run': idle })
    hub.desire([buildEntry(unitId, buildContent({ package: pack, process }))])
    await hub.unitState(unitId, 'running')
    await agent.kill()
    for (const pid of pidsOfUnit(unitId)) globalThis.process.kill(pid, 'SIGKILL')
    const path = join(agent.home, 'state', 'units', `${unitId}.json`)
    const record = JSON.parse(readFileSync(path, 'utf8'))
    // The pid of this test itself, with the start time the record remembers.
    record.process.mark.pid = globalThis.process.pid
    writeFileSync(path, JSON.stringify(record))
    const before = hub.units(unitId).length
    await agent.start()
    const news = await hub.unitState(unitId, 'running', before)
    expect(news.pid).not.toBe(globalThis.process.pid)
    expect(news.restarts).toBe(1)
  })
})

describe('processes and checks', () => {
  test('a crash loop is an error with exit code and last lines, never running', async () => {
    const pack = await publishScripts(hub, { 'bin/run': 'echo starting; echo no memory >&2; exit 42' })
    const entry = buildEntry(unitId, buildContent({ package: pack, process }), { check: nextTask() })
    hub.desire([entry])
    expect(await hub.done(entry.check!)).toMatchObject({ ok: false, code: 'crash_loop' })
    expect(await hub.unitState(unitId, 'error')).toMatchObject({ code: 'crash_loop', exitCode: 42, lastLines: ['starting', 'no memory'] })
    expect(hub.units(unitId).map(({ state }) => state)).not.toContain('running')
  })

  test('a program that passes its check each time before it dies is not shown as running again', async () => {
    const pack = await publishScripts(hub, { 'bin/run': 'touch up; sleep 0.3; rm up; exit 42', 'hooks/check': '[ -e up ]' })
    hub.desire([buildEntry(unitId, buildContent({ package: pack, process, check: check() }))])
    expect(await hub.unitState(unitId, 'error')).toMatchObject({ code: 'crash_loop', exitCode: 42 })
    const states = hub.units(unitId).map(({ state }) => state)
    expect(states.filter((state) => state === 'running').length).toBeLessThanOrEqual(1)
  })

  test('a check that never passes fails its task after the allowed failures; the reason is its last word', async () => {
    const pack = await publishScripts(hub, { 'bin/run': idle, 'hooks/check': 'echo lag is 1200 s >&2; exit 1' })
    const entry = buildEntry(unitId, buildContent({ package: pack, process, check: check() }), { check: nextTask() })
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    expect(await hub.done(entry.check!)).toMatchObject({ ok: false, code: 'check_failed', message: 'lag is 1200 s' })
    expect(hub.log(entry.check!)).toContain('stderr: lag is 1200 s')
    expect(hub.units(unitId).at(-1)).toMatchObject({ state: 'ready', code: 'check_failed' })
  })

  test('a check lost and regained is told each time, with the facts it printed', async () => {
    const pack = await publishScripts(hub, { 'bin/run': idle, 'hooks/check': `[ ! -e sick ] && echo '{"role":"primary"}'` })
    hub.desire([buildEntry(unitId, buildContent({ package: pack, process, check: check() }))])
    expect((await hub.unitState(unitId, 'running')).facts).toEqual({ role: 'primary' })
    const before = hub.units(unitId).length
    writeFileSync(inUnit('sick'), '')
    expect(await hub.unitState(unitId, 'ready', before)).toMatchObject({ code: 'check_failed' })
    rmSync(inUnit('sick'))
    expect(await hub.unitState(unitId, 'running', before)).toMatchObject({ state: 'running' })
    expect(hub.units(unitId).at(-1)?.code).toBeUndefined()
  })

  test('a reserved port that somebody has is port_taken, and says who', async () => {
    const port = await freePort()
    const foreign = createServer().listen(port, '127.0.0.1')
    const pack = await publishScripts(hub, { 'bin/run': idle })
    const content = buildContent({ package: pack, process, ports: { http: port } })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toMatchObject({
      ok: false,
      code: 'port_taken',
      message: expect.stringContaining(`(pid ${globalThis.process.pid})`),
    })
    await new Promise((resolve) => foreign.close(resolve))
    // Somebody else answers on the port although the unit runs: the check must not believe it.
    const late = createServer()
    const again = buildEntry(unitId, content, { check: nextTask() })
    hub.desire([again])
    expect(await hub.done(again.cause!)).toEqual({ ok: true })
    late.listen(port, '127.0.0.1')
    expect(await hub.done(again.check!)).toMatchObject({ ok: false, code: 'port_taken' })
    late.close()
  })

  test('a process that ignores its stop signal is killed with its group', async () => {
    const pack = await publishScripts(hub, { 'bin/run': 'trap "" TERM; sleep 1000 & sleep 1000; sleep 1000' })
    const stop = { signal: 'SIGTERM' as const, timeoutMs: 300 }
    const content = buildContent({ package: pack, process: { command: ['bin/run'], stop } })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    const absent = buildEntry(unitId, null, { wanted: 'absent' })
    hub.desire([absent])
    expect(await hub.done(absent.cause!)).toEqual({ ok: true })
    expect(hub.log(absent.cause!)).toContain('was killed')
    expect(pidsOfUnit(unitId)).toEqual([])
  })

  test('cancelling by as_is ends the running hook and leaves the rest alone', async () => {
    const pack = await publishScripts(hub, { 'hooks/install': 'echo waiting; sleep 1000', 'bin/run': idle })
    const content = buildContent({ package: pack, process, hooks: { install: hook('install', 60_000) } })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    await hub.until('the hook', () => hub.log(entry.cause!).includes('waiting'))
    hub.desire([buildEntry(unitId, content, { wanted: 'as_is', cause: null })])
    expect(await hub.done(entry.cause!)).toMatchObject({ ok: false, code: 'cancelled' })
    expect(await hub.unitState(unitId, 'error')).toMatchObject({ code: 'cancelled' })
    expect(pidsOfUnit(unitId)).toEqual([])
  })

  test('a hook that an agent before began is ended too when it is no longer wanted', async () => {
    const pack = await publishScripts(hub, { 'hooks/install': 'echo waiting; sleep 1000', 'bin/run': idle })
    const content = buildContent({ package: pack, process, hooks: { install: hook('install', 60_000) } })
    const entry = buildEntry(unitId, content)
    hub.desire([entry])
    await hub.until('the hook', () => hub.log(entry.cause!).includes('waiting'))
    await agent.kill()
    const other = buildEntry(unitId, { ...content, hooks: {} })
    hub.desire([other])
    await agent.start()
    expect(await hub.done(entry.cause!)).toMatchObject({ ok: false })
    expect(await hub.done(other.cause!)).toEqual({ ok: true })
    const { pid } = await hub.unitState(unitId, 'running')
    // Only the process and its holder are left.
    expect(pidsOfUnit(unitId)).toHaveLength(2)
    expect(pidsOfUnit(unitId)).toContain(pid)
  })
})
