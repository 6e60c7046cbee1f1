import { appendFileSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogLine, NewsItem } from '@/lib/protocol/news'
import { Outbox } from './outbox'
import { Reporter } from './task-report'

let dir: string
let path: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tengen-outbox-'))
  path = join(dir, 'outbox.jsonl')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const address = { recordId: 'r', taskId: 't', attempt: 1 }
const line = (text: string): LogLine => ({ at: '2026-01-01T00:00:00.000Z', stream: 'stdout', text })
const seqs = (items: NewsItem[]) => items.map(({ seq }) => seq)

describe('news on disk', () => {
  test('is there after a restart, in order, with numbers that go on', async () => {
    const first = await Outbox.open(path)
    const reporter = new Reporter(first)
    await reporter.log(address, [line('one')], { runId: 'run', start: '17', stdout: 4, stderr: 0 })
    await reporter.done(address, { ok: true })
    await first.close()
    const second = await Outbox.open(path)
    expect(seqs(await second.readAfter(0, 1e6))).toEqual([1, 2])
    expect(JSON.stringify(await second.readAfter(0, 1e6))).not.toContain('runId')
    expect(second.offsetsOf('run', '17')).toEqual({ stdout: 4, stderr: 0 })
    expect(second.offsetsOf('run', '18')).toEqual({ stdout: 0, stderr: 0 })
    expect(second.isTaskDone(address)).toBe(true)
    await new Reporter(second).done(address, { ok: false })
    await new Reporter(second).package('a'.repeat(64), { state: 'cached' })
    expect(seqs(await second.readAfter(0, 1e6))).toEqual([1, 2, 3])
    await second.close()
  })

  test('a line that a crash cut off is dropped, and what comes after it is whole', async () => {
    const first = await Outbox.open(path)
    await new Reporter(first).package('a'.repeat(64), { state: 'cached' })
    await first.close()
    appendFileSync(path, '{"seq":2,"pack')
    const second = await Outbox.open(path)
    await new Reporter(second).package('b'.repeat(64), { state: 'cached' })
    await second.close()
    const third = await Outbox.open(path)
    expect(seqs(await third.readAfter(0, 1e6))).toEqual([1, 2])
    await third.close()
  })

  test('whatever is acknowledged, compacted and reopened, nothing unacknowledged is lost and no number comes twice', async () => {
    type Act = { add: number } | 'ack' | 'compact' | 'reopen'
    const act: fc.Arbitrary<Act> = fc.oneof(
      fc.record({ add: fc.nat(2000) }),
      fc.constantFrom('ack' as const, 'compact' as const, 'reopen' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        rmSync(path, { force: true })
        let outbox = await Outbox.open(path)
        let expected: number[] = []
        let next = 1
        for (const item of acts) {
          if (item === 'ack') {
            const upTo = expected[Math.floor(expected.length / 2)] ?? 0
            await outbox.acknowledge(upTo)
            expected = expected.filter((seq) => seq > upTo)
          } else if (item === 'compact') await outbox.compact()
          else if (item === 'reopen') {
            const before = expected
            await outbox.close()
            outbox = await Outbox.open(path)
            // The file remembers acknowledgements only at its next compaction; the hub answers again.
            await outbox.acknowledge((before[0] ?? next) - 1)
          } else {
            await new Reporter(outbox).log(address, [line('x'.repeat(item.add))])
            expected.push(next)
            next += 1
          }
          expect(seqs(await outbox.readAfter(0, 1e9))).toEqual(expected)
        }
        await outbox.close()
      }),
      { numRuns: 25 },
    )
  })

  test('on a disk that was set back new news comes after what the hub has heard, whenever it was made, and stays so', async () => {
    const lost = await Outbox.open(path)
    await new Reporter(lost).log(address, [line('one')])
    await lost.flush()
    copyFileSync(path, `${path}.kept`)
    for (const text of ['two', 'three']) await new Reporter(lost).log(address, [line(text)])
    await lost.close()
    copyFileSync(`${path}.kept`, path)
    const outbox = await Outbox.open(path)
    const reporter = new Reporter(outbox)
    await reporter.log(address, [line('before it was connected')])
    const during = outbox.liftAbove(3)
    await Promise.all([during, reporter.log(address, [line('while it was')])])
    await reporter.done(address, { ok: true })
    const told = async (from: Outbox) =>
      (await from.readAfter(3, 1e6)).map((item) =>
        'callback' in item ? [item.seq, item.callback.seq, item.callback.log?.[0]?.text ?? 'done'] : [item.seq],
      )
    const wanted = [
      [4, 2, 'before it was connected'],
      [5, 3, 'while it was'],
      [6, 4, 'done'],
    ]
    expect(await told(outbox)).toEqual(wanted)
    await outbox.liftAbove(6)
    await outbox.close()
    const again = await Outbox.open(path)
    expect(await told(again)).toEqual(wanted)
    await again.close()
  })

  test('on a disk that was set back nothing is said again that runs of before had left to say, and no number is missing for it', async () => {
    const lost = await Outbox.open(path)
    await new Reporter(lost).log(address, [line('one')], { runId: 'run', start: '17', stdout: 4, stderr: 0 })
    await lost.flush()
    copyFileSync(path, `${path}.kept`)
    await new Reporter(lost).log(address, [line('two')], { runId: 'run', start: '17', stdout: 8, stderr: 0 })
    await lost.close()
    copyFileSync(`${path}.kept`, path)
    const outbox = await Outbox.open(path)
    const reporter = new Reporter(outbox)
    const left = { runId: 'run', start: '17', stdout: 8, stderr: 0, isLeft: true }
    await reporter.log(address, [line('two')], left)
    await reporter.log(address, [line('anew')], { runId: 'run', start: '18', stdout: 5, stderr: 0 })
    await outbox.liftAbove(2)
    await reporter.log(address, [line('three')], { ...left, stdout: 14 })
    const told = (await outbox.readAfter(2, 1e6)).map((item) =>
      'callback' in item ? [item.callback.seq, item.callback.log?.[0]?.text] : [],
    )
    expect(told).toEqual([
      [2, undefined],
      [3, 'anew'],
      [4, undefined],
    ])
    await outbox.close()
  })

  test('more log than a task may keep becomes a hole that says which numbers are missing', async () => {
    const outbox = await Outbox.open(path)
    const reporter = new Reporter(outbox)
    const mebibyte = Array.from({ length: 16 }, () => line('x'.repeat(65_536)))
    for (let n = 0; n < 80; n += 1) await reporter.log(address, mebibyte)
    expect(statSync(path).size).toBeLessThan(68 * 1024 * 1024)
    await reporter.done(address, { ok: true })
    const all: NewsItem[] = []
    for (let after = 0; ; after = all.at(-1)?.seq ?? 0) {
      const some = await outbox.readAfter(after, 4_000_000)
      if (some.length === 0) break
      all.push(
        ...(some.map((item) =>
          JSON.stringify(item).length > 1000
            ? { seq: item.seq, callback: { ...('callback' in item ? item.callback : address), log: [] } }
            : item,
        ) as NewsItem[]),
      )
    }
    const callbacks = all.flatMap((item) =>
      'callback' in item ? [item.callback as { seq: number; hole?: [number, number]; done?: object }] : [],
    )
    const hole = callbacks.find((callback) => callback.hole)
    expect(hole?.hole?.[1]).toBe((hole?.seq ?? 0) - 1)
    expect(hole?.hole?.[0]).toBe((callbacks[callbacks.findIndex((callback) => callback.hole) - 1]?.seq ?? 0) + 1)
    expect(callbacks.at(-1)?.done).toEqual({ ok: true })
    await outbox.close()
  }, 20_000)
})
