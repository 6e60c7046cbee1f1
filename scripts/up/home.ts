import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** Where a single-machine installation keeps everything. */
export const homeAt = (root: string, folder: string) => ({
  /** The checkout: node_modules, dist and .next. */
  root,
  folder,
  key: path.join(folder, 'master.key'),
  passwords: path.join(folder, 'postgres.json'),
  ports: path.join(folder, 'ports.json'),
  /** Of an installation that is no demo. */
  listens: path.join(folder, 'listens.json'),
  lock: path.join(folder, 'up.json'),
  postgres: path.join(folder, 'postgres'),
  agents: path.join(folder, 'agents'),
  /** What the database was last prepared from. */
  prepared: path.join(folder, 'prepared'),
  logs: path.join(folder, 'logs'),
})

export type Home = ReturnType<typeof homeAt>

/** Whole or not at all: a start that is cut off must not leave half a key. */
export function writeSafely(file: string, text: string, mode: number): void {
  const half = `${file}.${process.pid}`
  writeFileSync(half, text, { mode })
  chmodSync(half, mode)
  renameSync(half, file)
}

/** Makes the folder and the master key, once. */
export function prepareHome(home: Home): void {
  mkdirSync(home.folder, { recursive: true, mode: 0o755 })
  mkdirSync(home.logs, { recursive: true, mode: 0o750 })
  if (!existsSync(home.key)) writeSafely(home.key, `${randomBytes(32).toString('base64')}\n`, 0o600)
}

const PasswordsSchema = z.object({ superuser: z.string(), owner: z.string(), application: z.string() })
export type Passwords = z.infer<typeof PasswordsSchema>

/** Passwords of the embedded PostgreSQL: random, and known to nobody but this folder. */
export function passwordsOf(home: Home): Passwords {
  if (existsSync(home.passwords)) return PasswordsSchema.parse(JSON.parse(readFileSync(home.passwords, 'utf8')))
  const secret = () => randomBytes(24).toString('base64url')
  const made: Passwords = { superuser: secret(), owner: secret(), application: secret() }
  writeSafely(home.passwords, JSON.stringify(made, null, 2), 0o600)
  return made
}
