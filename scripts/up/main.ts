import { lstatSync, readlinkSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { bold, dim, say, step } from '@/scripts/progress.mjs'
import { hashOf, readStamp, writeStamp } from '@/scripts/stamp.mjs'
import { embeddedDatabase, externalDatabase } from './database'
import { agentProgram, agentsFolder, demoAgents, hasJoined } from './demo-agents'
import { bringUpDemoCluster, type DemoCluster } from './demo-cluster'
import { demoOrNot } from './demo-or-not'
import { endEverything, endLeftovers } from './end-everything'
import { choosePorts } from './free-ports'
import { type Home, homeAt, prepareHome } from './home'
import { findRunning, readState, type State, takeLock } from './lock'
import type { UpOptions } from './options'
import { signal, untilGone } from './process-mark'
import { addressOf, hubEnvironment, hubPrograms, ownHost, type Settings } from './programs'
import { runPrepare } from './run-prepare'
import { runningEnvironment } from './running-environment'
import { Supervisor } from './supervisor'
import { untilConnected, untilReady } from './wait-ready'

export { admin } from './admin'
export { backup } from './backup'
export { parseOptions } from './options'
export { restore } from './restore'

/** Starts everything and stays until it is told to stop. Returns the exit code; undefined = keep running. */
export async function up(root: string, options: UpOptions): Promise<number | undefined> {
  const home = homeAt(root, options.folder)
  if (options.isReset && !(await reset(home, options.isSure))) return 1
  prepareHome(home)
  const lock = takeLock(home)
  if ('running' in lock) {
    sayWhere(home, lock.running)
    return 0
  }
  const supervisor = new Supervisor(home, (line) => say(`  ${dim(new Date().toISOString().slice(11, 19))} ${line}`))
  stopOnSignals(supervisor)
  try {
    await start(home, options, supervisor, lock.predecessor)
    return undefined
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

async function start(home: Home, options: UpOptions, supervisor: Supervisor, predecessor: State | undefined): Promise<void> {
  if (predecessor?.children.length)
    await step('End what a killed start left behind', async () => `${await endLeftovers(predecessor)} processes`)
  const { PUBLIC_URL: publicUrl, PUBLIC_HOSTS: publicHosts, TRUST_PROXY: trustProxy } = process.env
  const { listen, isDemo } = demoOrNot(home, { listen: options.listen, publicUrl, publicHosts, trustProxy })
  const ports = await choosePorts(home, listen, options.port)
  const { DATABASE_URL, DATABASE_OWNER_URL } = process.env
  const database = await supervisor.keepDatabase(async () =>
    DATABASE_URL ? externalDatabase(DATABASE_URL, DATABASE_OWNER_URL) : startDatabase(home, ports.postgres),
  )
  let cluster: DemoCluster | undefined
  if (options.hasCluster) await step('Bring up a cluster', async () => void (cluster = await bringUpDemoCluster(home.root)))
  const settings: Settings = { home, database, ports, listen, isDemo, clusterAddress: cluster?.address }
  const address = addressOf(listen, ports.gateway)
  const host = ownHost(listen, ports.gateway)
  const facts = { databaseUrl: database.applicationUrl, databaseOwnerUrl: database.ownerUrl, redisUrl: process.env.REDIS_URL, isDemo }
  supervisor.know(facts)

  const folder = agentsFolder(home)
  const env = { ...hubEnvironment(settings), DATABASE_OWNER_URL: database.ownerUrl }
  const tokens = await prepareDatabase(home, folder, env)
  // Made while the processes start: both take most of a second.
  const linking = runPrepare(home.root, env, isDemo ? { link: true } : { setupLink: 'first' })
  linking.catch(() => {})
  await step('Start web, workers, observers, gateway', () => untilReady(`http://${host}`, supervisor.start(hubPrograms(settings))))
  await step('Start three agents', async () => {
    const hubUrl = `ws://${host}/ws/agent`
    supervisor.start(demoAgents.map(({ machineName }) => agentProgram(machineName, { home, folder, hubUrl, token: tokens[machineName] })))
    return (await untilConnected(ports.metrics, demoAgents.length, 15_000)) || 'still connecting'
  })
  if (cluster) {
    const { name, kubeconfig } = cluster
    await step('Register the cluster', () => runPrepare(home.root, env, { cluster: { name, kubeconfig } }))
  }
  const made = await linking
  supervisor.know({ address })
  sayReady(publicUrl ? new URL(publicUrl).origin : address, isDemo, made.link, home)
}

/** Schema, seed and join tokens; left out when nothing of it could have changed since the last start. */
async function prepareDatabase(home: Home, agents: string, env: Record<string, string>): Promise<Record<string, string>> {
  const join = demoAgents.filter(({ machineName }) => !hasJoined(agents, machineName))
  const stamp = preparedStamp(home, env)
  if (!join.length && readStamp(home.prepared) === stamp) return {}
  let tokens: Record<string, string> = {}
  await step('Migrate and seed', async () => {
    const prepared = await runPrepare(home.root, env, { migrate: true, seed: true, join })
    tokens = prepared.tokens
    return appliedIn(prepared.applied)
  })
  writeStamp(home.prepared, stamp)
  return tokens
}

/** Of an upgrade, which; a new database takes them all. */
function appliedIn(names: readonly string[]): string | true {
  if (names.length === 0) return true
  return names.length > 5 ? `applied ${names.length} migrations` : `applied ${names.join(', ')}`
}

/** An external database may be changed behind our back, so there it is always asked. */
function preparedStamp(home: Home, { DATABASE_URL: url = '', DEMO = '' }: Record<string, string>): string {
  if (process.env.DATABASE_URL) return `asked ${Date.now()}`
  return hashOf(home.root, ['dist/.stamp', 'prisma/migrations', 'prisma/grants.sql', 'packages'], new URL(url).pathname + DEMO)
}

async function startDatabase(home: Home, port: number) {
  let database: Awaited<ReturnType<typeof embeddedDatabase>> | undefined
  await step('Start PostgreSQL', async () => {
    database = await embeddedDatabase(home, port)
    return database.note
  })
  return database as NonNullable<typeof database>
}

function sayReady(address: string, isDemo: boolean, link: string | null, home: Home): void {
  say()
  say(`  Tengen runs at ${bold(address)}`)
  if (link) say(`  ${isDemo ? 'Sign in once with' : 'Nobody is operator yet: become it with'} ${bold(address + link)}`)
  if (!isDemo) say('  The demo sign-in is refused: it exists on loopback only.')
  say(
    dim(
      `  Another link: ${isDemo ? 'npm run up -- --link' : 'npx tengen-admin reset-operator'}    End: Ctrl-C or npm run down    Logs: ${home.logs}`,
    ),
  )
  say()
}

function sayWhere(home: Home, running: State | undefined): void {
  if (running?.address) say(`Tengen runs already at ${running.address} (pid ${running.supervisor.pid}, ${home.folder}).`)
  else say(`Another start of ${home.folder} is under way${running ? ` (pid ${running.supervisor.pid})` : ''}.`)
}

function stopOnSignals(supervisor: Supervisor): void {
  let asked = 0
  const stop = () => {
    if (++asked > 1) supervisor.killAll()
    else say('\n  Ending everything …')
    supervisor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(String(error))
        process.exit(1)
      },
    )
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  // The terminal may go away before we do.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** Ends everything of this folder, whether its supervisor still lives or not. */
export async function down(root: string, { folder }: UpOptions): Promise<number> {
  const home = homeAt(root, folder)
  const state = readState(home)
  const running = findRunning(home)
  if (running) {
    signal(running.supervisor, 'SIGTERM')
    if (await untilGone(running.supervisor, 60_000)) {
      say('Everything has ended.')
      return 0
    }
    signal(running.supervisor, 'SIGKILL')
  }
  await endEverything(home, state, say)
  rmSync(home.lock, { force: true })
  say(state ? 'Everything has ended.' : 'Nothing was running.')
  return 0
}

/** Another one-time link for the instance that runs. */
export async function link(root: string, { folder }: UpOptions): Promise<number> {
  const running = findRunning(homeAt(root, folder))
  if (!running?.address || !running.databaseUrl) {
    say('Tengen does not run here. Start it with: npm run up')
    return 1
  }
  if (!running.isDemo) {
    say('The demo sign-in exists on loopback only, and this instance listens elsewhere.')
    return 1
  }
  const { link: made } = await runPrepare(root, runningEnvironment(folder, { ...running, databaseUrl: running.databaseUrl }), {
    link: true,
  })
  say(`${running.address}${made}`)
  return 0
}

async function reset(home: Home, isSure: boolean): Promise<boolean> {
  if (!isSure) {
    if (!process.stdin.isTTY) {
      say(`--reset deletes everything in ${home.folder}. There is nobody to ask: add --yes.`)
      return false
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    const answer = await terminal.question(`Delete all data, keys and machines in ${home.folder}? Type "delete": `)
    terminal.close()
    if (answer.trim() !== 'delete') {
      say('Nothing was deleted.')
      return false
    }
  }
  await down(home.root, { folder: home.folder } as UpOptions)
  // Postgres and agents may lie elsewhere, behind links.
  for (const place of [home.postgres, home.agents]) {
    const target = linkTarget(place)
    if (target) rmSync(target, { recursive: true, force: true })
  }
  rmSync(path.resolve(home.folder), { recursive: true, force: true })
  return true
}

function linkTarget(place: string): string | undefined {
  try {
    return lstatSync(place).isSymbolicLink() ? readlinkSync(place) : undefined
  } catch {
    return undefined
  }
}
