import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const limit = 300
const isWritten = (file: string) => /\.(ts|tsx|mjs|js|css)$/.test(file) && !/\.test\.tsx?$|\.spec\.ts$|^e2e\/|^packages\//.test(file)

test(`no file is longer than ${limit} lines`, () => {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  const long = list
    .split('\n')
    .filter((file) => isWritten(file) && existsSync(path.join(root, file)))
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').trimEnd().split('\n').length }))
    .filter(({ file, lines }) => lines > (isCatalogue(file) ? 2 * limit : limit))
  expect(long).toEqual([])
})

/** Tables of words and of styles are read by search, not from top to bottom. */
const isCatalogue = (file: string) => file.startsWith('lib/messages/') || file.endsWith('.css')
