import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Mask } from '@/lib/protocol/mask'
import type { LogLine } from '@/lib/protocol/news'
import { startHeld } from './holder'
import { runHook } from './hooks'
import { Outbox } from './outbox'
import { signalGroup } from './procfs'
import { Reporter } from './task-report'

let dir: string
let outbox: Outbox
beforeEach(async () => {
  dir = mkdtempSync(join(os.tmpdir(), 'tengen-hooks-'))
  outbox = await Outbox.open(join(dir, 'outbox.jsonl'))
})
afterEach(async () => {
  await outbox.close()
  rmSync(dir, { recursive: true, force: true })
})

const address = { recordId: 'r', taskId: 't', attempt: 1 }

/** Prints who it is and how often it ran before; the first time it never ends. */
const script = `echo run >>runs; n=$(wc -l <runs); echo "first line of run $n"; echo "last line of run $n"; [ "$n" -gt 1 ] || sleep 600`

test('a hook that died with its machine is run anew, and nothing it had printed is missing', async () => {
  const spec = {
    dir: join(dir, 'run'),
    runId: `hooks-test-${process.pid}`,
    argv: ['/bin/sh', '-c', script],
    cwd: dir,
    env: { PATH: process.env.PATH ?? '' },
    user: undefined,
  }
  const reporter = new Reporter(outbox)
  const said: string[] = []
  const run = () =>
    runHook({
      name: 'install',
      spec,
      timeoutMs: 20_000,
      outbox,
      mask: new Mask(),
      log: async (lines: LogLine[], offsets) => {
        said.push(...lines.map(({ text }) => text))
        await reporter.log(address, lines, offsets)
      },
      signal: new AbortController().signal,
    })
  // An agent before this one has started it, and carried its first line away.
  const held = startHeld(spec)
  await sleep(300)
  const first = 'first line of run 1\n'
  await reporter.log(address, [{ at: new Date().toISOString(), stream: 'stdout', text: first.trim() }], {
    runId: spec.runId,
    start: held.mark.startTicks,
    stdout: first.length,
    stderr: 0,
  })
  signalGroup(held.mark, 'SIGKILL')
  await sleep(100)
  expect(await run()).toMatchObject({ exitCode: 0 })
  expect(said).toEqual(['last line of run 1', 'first line of run 2', 'last line of run 2'])
  // Read to its end and not forgotten yet: an agent that comes now finds nothing new.
  expect(await run()).toMatchObject({ exitCode: 0 })
  expect(said).toHaveLength(3)
})

test('a hook that speaks with a process ends with it, and the failure is of the process', async () => {
  const held = (name: string, text: string) => ({
    dir: join(dir, name),
    runId: `hooks-test-${name}-${process.pid}`,
    argv: ['/bin/sh', '-c', text],
    cwd: dir,
    env: { PATH: process.env.PATH ?? '' },
    user: undefined,
  })
  const service = startHeld(held('service', 'sleep 0.5; echo "the port is taken" >&2; exit 3'))
  const said: string[] = []
  const hook = runHook({
    name: 'relation-changed',
    spec: held('hook', 'echo asking; sleep 600'),
    timeoutMs: 20_000,
    outbox,
    mask: new Mask(),
    log: async (lines: LogLine[]) => void said.push(...lines.map(({ text }) => text)),
    signal: new AbortController().signal,
    process: service,
  })
  await expect(hook).rejects.toMatchObject({
    code: 'exited',
    message: 'The process ended with exit code 3 while relation-changed ran.',
    detail: { exitCode: 3, lastLines: ['the port is taken'] },
  })
  expect(said[0]).toBe('asking')
})
