import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tryDisk } from './disk-probe'

test('a disk that can be written is left as it was; one that is full is told from one that cannot be written', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'tengen-probe-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  expect(await tryDisk(home)).toBeNull()
  expect(readdirSync(home)).toEqual([])
  symlinkSync('/dev/full', path.join(home, 'probe'))
  expect(await tryDisk(home)).toBe('full')
  writeFileSync(path.join(home, 'no-folder'), '')
  expect(await tryDisk(path.join(home, 'no-folder'))).toBe('unwritable')
})
