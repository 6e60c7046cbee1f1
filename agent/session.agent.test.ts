import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, symlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AgentHub } from '@/lib/testing/agent-hub'
import {
  AgentProcess,
  agentBundle,
  buildContent,
  buildEntry,
  nextTask,
  nextUnitId,
  pidsOfUnit,
  publishScripts,
} from '@/lib/testing/agent-process'

let hub: AgentHub
let agent: AgentProcess
let unitId: string
const others: AgentProcess[] = []

beforeAll(async () => void (await agentBundle()))
beforeEach(async () => {
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome(8)
  unitId = nextUnitId()
})
afterEach(async () => {
  for (const other of others.splice(0)) await other.destroy()
  await agent.destroy([unitId])
  await hub.stop()
})

const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }
const idle = 'echo up; exec sleep 1000'
const refusal = (code: string) => hub.until(`a refusal for ${code}`, () => hub.refusals.includes(code))

describe('who the agent is', () => {
  test('a join token that another machine has used is refused', async () => {
    const token = hub.joinToken()
    await agent.start('--join', token)
    await hub.until('the first to join', () => hub.machines.size === 1)
    const second = AgentProcess.inNewHome()
    others.push(second)
    await second.start('--join', token)
    await refusal('join_token_used')
    await hub.until('its words', () => second.output.includes('refused: join_token_used'))
    expect(hub.machines.size).toBe(1)
  })

  test('a key the hub does not know is refused', async () => {
    await agent.join(hub)
    await agent.kill()
    hub.machines.clear()
    await agent.start()
    await refusal('unknown_key')
  })

  test('a copy of an agent’s disk is told apart by its stale ratchet', async () => {
    await agent.join(hub)
    await agent.kill('SIGTERM')
    const copy = AgentProcess.inNewHome()
    others.push(copy)
    cpSync(agent.home, copy.home, { recursive: true })
    for (let session = 2; session <= 3; session += 1) {
      await agent.start()
      await hub.until('the next session', () => hub.machine.inventories.length >= session)
      await agent.kill('SIGTERM')
    }
    await copy.start()
    await refusal('identity_conflict')
  })

  test('a hub with another key is not spoken to', async () => {
    const other = await AgentHub.start()
    await agent.start('--join', hub.joinToken(), '--hub', other.url)
    await hub.until('its words', () => agent.output.includes('unknown_hub'))
    expect(other.machines.size).toBe(0)
    await other.stop()
  })

  test('one folder has one agent', async () => {
    await agent.join(hub)
    const second = new AgentProcess(agent.home)
    await second.start()
    await hub.until('its words', () => second.output.includes('Another agent'))
  })
})

describe('what the agent has to say', () => {
  test('is kept over kill -9 and sent again until it is acknowledged', async () => {
    await agent.join(hub)
    const pack = await publishScripts(hub, { 'hooks/install': 'echo hello from install', 'bin/run': idle })
    const entry = buildEntry(
      unitId,
      buildContent({ package: pack, process, hooks: { install: { run: ['hooks/install'], timeoutMs: 5000 } } }),
    )
    hub.isDeaf = true
    hub.desire([entry])
    await hub.until(
      'the unit to run',
      () => agent.has('state', 'outbox.jsonl') && agent.read('state', 'outbox.jsonl').includes('"state":"running"'),
    )
    expect(hub.machine.news).toEqual([])
    await agent.kill()
    hub.isDeaf = false
    await agent.start()
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
    expect(hub.log(entry.cause!).match(/hello from install/g)).toHaveLength(1)
    const seqs = hub.machine.news.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    const callbackSeqs = hub.callbacks(entry.cause!).map(({ seq }) => seq)
    expect(callbackSeqs).toEqual(callbackSeqs.map((_, index) => index + 1))
  })

  test('a cut off agent converges by itself and reports when it is back', async () => {
    await agent.join(hub)
    const pack = await publishScripts(hub, { 'hooks/install': 'sleep 0.5', 'bin/run': idle })
    const entry = buildEntry(
      unitId,
      buildContent({ package: pack, process, hooks: { install: { run: ['hooks/install'], timeoutMs: 5000 } } }),
    )
    hub.desire([entry])
    await hub.until('it to have begun', () => hub.callbacks(entry.cause!).some(({ step }) => step?.name === 'install'))
    const { url } = hub
    await hub.stop()
    await hub.until('the process', () => pidsOfUnit(unitId).length > 0)
    const news = [...hub.machine.news]
    const back = await AgentHub.startAgain(hub, url)
    hub = back
    expect(hub.machine.news).toEqual(news)
    expect(await hub.done(entry.cause!)).toEqual({ ok: true })
  })

  test('a hub of another era or behind is sent an inventory, and nothing is changed', async () => {
    await agent.join(hub)
    const pack = await publishScripts(hub, { 'bin/run': idle })
    const content = buildContent({ package: pack, process })
    hub.desire([buildEntry(unitId, content)])
    const { pid } = await hub.unitState(unitId, 'running')
    const { machine } = hub
    hub.era = 2
    machine.revision = 0
    machine.entries.set(unitId, buildEntry(unitId, null, { wanted: 'absent' }))
    const inventories = machine.inventories.length
    hub.dropAll()
    await hub.until('an inventory', () => machine.inventories.length > inventories)
    expect(machine.inventories.at(-1)).toMatchObject({ era: 1, revision: 1, units: [{ unitId, state: 'running', pid }] })
    // Even a signed set of the new era changes nothing while its revision is below.
    hub.sendDesired(machine, [...machine.entries.values()], true)
    await hub.until('another inventory', () => machine.inventories.length > inventories + 1)
    expect(pidsOfUnit(unitId)).toContain(pid)
    const before = hub.units(unitId).length
    machine.revision = 5
    hub.sendDesired(machine, [...machine.entries.values()], true)
    await hub.unitState(unitId, 'removed', before)
  })
})

