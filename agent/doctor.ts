import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Answer, Diagnosis, diagnosisName } from '@/lib/protocol/diagnosis'
import { Mask } from '@/lib/protocol/mask'
import { ApplicationUsers } from './application-user'
import type { AgentArguments } from './arguments'
import { DesiredStore } from './desired-store'
import { askHub } from './doctor-hub'
import { agentVersion, machineFacts, machineLoad } from './facts'
import { Groups } from './groups'
import type { Home } from './home'
import { IdentityStore } from './identity-store'
import { isAlive } from './procfs'
import { RunOutput, streams } from './run-output'
import { runsOf } from './run-shelf'
import { Secrets } from './secrets'
import { loadRecords, type UnitRecord } from './unit-record'

const run = promisify(execFile)
const mostLogBytes = 256 * 1024
const mostOutputBytes = 16 * 1024

/** Looks at this machine and its agent, running or not, and changes nothing. Everything secret stays here. */
export async function doctor(home: Home, { out }: AgentArguments): Promise<void> {
  if (!existsSync(home.root)) throw new Error(`There is no agent in ${home.root}.`)
  const diagnosis = new Diagnosis('agent', agentVersion)
  const store = await IdentityStore.load(home)
  if (store) hideSecrets(diagnosis, store, (await DesiredStore.load(home.desired)).current.secrets)
  const ask = diagnosis.ask.bind(diagnosis)
  await ask('machine', () => machine(home, store))
  await ask('agent', () => agent(home, store))
  if (store) await ask('hub', () => askHub(store.identity.hubUrl))
  await ask('disk', () => disk(home))
  await ask('cgroup', cgroup)
  await ask('units', () => units(home))
  await ask('log', () => agentLog(home))
  const file = resolve(out ?? diagnosisName('agent'))
  await diagnosis.write(file)
  console.log([...diagnosis.lines(), `written to ${file}`].join('\n'))
}

function hideSecrets(diagnosis: Diagnosis, { identity }: IdentityStore, sealed: Record<string, string>): void {
  const { sign, box, joinSecret, ratchet, machineId } = identity
  diagnosis.hide([sign.privateKey, box.privateKey, joinSecret ?? '', ratchet ?? ''])
  const secrets = new Secrets(new Mask())
  if (machineId) secrets.learn(sealed, machineId, box.privateKey)
  diagnosis.hide(Object.keys(sealed).flatMap((reference) => secrets.valueFor(reference)))
}

async function machine(home: Home, store: IdentityStore | undefined): Promise<Answer> {
  const users = await ApplicationUsers.load(home.users, home.root)
  const facts = await machineFacts({ home, users, groups: Groups.find(home.root) }, store?.identity.address ?? null)
  const load = await machineLoad(home.root)
  return { says: `${facts.os}, ${facts.architecture}, Node ${facts.nodeVersion}`, files: { 'machine.json': { ...facts, ...load } } }
}

async function agent(home: Home, store: IdentityStore | undefined): Promise<Answer> {
  const lock = readJson(home.lock) as { pid?: number } | undefined
  const isRunning = lock?.pid !== undefined && lock.pid !== process.pid && isAlive(lock as never)
  const { era, revision, isFrozen, entries } = (await DesiredStore.load(home.desired)).current
  const { machineId = null, hubUrl, name, address, allowPlain } = store?.identity ?? {}
  const state = { machineId, hubUrl, name, address, allowPlain, pid: isRunning ? lock.pid : null, era, revision, isFrozen }
  const outboxBytes = existsSync(home.outbox) ? readFileSync(home.outbox).length : 0
  const says = !machineId ? 'has not joined' : isRunning ? `runs, pid ${lock.pid}` : 'does not run'
  return {
    ok: isRunning && Boolean(machineId),
    says: isFrozen ? `${says}; waits for the hub to catch up after a restore` : says,
    files: {
      'agent.json': {
        ...state,
        wanted: Object.values(entries).map(({ unit, wanted, generation }) => ({ unit, wanted, generation })),
        outboxBytes,
      },
    },
  }
}

