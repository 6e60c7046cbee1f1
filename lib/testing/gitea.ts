import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { buildGitea, giteaFiles, giteaProgram, whyNoGitea } from '@/scripts/build-gitea.mjs'
import { freePort } from './free-port'
import { until } from './until'

const run = promisify(execFile)
export const password = 'a-long-password-of-ada'

const configOf = (folder: string, port: number) => `
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
RUN_MODE = prod
WORK_PATH = ${folder}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
STATIC_ROOT_PATH = ${giteaFiles}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${folder}/gitea.db
[security]
INSTALL_LOCK = true
[session]
PROVIDER = memory
[log]
LEVEL = error
`

/** A real Gitea in a folder of its own, with one person, ada, who manages it. */
export class Gitea {
  private child: ChildProcess | undefined
  private token = ''

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  get address(): string {
    return `http://127.0.0.1:${this.port}`
  }

  static async start(): Promise<Gitea> {
    const says = whyNoGitea()
    if (says) throw new Error(says)
    await buildGitea()
    const gitea = new Gitea(mkdtempSync(path.join(os.tmpdir(), 'tengen-gitea-')), await freePort())
    mkdirSync(path.join(gitea.folder, 'custom'))
    writeFileSync(gitea.config, configOf(gitea.folder, gitea.port))
    await gitea.say('migrate')
    const ada = ['--username', 'ada', '--password', password, '--email', 'ada@example.org', '--fullname', 'Ada L']
    await gitea.say('admin', 'user', 'create', ...ada, '--admin', '--must-change-password=false')
    const said = await gitea.say('admin', 'user', 'generate-access-token', '--username', 'ada', '--scopes', 'all', '--raw')
    // It warns on the same line of output that it is root.
    gitea.token = /\b[0-9a-f]{40}\b/.exec(said)?.[0] ?? ''
    await gitea.begin()
    return gitea
  }

  private get config(): string {
    return path.join(this.folder, 'app.ini')
  }

  private get env() {
    return { ...process.env, HOME: this.folder, GITEA_WORK_DIR: this.folder }
  }

  private async say(...words: string[]): Promise<string> {
    return (await run(giteaProgram, ['-c', this.config, ...words], { env: this.env })).stdout
  }

  /** Also after `halt`. */
  async begin(): Promise<void> {
    this.child = spawn(giteaProgram, ['-c', this.config, 'web'], { env: this.env, stdio: 'ignore' })
    await until(
      async () => fetch(`${this.address}/api/healthz`).catch(() => ({ ok: false })),
      ({ ok }) => ok,
    )
  }

  async halt(): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** Something said to its API, as ada. */
  async tell<T>(method: string, what: string, body: object): Promise<T> {
    const answer = await fetch(`${this.address}/api/v1${what}`, {
      method,
      headers: { authorization: `token ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${what}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  async stop(): Promise<void> {
    await this.halt()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
