import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Account, canEnter, postgresAccount } from './postgres-account'
import { type Binaries, findBinaries, openPlace } from './postgres-binaries'

export interface ClusterOptions {
  /** The checkout: node_modules lies there. */
  readonly root: string
  /** The data folder; made at the first start. */
  readonly dir: string
  readonly port: number
  readonly superuser: string
  readonly password: string
  readonly settings?: Readonly<Record<string, string | number>>
}

export interface Cluster {
  readonly port: number
  readonly pid: number
  readonly how: 'created' | 'started' | 'adopted'
  /** Where the data really lies, when `dir` could not be used. */
  readonly movedTo: string | undefined
  stop(): void
}

/** A real PostgreSQL from npm, as a daemon that outlives the caller. Finds one that already serves the folder and keeps it. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = postgresAccount()
  const binaries = findBinaries(options.root, account)
  const { dir, movedTo } = placeFor(options.dir, account)
  const made = createIfMissing(dir, options, binaries, account)
  const running = livePostmaster(dir)
  if (!running) await launch(dir, options, binaries, account)
  const live = running ?? livePostmaster(dir)
  if (!live) throw new Error(`PostgreSQL ended right after its start; see ${path.join(dir, 'server.log')}.`)
  await proveLogin(options, live.port)
  return { ...live, how: made ? 'created' : running ? 'adopted' : 'started', movedTo, stop: () => stopCluster(options.root, options.dir) }
}

/** Ends the server of this folder; nothing happens when there is none. */
export function stopCluster(root: string, folder: string, mode: 'fast' | 'immediate' = 'fast'): void {
  const dir = realFolder(folder)
  if (!livePostmaster(dir)) return
  const account = postgresAccount()
  run(findBinaries(root, account).pgCtl, ['-D', dir, '-m', mode, '-w', '-t', '60', 'stop'], account)
}

/** The server that really serves this folder: a zombie, a reused pid or a stale file is none. `pg_ctl status` would believe them. */
export function livePostmaster(folder: string): { pid: number; port: number } | undefined {
  const dir = realFolder(folder)
  try {
    const lines = readFileSync(path.join(dir, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
    return command.includes('postgres') && command.includes(dir) ? { pid, port: Number(lines[3]) } : undefined
  } catch {
    return undefined
  }
}

const realFolder = (dir: string): string => (existsSync(dir) && lstatSync(dir).isSymbolicLink() ? readlinkSync(dir) : dir)

/** The data lies in `dir`, unless the account cannot get there: then in an open place, and `dir` is a link to it. */
function placeFor(dir: string, account: Account | undefined): { dir: string; movedTo: string | undefined } {
  if (existsSync(dir)) {
    const real = realFolder(dir)
    return { dir: real, movedTo: real === dir ? undefined : real }
  }
  mkdirSync(path.dirname(dir), { recursive: true, mode: 0o755 })
  if (!account || canEnter(path.dirname(dir), account)) return { dir, movedTo: undefined }
  const target = path.join(openPlace('data'), 'postgres')
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 })
  rmSync(dir, { force: true })
  symlinkSync(target, dir)
  return { dir: target, movedTo: target }
}

function createIfMissing(
  dir: string,
  { superuser, password }: ClusterOptions,
  { initdb }: Binaries,
  account: Account | undefined,
): boolean {
  if (existsSync(path.join(dir, 'PG_VERSION'))) return false
  // A first start that was cut off leaves half a folder, which initdb refuses.
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const passwordFile = `${dir}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const file of account ? [dir, passwordFile] : []) chownSync(file, account!.uid, account!.gid)
  try {
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const result = run(
      initdb,
      ['-D', dir, '-U', superuser, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '-E', 'UTF8', ...locale],
      account,
    )
    if (result.status !== 0) throw new Error(`PostgreSQL could not make its data folder: ${result.stderr}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  return true
}

async function launch(dir: string, { port, settings }: ClusterOptions, { pgCtl }: Binaries, account: Account | undefined): Promise<void> {
  // Only a dead server's file gets here: livePostmaster found nobody behind it.
  rmSync(path.join(dir, 'postmaster.pid'), { force: true })
  const log = path.join(dir, 'server.log')
  const all = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200, ...settings }
  const switches = Object.entries(all)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ')
  for (let tries = 0; ; tries++) {
    const from = existsSync(log) ? statSync(log).size : 0
    // Without stdio the daemon would inherit a pipe, and we would wait for it for ever.
    const result = run(pgCtl, ['-D', dir, '-l', log, '-w', '-t', '60', '-o', switches, 'start'], account, { stdio: 'ignore' })
    if (result.status === 0) return
    const said = existsSync(log) ? readFileSync(log, 'utf8').slice(from) : String(result.error)
    // Backends of a killed server are still on their way out.
    if (tries >= 40 || !/pre-existing shared memory block/.test(said)) throw new Error(`PostgreSQL did not start:\n${said.trim()}`)
    await sleep(250)
  }
}

async function proveLogin({ superuser, password }: ClusterOptions, port: number): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  })
  await client.connect()
  await client.query('select 1')
  await client.end()
}

const run = (program: string, args: string[], account: Account | undefined, options: SpawnSyncOptions = {}) => {
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'production', PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  const result = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...account, env, ...options })
  return { status: result.status, error: result.error, stderr: String(result.stderr ?? '') }
}
