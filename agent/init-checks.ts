import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { statfs } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { InitCheck, InitKind } from '@/lib/protocol/init'
import { AgentFailure } from './failure'

type Of<Kind extends InitKind> = Extract<InitCheck, { kind: Kind }>

const mib = 1024 * 1024
const run = promisify(execFile)

const no = (message: string): never => {
  throw new AgentFailure('init_failed', message)
}

/** 6.1.0-18-amd64 is at least 6.1: compared by number, part by part. */
export function isAtLeast(found: string, wanted: string): boolean {
  const parts = (text: string) => (/^[\d.]*/.exec(text)?.[0] ?? '').split('.').map(Number)
  const [has, asks] = [parts(found), parts(wanted)]
  for (const [index, part] of asks.entries()) {
    const mine = has[index] ?? 0
    if (mine !== part) return mine > part
  }
  return true
}

/** Each returns what it found, or throws the reason and what to do about it. */
export function checkSystem({ distributions, versionAtLeast, kernelAtLeast }: Of<'system'>): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
  const [id, version, kernel] = [field('ID'), field('VERSION_ID'), release()]
  if (distributions.length > 0 && !distributions.includes(id)) no(`The system is ${id || 'not known'}, not ${distributions.join(' or ')}.`)
  if (versionAtLeast && !isAtLeast(version, versionAtLeast))
    no(`${id} is of version ${version || 'unknown'}, older than ${versionAtLeast}.`)
  if (kernelAtLeast && !isAtLeast(kernel, kernelAtLeast)) no(`The kernel is ${kernel}, older than ${kernelAtLeast}.`)
  return `${id} ${version}, kernel ${kernel}`
}

export function checkMemory({ memoryMib, cores }: Of<'memory'>): string {
  const [has, count] = [Math.floor(totalmem() / mib), cpus().length]
  if (has < memoryMib) no(`It has ${has} MiB of memory, less than ${memoryMib}.`)
  if (cores !== null && count < cores) no(`It has ${count} cores, less than ${cores}.`)
  return `${has} MiB of memory, ${count} cores`
}

export async function checkDisk({ path, freeMib, writeMibPerSecond }: Of<'disk'>): Promise<string> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) no(`There is no folder ${path}.`)
  const { bavail, bsize } = await statfs(path)
  const free = Math.floor((bavail * bsize) / mib)
  if (free < freeMib) no(`${free} MiB are free at ${path}, less than ${freeMib}.`)
  if (writeMibPerSecond === null) return `${free} MiB free at ${path}`
  const speed = writeSpeed(path)
  if (speed < writeMibPerSecond) no(`${path} takes ${speed} MiB a second, less than ${writeMibPerSecond}.`)
  return `${free} MiB free at ${path}, which takes ${speed} MiB a second`
}

function writeSpeed(folder: string): number {
  const [size, block] = [64, Buffer.alloc(mib, 0x5a)]
  const path = join(folder, `.tengen-disk-${randomBytes(6).toString('hex')}`)
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch {
    return no(`The agent may not write in ${folder}, so its speed cannot be measured.`)
  }
  try {
    const began = performance.now()
    for (let count = 0; count < size; count += 1) writeSync(file, block)
    fsyncSync(file)
    return Math.round((size * 1000) / (performance.now() - began))
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

export function checkPrograms({ programs }: Of<'programs'>): string {
  const missing = programs.filter(
    (one) => !(one.startsWith('/') ? [one] : programFolders.map((folder) => join(folder, one))).some(isProgram),
  )
  if (missing.length > 0) no(`Missing: ${missing.join(', ')}. Install ${missing.length === 1 ? 'it' : 'them'}, then run this again.`)
  return `${programs.join(', ')}: there`
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export async function checkUser({ user, uid, create }: Of<'user'>): Promise<string> {
  const known = uidOf(user)
  if (known !== undefined) {
    if (uid !== null && known !== uid) no(`The user ${user} has the number ${known}, not ${uid}.`)
    return `The user ${user} is there, number ${known}`
  }
  if (!create) no(`There is no user ${user}.`)
  insistRoot(`The user ${user} cannot be made`)
  const program = ['/usr/sbin/useradd', '/sbin/useradd', '/usr/bin/useradd'].find(isProgram) ?? no('There is no useradd on this machine.')
  const words = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    ...(uid === null ? [] : ['--uid', String(uid)]),
    user,
  ]
  await run(program, words, { timeout: 30_000 }).catch((error: { stderr?: string; message: string }) =>
    no(`The user ${user} could not be made: ${error.stderr?.trim() || error.message}`),
  )
  return `The user ${user} was made, number ${uidOf(user) ?? 'unknown'}`
}

function uidOf(user: string): number | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

const words = (text: string): string => text.trim().split(/\s+/).join(' ')

export function checkSysctl({ key, value, set }: Of<'sysctl'>): string {
  const path = join('/proc/sys', ...key.split('.'))
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) no(`This kernel has no ${key}.`)
  const before = words(readFileSync(path, 'utf8'))
  if (before === words(value)) return `${key} is ${before}`
  if (!set) no(`${key} is ${before}, not ${value}.`)
  insistRoot(`${key} is ${before} and cannot be set`)
  try {
    writeFileSync(path, `${value}\n`)
    writeFileSync(`/etc/sysctl.d/90-tengen-${key}.conf`, `${key} = ${value}\n`, { mode: 0o644 })
  } catch (error) {
    no(`${key} is ${before} and could not be set: ${error instanceof Error ? error.message : error}.`)
  }
  const after = words(readFileSync(path, 'utf8'))
  if (after !== words(value)) no(`${key} stays ${after} although ${value} was written.`)
  return `${key} was ${before} and is ${after} now, also after a restart`
}

function insistRoot(what: string): void {
  if (process.getuid?.() !== 0) no(`${what}: the agent does not run as root. Do it by hand, or run the agent as root.`)
}
