import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Mask } from '@/lib/protocol/mask'
import { resultOf } from './command-output'
import { lastLinesOf } from './tail'

const secret = 'One-Secret-That-Is-Longer-Than-What-Is-Written-In-Its-Place-0123456789'
const mask = new Mask()
mask.set([secret])

function printed(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'tengen-printed-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'stdout'), text)
  return dir
}

test('of output that is kept from its middle on, no half of a secret is left where it begins', () => {
  const text = secret.repeat(10_000)
  const held = { dir: printed(text) } as Parameters<typeof resultOf>[0]
  const { output, outputBytes } = resultOf(held, 0, mask)
  expect(output).toMatch(/^•+$/)
  expect(outputBytes).toBe(text.length)
  expect(lastLinesOf(held.dir, mask).join('')).toMatch(/^•+$/)
  expect(lastLinesOf(printed(`${'x'.repeat(20_000)}${secret}\nwhole\n`), mask)).toEqual(['whole'])
  expect(lastLinesOf(printed(`one ${secret}\ntwo\n`), mask)).toEqual(['one ••••••', 'two'])
})