async function disk({ root }: Home): Promise<Answer> {
  const { bsize, blocks, bavail, files, ffree } = await statfs(root)
  const freeMib = Math.floor((bavail * bsize) / 2 ** 20)
  const facts = { folder: root, totalMib: Math.floor((blocks * bsize) / 2 ** 20), freeMib, inodes: files, inodesFree: ffree }
  return { ok: freeMib > 256 && (files === 0 || ffree > 1000), says: `${freeMib} MiB free`, files: { 'disk.json': facts } }
}

function cgroup(): Answer {
  const own = readText('/proc/self/cgroup').trim()
  const folder = `/sys/fs/cgroup${own.split('::')[1] ?? ''}`
  const names = ['cgroup.controllers', 'memory.max', 'memory.current', 'cpu.max', 'pids.max', 'pids.current']
  const limits = Object.fromEntries(names.map((name) => [name, readText(join(folder, name)).trim() || null]))
  return { says: own.split('\n').at(-1) || 'none', files: { 'cgroup.json': { own, ...limits } } }
}

async function units(home: Home): Promise<Answer> {
  const records = await loadRecords(home).catch(() => [])
  const seen = records.map((record) => unitOf(record))
  const bad = seen.filter(({ code, shouldRun, isAlive: alive }) => code || (shouldRun && !alive))
  const output = Object.fromEntries(
    records.map((record) => [`output/${record.unit.replace('/', '_')}-${record.unitId.slice(-6)}.txt`, lastOutput(home, record)]),
  )
  return { ok: bad.length === 0, says: `${seen.length} here, ${bad.length} in trouble`, files: { 'units.json': seen, ...output } }
}

/** Its content is left out: it is configuration. */
const shownOfUnit = [
  'unitId',
  'unit',
  'generation',
  'state',
  'transition',
  'dir',
  'code',
  'message',
  'restarts',
  'exitCode',
  'shouldRun',
] as const satisfies readonly (keyof UnitRecord)[]

function unitOf(record: UnitRecord) {
  const { code, shouldRun, process: own, work } = record
  return {
    ...Object.fromEntries(shownOfUnit.map((key) => [key, record[key]])),
    code,
    shouldRun,
    process: own && { pid: own.mark.pid, startedAt: new Date(own.startedAtMs).toISOString() },
    isAlive: own ? isAlive(own.mark) : false,
    work: work ? { goal: work.goal.slice(0, 12), steps: work.steps } : null,
  }
}

function lastOutput(home: Home, record: UnitRecord): string {
  const last = runsOf(home, record).at(-1)
  if (!last) return ''
  const output = new RunOutput(last.dir)
  return streams
    .map((stream) => {
      const { begin, end } = output.extent(stream)
      return `--- ${stream}\n${output.read(stream, Math.max(begin, end - mostOutputBytes), mostOutputBytes).toString('utf8')}`
    })
    .join('\n')
}

/** Beside the agent's folder where a loop keeps it, else in the journal. */
async function agentLog({ root }: Home): Promise<Answer> {
  const file = join(dirname(root), 'agent.log')
  if (existsSync(file)) return { says: file, files: { 'agent.log': readText(file).slice(-mostLogBytes) } }
  const service = basename(dirname(root)) === 'tengen-agent' ? 'tengen-agent' : 'tengen-agent*'
  const which = process.getuid?.() === 0 ? '--unit' : '--user-unit'
  const { stdout } = await run('journalctl', [which, service, '--lines=2000', '--no-pager', '--output=short-iso'], {
    maxBuffer: 8 << 20,
  }).catch(() => {
    throw new Error(`neither ${file} nor a journal of ${service} is here`)
  })
  return { says: `journal of ${service}`, files: { 'agent.log': stdout.slice(-mostLogBytes) } }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path))
  } catch {
    return undefined
  }
}
