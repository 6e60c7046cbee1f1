import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Plain Node: this runs before anything is installed. A stamp is the hash of what a step was made from. */

const skipped = new Set(['node_modules', '.git', '.next', 'dist', '.tengen', 'test-results', 'playwright-report', 'generated', 'testing'])

const walk = (file, found) => {
  const status = statSync(file)
  // Tests do not end up in what is built.
  if (!status.isDirectory()) return /\.test\.tsx?$/.test(file) ? undefined : found.push(file)
  for (const name of readdirSync(file).sort()) if (!skipped.has(name)) walk(path.join(file, name), found)
}

/** Names and content of files and folders, in one hash. Missing ones count as missing. */
export function hashOf(root, names, extra = '') {
  const hash = createHash('sha256').update(extra)
  for (const name of names) {
    const found = []
    if (existsSync(path.join(root, name))) walk(path.join(root, name), found)
    for (const file of found)
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  }
  return hash.digest('hex')
}

export const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

export function writeStamp(file, value) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, value)
}
