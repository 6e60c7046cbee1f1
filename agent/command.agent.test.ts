import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandEntry, mostOutputBytes } from '@/lib/protocol/command'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, buildContent, buildEntry, nextTask, nextUnitId, publishScripts } from '@/lib/testing/agent-process'

/** One agent and one unit for all: each command is a story of its own. */
let hub: AgentHub
let agent: AgentProcess
const unitId = nextUnitId()

beforeAll(async () => {
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome(8)
  await agent.join(hub)
  const pack = await publishScripts(hub, { 'bin/run': 'echo here > mine.txt; exec sleep 1000' })
  const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }
  const entry = buildEntry(unitId, buildContent({ package: pack, process, env: { PASSWORD: secretPlaceholder('sec_1', 1) } }))
  hub.desire([entry], { 'sec_1@1': 'hunter2-and-more' })
  await hub.done(entry.cause!)
})
afterAll(async () => {
  await agent.destroy([unitId])
  await hub.stop()
})

const command = (change: Partial<CommandEntry>): CommandEntry => ({
  argv: null,
  script: null,
  timeoutMs: 20_000,
  cause: nextTask(),
  unitId,
  wanted: 'run',
  ...change,
})
const run = async (change: Partial<CommandEntry>) => {
  const entry = command(change)
  hub.order(entry)
  return hub.done(entry.cause)
}
const again = async () => {
  const sessions = hub.machine.inventories.length
  await agent.start()
  await hub.until('the next agent', () => hub.machine.inventories.length > sessions)
}
/** Living processes whose environment has this word. */
const marked = (word: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(word)
    } catch {
      return false
    }
  })

test('a command and a script run in the folder of their unit; both streams come in their order, secrets hidden', async () => {
  expect(await run({ argv: ['cat', 'mine.txt'] })).toEqual({ ok: true, result: { exitCode: 0, output: 'here\n', outputBytes: 5 } })
  const script = 'echo one\necho two >&2\necho "three $TENGEN_UNIT $PASSWORD"\nexit 3'
  expect(await run({ script })).toMatchObject({
    ok: false,
    code: 'exit_code',
    result: { exitCode: 3, output: 'one\ntwo\nthree demo/0 ••••••\n' },
  })
  expect(await run({ script: '#!/usr/bin/env -S sh -u\necho "$0" | grep -c command-' })).toMatchObject({
    ok: true,
    result: { output: '1\n' },
  })
  expect(await run({ argv: ['no-such-program'] })).toMatchObject({ ok: false, code: 'no_program' })
  expect(await run({ unitId: 'another', argv: ['id'] })).toMatchObject({ ok: false, code: 'target_gone' })
  expect(await run({ unitId: null, script: 'pwd' })).toMatchObject({ ok: true, result: { output: `${agent.home}\n` } })
  expect(readdirSync(join(agent.home, 'runs')).filter((name) => name.startsWith('command'))).toEqual([])
})

test('what it has printed so far is said while it runs, no secret in it, not even the beginning of one', async () => {
  const entry = command({
    script: 'seq 1 3000; echo "is $PASSWORD"; printf hunter2; until [ -e goes-on ]; do sleep 0.05; done; rm goes-on',
  })
  hub.order(entry)
  const said = await hub.until('what it prints', () => {
    const message = hub.machine.said.get('command-said')
    return message?.type === 'command-said' && message.cause.taskId === entry.cause.taskId && message
  })
  expect(said.output).toMatch(/^[\d\n]+\n2999\n3000\nis ••••••\n$/)
  expect(said.outputBytes).toBe(13_893 + 'is hunter2-and-more\nhunter2'.length)
  expect(await run({ argv: ['touch', 'goes-on'] })).toMatchObject({ ok: true })
  expect(await hub.done(entry.cause)).toMatchObject({ ok: true, result: { exitCode: 0, output: expect.stringMatching(/\nhunter2$/) } })
})

test('of much output the end is kept, and how much it was is said', async () => {
  const { result } = await run({ script: 'seq 1 400000' })
  expect(result?.outputBytes).toBe(2_688_895)
  expect(Buffer.byteLength(result?.output ?? '')).toBeLessThanOrEqual(mostOutputBytes)
  expect(result?.output.endsWith('399999\n400000\n')).toBe(true)
})

test('when its time is over, it and all that it began is killed; what it printed is kept', async () => {
  const mark = `MARK_${process.pid}`
  const ended = await run({ script: `export ${mark}=1; echo begun; sleep 1000 & (setsid sleep 1000 &) ; sleep 1000`, timeoutMs: 600 })
  expect(ended).toMatchObject({ ok: false, code: 'timeout', result: { exitCode: null, output: expect.stringMatching(/^begun\n/) } })
  expect(marked(mark)).toEqual([])
})

test('cancelled, it ends where it runs; one that was not begun never is', async () => {
  const long = command({ script: 'echo begun; exec sleep 1000' })
  hub.order(long)
  await hub.until('its beginning', () => hub.callbacks(long.cause).some((callback) => callback.step))
  hub.order({ ...long, wanted: 'stop' })
  expect(await hub.done(long.cause)).toMatchObject({ ok: false, code: 'cancelled' })
  const never = command({ script: 'echo x > never.txt', wanted: 'stop' })
  hub.order(never)
  expect(await hub.done(never.cause)).toMatchObject({ ok: false, code: 'cancelled' })
  hub.order({ ...never, wanted: 'run' })
  expect(await run({ script: 'ls never.txt' })).toMatchObject({ ok: false })
})

test('an agent that is killed meanwhile goes on with it; one that lost it says that it does not know, and runs nothing twice', async () => {
  const script = 'echo x >> times.txt; sleep 1; cat times.txt'
  const kept = command({ script })
  hub.order(kept)
  await hub.until('its beginning', () => hub.callbacks(kept.cause).some((callback) => callback.step))
  await agent.kill()
  await again()
  expect(await hub.done(kept.cause)).toMatchObject({ ok: true, result: { output: 'x\n' } })

  const lost = command({ script: 'echo y >> times.txt; exec sleep 1000' })
  hub.order(lost)
  await hub.until('its beginning', () => hub.callbacks(lost.cause).some((callback) => callback.step))
  await agent.kill()
  for (const pid of marked(`TENGEN_RUN=command-${lost.cause.taskId}-1`)) process.kill(Number(pid), 'SIGKILL')
  await again()
  expect(await hub.done(lost.cause)).toMatchObject({ ok: false, code: 'outcome_unknown' })
  expect(await run({ script: 'grep -c y times.txt' })).toMatchObject({ result: { output: expect.stringMatching(/^[01]\n$/) } })
})
