import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Mask } from '@/lib/protocol/mask'
import { OutputReader } from './output-reader'
import { RunOutput } from './run-output'

const secret = 'S3cret-ünd-0123456789'

function inFolder<T>(work: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'tengen-output-'))
  const clean = () => rmSync(dir, { recursive: true })
  const result = work(dir)
  if (result instanceof Promise) return result.finally(clean) as T
  clean()
  return result
}

test('whatever is printed, leapt over or cut: no part of a secret is told, and every byte is told or counted', () => {
  const piece = fc.constantFrom(
    Buffer.from('a'),
    Buffer.from('\n'),
    Buffer.from(secret),
    Buffer.from('x'.repeat(20_000)),
    Buffer.from([0xff, 0x80]),
  )
  const turn = fc.record({ printed: fc.array(piece, { maxLength: 8 }), budget: fc.nat(80_000), patience: fc.nat(90_000) })
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 8 }), (turns) =>
      inFolder((dir) => {
        const mask = new Mask()
        mask.set([secret])
        writeFileSync(join(dir, 'stdout'), '')
        const reader = new OutputReader(new RunOutput(dir), mask, { stdout: 0, stderr: 0 })
        let told = ''
        let leapt = 0
        let bytes = 0
        const read = (ask: Parameters<OutputReader['read']>[0]) => {
          const found = reader.read(ask)
          bytes += found.bytes
          for (const line of found.lines) {
            leapt += line.skippedBytes ?? 0
            told += `${line.text}\n`
          }
          return found.bytes
        }
        for (const { printed, ...ask } of turns) {
          appendFileSync(join(dir, 'stdout'), Buffer.concat(printed))
          read({ ...ask, isLast: false })
        }
        const rest = { budget: 1_000_000, patience: 10_000_000, isLast: true }
        for (let before = -1; reader.place.stdout > before; ) {
          before = reader.place.stdout
          read(rest)
        }
        expect(told).not.toMatch(/S3c|cret|ünd-|01234|6789/)
        expect(bytes + leapt).toBe(statSync(join(dir, 'stdout')).size)
        expect(reader.backlog).toBe(0)
      }),
    ),
    { numRuns: 150 },
  )
})

test('where the disk cannot take back a part of a file, the file is emptied and places are counted on', () =>
  inFolder(async (dir) => {
    const output = new RunOutput(dir)
    const reader = new OutputReader(output, new Mask(), { stdout: 0, stderr: 0 })
    writeFileSync(join(dir, 'stdout'), 'one\ntwo\n'.repeat(2000))
    await output.bound(8192, () => Promise.reject(new Error('not on this disk')))
    appendFileSync(join(dir, 'stdout'), 'three\n')
    expect(readFileSync(join(dir, 'stdout'), 'utf8')).toBe('three\n')
    const { lines } = reader.read({ budget: 100_000, patience: 100_000, isLast: false })
    expect(lines.map(({ stream, text, skippedBytes }) => [stream, skippedBytes ?? text])).toEqual([['gap', 16_006]])
    appendFileSync(join(dir, 'stdout'), 'four\n')
    expect(reader.read({ budget: 100_000, patience: 100_000, isLast: false }).lines.map(({ text }) => text)).toEqual(['four'])
    expect(new RunOutput(dir).extent('stdout')).toEqual({ begin: 16_000, end: 16_011 })
  }))
