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
import type { InitCode, InitSaid } from '@/lib/protocol/init-words'
import { found, no } from './init-said'

type Of<Kind extends InitKind> = Extract<InitCheck, { kind: Kind }>

const mib = 1024 * 1024
const run = promisify(execFile)

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
export function checkSystem({ distributions, versionAtLeast, kernelAtLeast }: Of<'system'>): InitSaid {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
  const [id, version, kernel] = [field('ID'), field('VERSION_ID'), release()]
  if (distributions.length > 0 && !distributions.includes(id)) no('system_other', { id: id || '?', wanted: distributions.join(', ') })
  if (versionAtLeast && !isAtLeast(version, versionAtLeast)) no('version_old', { id, version: version || '?', wanted: versionAtLeast })
  if (kernelAtLeast && !isAtLeast(kernel, kernelAtLeast)) no('kernel_old', { kernel, wanted: kernelAtLeast })
  return found('system_found', { id, version, kernel })
}

export function checkMemory({ memoryMib, cores }: Of<'memory'>): InitSaid {
  const [has, count] = [Math.floor(totalmem() / mib), cpus().length]
  if (has < memoryMib) no('memory_small', { memory: has, wanted: memoryMib })
  if (cores !== null && count < cores) no('cores_few', { cores: count, wanted: cores })
  return found('memory_found', { memory: has, cores: count })
}

export async function checkDisk({ path, freeMib, writeMibPerSecond }: Of<'disk'>): Promise<InitSaid> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) no('no_folder', { path })
  const { bavail, bsize } = await statfs(path)
  const free = Math.floor((bavail * bsize) / mib)
  if (free < freeMib) no('disk_small', { free, path, wanted: freeMib })
  if (writeMibPerSecond === null) return found('disk_found', { free, path })
  const speed = writeSpeed(path)
  if (speed < writeMibPerSecond) no('disk_slow', { path, speed, wanted: writeMibPerSecond })
  return found('disk_fast', { free, path, speed })
}

function writeSpeed(folder: string): number {
  const [size, block] = [64, Buffer.alloc(mib, 0x5a)]
  const path = join(folder, `.tengen-disk-${randomBytes(6).toString('hex')}`)
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch {
    return no('disk_closed', { path: folder })
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

export function checkPrograms({ programs }: Of<'programs'>): InitSaid {
  const missing = programs.filter(
    (one) => !(one.startsWith('/') ? [one] : programFolders.map((folder) => join(folder, one))).some(isProgram),
  )
  if (missing.length > 0) no(missing.length === 1 ? 'program_missing' : 'programs_missing', { programs: missing.join(', ') })
  return found('programs_found', { programs: programs.join(', ') })
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export async function checkUser({ user, uid, create }: Of<'user'>): Promise<InitSaid> {
  const known = uidOf(user)
  if (known !== undefined) {
    if (uid !== null && known !== uid) no('user_other', { user, uid: known, wanted: uid })
    return found('user_found', { user, uid: known })
  }
  if (!create) no('no_user', { user })
  insistRoot('user_needs_root', { user })
  const program = ['/usr/sbin/useradd', '/sbin/useradd', '/usr/bin/useradd'].find(isProgram) ?? no('no_useradd')
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
    no('user_not_made', { user, why: error.stderr?.trim() || error.message }),
  )
  return found('user_made', { user, uid: uidOf(user) ?? '?' })
}

function uidOf(user: string): number | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

const words = (text: string): string => text.trim().split(/\s+/).join(' ')

export function checkSysctl({ key, value, set }: Of<'sysctl'>): InitSaid {
  const path = join('/proc/sys', ...key.split('.'))
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) no('no_sysctl', { key })
  const before = words(readFileSync(path, 'utf8'))
  if (before === words(value)) return found('sysctl_found', { key, value: before })
  if (!set) no('sysctl_other', { key, value: before, wanted: value })
  insistRoot('sysctl_needs_root', { key, value: before })
  try {
    writeFileSync(path, `${value}\n`)
    writeFileSync(`/etc/sysctl.d/90-tengen-${key}.conf`, `${key} = ${value}\n`, { mode: 0o644 })
  } catch (error) {
    no('sysctl_not_set', { key, value: before, why: error instanceof Error ? error.message : String(error) })
  }
  const after = words(readFileSync(path, 'utf8'))
  if (after !== words(value)) no('sysctl_stays', { key, value: after, wanted: value })
  return found('sysctl_set', { key, before, value: after })
}

function insistRoot(code: InitCode, values: InitSaid['values']): void {
  if (process.getuid?.() !== 0) no(code, values)
}
