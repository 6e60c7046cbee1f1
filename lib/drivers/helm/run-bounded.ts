import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** More than this no rendering holds in memory. */
const mostDataBytes = 1 << 30

interface Bounds {
  readonly timeoutMs: number
  readonly mostBytes: number
  /** The only folder it knows: its home, and where it is started. */
  readonly home?: string
}

export interface Ended {
  /** Null = it was stopped. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly stopped: 'time' | 'output' | null
}

/** A network of its own with nobody in it, and a limit to its memory, where this host can give them. */
let wrapping: Promise<readonly string[]> | undefined
const wrap = (): Promise<readonly string[]> => (wrapping ??= findWrapping())

async function findWrapping(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return []
  const works = (words: readonly string[]) =>
    run(words[0] as string, [...words.slice(1), 'true'], { timeout: 5_000 }).then(
      () => words,
      () => [],
    )
  const alone = process.getuid?.() === 0 ? ['unshare', '--net'] : ['unshare', '--user', '--map-current-user', '--net']
  return [...(await works(alone)), ...(await works(['prlimit', `--data=${mostDataBytes}`, '--core=0']))]
}

/** Nothing of the hub's own environment, and no way out for what would ask the network. */
const emptyEnv = (home: string): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  HOME: home,
  PATH: '/usr/bin:/bin',
  TMPDIR: home,
  LANG: 'C.UTF-8',
  GOMAXPROCS: '1',
  HELM_NO_PLUGINS: '1',
  HELM_PLUGINS: `${home}/none`,
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
})

/** A program with its arguments, no shell between; stopped when it takes or says too much. */
export async function runBounded(
  file: string,
  args: readonly string[],
  { timeoutMs, mostBytes, home = '/nonexistent' }: Bounds,
): Promise<Ended> {
  const [program = file, ...words] = [...(await wrap()), file, ...args]
  return new Promise((resolve, reject) => {
    const cwd = home === '/nonexistent' ? '/' : home
    const child = spawn(program, words, { cwd, env: emptyEnv(home), stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let bytes = 0
    let stopped: Ended['stopped'] = null
    const stop = (why: 'time' | 'output') => {
      stopped ??= why
      if (child.pid) kill(child.pid)
    }
    const timer = setTimeout(() => stop('time'), timeoutMs)
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > mostBytes) stop('output')
        else said[name].push(part)
      })
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(said[name]).toString('utf8')
      resolve({ code: stopped ? null : code, stdout: text('stdout'), stderr: text('stderr'), stopped })
    })
  })
}

function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
