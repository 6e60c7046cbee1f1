import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Mask } from '@/lib/protocol/mask'
import { Tail } from './tail'

test('a value is hidden as it is, as JSON writes it, and each line of a long one', () => {
  const mask = new Mask()
  mask.set(['pa"ss', 'BEGIN KEY\nabcdef\nEND KEY'])
  expect(mask.hide('x pa"ss y')).toBe('x •••••• y')
  expect(mask.hide(JSON.stringify({ p: 'pa"ss' }))).toBe('{"p":"••••••"}')
  expect(mask.hide('abcdef')).toBe('••••••')
})

test('however a screen gets its bytes, no part of a secret is told, also of one that ends as it begins', () => {
  const secret = 'abcda'
  const mask = new Mask()
  mask.set([secret, 'dada'])
  const piece = fc.constantFrom('a', 'x', secret, 'abcd', 'da', '\n')
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
      let told = ''
      let raw = Buffer.alloc(0)
      for (const one of pieces) {
        raw = Buffer.concat([raw, Buffer.from(one)])
        const clear = raw.subarray(0, raw.length - mask.heldBackBytes(raw))
        told += mask.hideBytes(clear).toString()
        raw = raw.subarray(clear.length)
      }
      expect(told + mask.hideBytes(raw).toString()).toBe(mask.hide(pieces.join('')))
    }),
    { numRuns: 500 },
  )
})

test('however output is cut into pieces and lines, no part of a secret is told', () => {
  const secret = 'S3cret-Value-0123456789'
  const mask = new Mask()
  mask.set([secret])
  const text = fc
    .array(fc.constantFrom('a', '\n', secret, 'S3cret', 'x'.repeat(20_000)), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(40_000), { maxLength: 5 }), (output, cuts) => {
      const dir = mkdtempSync(join(tmpdir(), 'tengen-tail-'))
      const tail = new Tail(dir, mask, { stdout: 0, stderr: 0 })
      let told = ''
      for (const end of [...cuts.map((cut) => Math.min(cut, output.length)).sort((a, b) => a - b), output.length]) {
        writeFileSync(join(dir, 'stdout'), output.slice(0, end))
        told += tail
          .read(false)
          .map((line) => line.text)
          .join('')
      }
      for (let lines = tail.read(true); lines.length > 0; lines = tail.read(true)) told += lines.map((line) => line.text).join('')
      rmSync(dir, { recursive: true })
      expect(told).not.toContain('Value-0123')
      expect(told.length).toBe(output.replaceAll('\n', '').replaceAll(secret, '••••••').length)
    }),
    { numRuns: 60 },
  )
})