/** Root may lack the right to mount, in a container. */
function mountSmall(): { mount: string; whyNot?: string } {
  const mount = mkdtempSync(join(tmpdir(), 'tengen-full-'))
  const { status, error, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=755', 'tmpfs', mount], { encoding: 'utf8' })
  return status === 0 ? { mount } : { mount, whyNot: `no disk of its own can be mounted here: ${error?.message ?? stderr.trim()}` }
}

/** What is free now may be less in a moment: the agent writes here too. */
function fillUp(mount: string): void {
  const { bavail, bsize } = statfsSync(mount)
  const filler = openSync(join(mount, 'filler'), 'w')
  try {
    for (let block = 0; block < bavail; block += 1) writeSync(filler, Buffer.alloc(bsize, 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(filler)
  }
}

describe('a full disk', () => {
  test('fails the task as disk_full, leaves running units alone, and the next try works once there is room', async ({ skip }) => {
    const { mount, whyNot } = mountSmall()
    if (whyNot) {
      rmSync(mount, { recursive: true, force: true })
      skip(whyNot)
    }
    agent = new AgentProcess(join(mount, 'home'), 8)
    try {
      await agent.join(hub)
      const pack = await publishScripts(hub, { 'bin/run': idle })
      const running = nextUnitId()
      hub.desire([buildEntry(running, buildContent({ package: pack, process, service: 'first' }))])
      const { pid } = await hub.unitState(running, 'running')
      fillUp(mount)
      const big = await publishScripts(hub, { 'bin/run': idle, 'share/big': 'x'.repeat(600_000) }, '2.0.0')
      const entry = buildEntry(unitId, buildContent({ package: big, process }))
      hub.desire([entry])
      expect(await hub.done(entry.cause!)).toMatchObject({ ok: false, code: 'disk_full' })
      expect(pidsOfUnit(running)).toContain(pid)
      rmSync(join(mount, 'filler'))
      const retry = { ...entry, cause: nextTask() }
      hub.desire([retry])
      expect(await hub.done(retry.cause)).toEqual({ ok: true })
      // What was acknowledged before, during and after the shortage: none missing, none twice.
      const seqs = hub.machine.news.map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.map((_, index) => index + 1))
      for (const id of [running]) for (const left of pidsOfUnit(id)) globalThis.process.kill(left, 'SIGKILL')
    } finally {
      await agent.destroy([unitId]).catch(() => undefined)
      execFileSync('umount', ['-l', mount])
      rmSync(mount, { recursive: true, force: true })
    }
  })

  test('keeps a command from being begun, for nothing could tell afterwards whether it was', async ({ skip }) => {
    const { mount, whyNot } = mountSmall()
    if (whyNot) {
      rmSync(mount, { recursive: true, force: true })
      skip(whyNot)
    }
    const ran = `${mount}-ran`
    const order = () => ({ argv: ['touch', ran], script: null, timeoutMs: 10_000, unitId: null, wanted: 'run' as const, cause: nextTask() })
    try {
      // What it is told it can store; only what it says has no room.
      mkdirSync(join(agent.home, 'state'), { mode: 0o700 })
      symlinkSync(join(mount, 'outbox'), join(agent.home, 'state', 'outbox.jsonl'))
      await agent.join(hub)
      fillUp(mount)
      const [first, second] = [order(), order()]
      hub.order(first)
      await hub.until('its end to wait for room', () => {
        const heartbeat = hub.machine.said.get('heartbeat')
        return heartbeat?.type === 'heartbeat' && heartbeat.unsentNews > 0
      })
      expect(hub.callbacks(first.cause)).toEqual([])
      rmSync(join(mount, 'filler'))
      expect(await hub.done(first.cause)).toMatchObject({ ok: false, code: 'disk_full' })
      expect(existsSync(ran)).toBe(false)
      hub.order(second)
      expect(await hub.done(second.cause)).toMatchObject({ ok: true })
      rmSync(ran)
    } finally {
      execFileSync('umount', ['-l', mount])
      rmSync(mount, { recursive: true, force: true })
    }
  })
})
