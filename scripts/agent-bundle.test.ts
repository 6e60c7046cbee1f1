import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { buildAgentInto } from '@/lib/testing/programs'

test('the agent is a small file of plain signs, for all of it stays in the memory of every machine', async () => {
  const file = await buildAgentInto(mkdtempSync(path.join(tmpdir(), 'tengen-agent-')))
  const bytes = readFileSync(file)
  // With `import { z }` instead of `import * as z` all languages of zod come along.
  expect(bytes.length).toBeLessThan(560_000)
  expect(bytes.every((byte) => byte < 128)).toBe(true)
})
