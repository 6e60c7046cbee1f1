import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from './free-port'

const root = path.join(import.meta.dirname, '../..')
const startMs = 240_000

interface State {
  readonly supervisor: { readonly pid: number }
  readonly databaseUrl: string
  readonly databaseOwnerUrl: string
  readonly children: readonly { readonly name: string; readonly pid: number }[]
}

/** The product as people start it, in a home of its own that goes with it. */
export interface Product {
  readonly url: string
  /** The one-time link that was printed. */
  readonly link: string
  readonly home: string
  readonly databaseUrl: string
  /** `web`, `workers`, `gateway`, `agent production-1` …; undefined while it is being restarted. */
  pidOf(name: string): number | undefined
  /** kill -9 by name, `postgres` too. */
  kill(name: string): void
  /** Another one-time link. */
  newLink(): string
  /** Everything that was printed so far. */
  said(): string
  stop(): Promise<void>
}

export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

export async function startProduct({ env = {}, args = [] }: ProductOptions = {}): Promise<Product> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'tengen-home-'))
  // The accounts of PostgreSQL and of applications must be able to pass.
  chmodSync(home, 0o755)
  const all = { ...process.env, ...env, TENGEN_HOME: home }
  const up = (...more: string[]) => [path.join(root, 'scripts/up.mjs'), ...more]
  const child = spawn(process.execPath, up('--port', String(await freePort()), ...args), {
    cwd: root,
    env: all,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (said += chunk))
  await untilSaid(child, () => said)
  const state = (): State => JSON.parse(readFileSync(path.join(home, 'up.json'), 'utf8')) as State
  const pidOf = (name: string): number | undefined => {
    if (name === 'postgres') return Number(readFileSync(path.join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    return name === 'supervisor' ? state().supervisor.pid : state().children.find((one) => one.name === name)?.pid
  }
  return {
    url: /runs at (\S+)/.exec(said)?.[1] ?? '',
    link: /Sign in once with (\S+)/.exec(said)?.[1] ?? '',
    home,
    databaseUrl: state().databaseUrl,
    pidOf,
    kill(name) {
      const pid = pidOf(name)
      if (pid) process.kill(pid, 'SIGKILL')
    },
    newLink: () => execFileSync(process.execPath, up('--link'), { cwd: root, env: all, encoding: 'utf8' }).trim(),
    said: () => said,
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve))
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      else execFileSync(process.execPath, up('down'), { cwd: root, env: all })
      if (child.exitCode === null && child.signalCode === null) await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function untilSaid(child: ChildProcess, said: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = setInterval(() => {
      if (!/Logs:/.test(said())) return
      clearInterval(look)
      clearTimeout(patience)
      resolve()
    }, 50)
    const give = (reason: string) => {
      clearInterval(look)
      clearTimeout(patience)
      child.kill('SIGKILL')
      reject(new Error(`The product did not start: ${reason}\n${said()}`))
    }
    const patience = setTimeout(() => give('out of time'), startMs)
    child.once('exit', (code) => give(`it ended with code ${code}`))
  })
}
