import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { buildAgentInto } from '@/lib/testing/programs'

const built = buildAgentInto(mkdtempSync(path.join(tmpdir(), 'tengen-agent-')))

test('an agent says its version in its last line and by itself, and it is that of no other', async () => {
  const version = /^\/\/ tengen-agent (.+)\n$/m.exec(readFileSync(await built, 'latin1'))?.[1] ?? ''
  expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/)
  expect(readFileSync(await built, 'latin1').split(version)).toHaveLength(3)
})

test('the agent is a small file of plain signs, for all of it stays in the memory of every machine', async () => {
  const bytes = readFileSync(await built)
  // With `import { z }` instead of `import * as z` all languages of zod come along.
  expect(bytes.length).toBeLessThan(560_000)
  expect(bytes.every((byte) => byte < 128)).toBe(true)
})
