import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crashPostgres } from '@/lib/testing/crash-postgres'
import type { Link, Way } from '@/lib/testing/link'
import { Fleet } from './fleet'
import { isHook, isIn, isServer, kill, processesOfUnits, type Seen } from './processes'
import { filler, type Machine, type Rig } from './rig'

export interface Strike {
  readonly rig: Rig
  /** The machine that works on the change. */
  readonly victim: Machine
  /** How long what is broken stays broken. */
  readonly forMs: number
}

/** Breaks something, and makes it whole again: what an operator, a service manager or the network would do. */
type Fault = (strike: Strike) => Promise<void>

const onDisk = (victim: Machine): Seen[] => processesOfUnits().filter((one) => isIn(one, victim.agent.home))

async function agentAgain(victim: Machine, meanwhile: () => unknown = () => undefined): Promise<void> {
  await victim.agent.kill()
  await meanwhile()
  await victim.agent.start()
}

const hubProcess =
  (name: 'gateway' | 'worker'): Fault =>
  async ({ rig: { stack }, forMs }) => {
    await stack[name].kill()
    await sleep(forMs)
    await stack[name].start()
  }

const wire =
  (bend: (link: Link) => void): Fault =>
  async ({ victim, forMs }) => {
    bend(victim.link)
    await sleep(forMs)
    victim.link.heal()
  }

/** The machine loses its power: nothing of it runs, and its agent is the first to be back. */
async function powerOff(victim: Machine, meanwhile: () => unknown = () => undefined): Promise<void> {
  await agentAgain(victim, async () => {
    for (let left = onDisk(victim); left.length > 0; left = onDisk(victim)) {
      for (const { pid } of left) kill(pid)
      await sleep(10)
    }
    await meanwhile()
  })
}

const killOn =
  (isMeant: (one: Seen) => boolean): Fault =>
  async ({ victim }) => {
    for (const one of onDisk(victim).filter(isMeant)) kill(one.pid)
  }

const clockOff =
  (minutes: number): Fault =>
  async ({ victim, forMs }) => {
    await agentAgain(victim, () => void (victim.clock.offsetMs = minutes * 60_000))
    await sleep(forMs)
    await agentAgain(victim, () => void (victim.clock.offsetMs = 0))
  }

const diskFull: Fault = async ({ victim, forMs }) => {
  const file = filler(victim.agent.home)
  execFileSync('sh', ['-c', 'cat /dev/zero >"$1" 2>/dev/null || true', 'fill', file])
  await sleep(forMs)
  rmSync(file)
}

/** As after a crash of the file system: the machine comes up with its disk read-only, until somebody repairs it. */
const readOnly: Fault = async ({ victim, forMs }) => {
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, victim.agent.home])
  await powerOff(victim, () => remount('ro'))
  await sleep(forMs)
  await agentAgain(victim, () => remount('rw'))
}

/** Half a download and half an unpacked package, as a crash of the machine leaves them. */
const halfFetched: Fault = async ({ victim }) => {
  await powerOff(victim, () => {
    const { home } = victim.agent
    const cache = path.join(home, 'cache')
    for (const digest of readdirSync(path.join(cache, 'packages'))) {
      rmSync(path.join(cache, 'packages', digest), { recursive: true })
      writeFileSync(path.join(cache, 'downloads', `${digest}.tar.gz`), 'half')
    }
  })
}

/** A file of the cached package is empty, and nothing says so. */
const damagedCache: Fault = async ({ victim }) => {
  await powerOff(victim, () => {
    const packages = path.join(victim.agent.home, 'cache', 'packages')
    for (const digest of readdirSync(packages)) {
      truncateSync(path.join(packages, digest, 'bin', 'server.mjs'))
      victim.mends.push(() => rmSync(path.join(packages, digest), { recursive: true, force: true }))
    }
  })
}

/** The machine is set back to what its disk was a moment ago, and everything it did since is forgotten. */
const snapshot: Fault = async ({ victim, forMs }) => {
  const { home } = victim.agent
  const kept = mkdtempSync(path.join(os.tmpdir(), 'tengen-snapshot-'))
  victim.agent.signal('SIGSTOP')
  execFileSync('cp', ['-a', `${home}/.`, kept])
  victim.agent.signal('SIGCONT')
  await sleep(forMs)
  await powerOff(victim, () => {
    for (const name of readdirSync(home)) rmSync(path.join(home, name), { recursive: true, force: true })
    execFileSync('cp', ['-a', `${kept}/.`, home])
  })
  rmSync(kept, { recursive: true })
}

/** One cause takes the whole pool: a hundred machines and the one that works on the change. Automation must rest, not move. */
const loseFleet: Fault = async ({ rig: { stack }, victim, forMs }) => {
  const fleet = await Fleet.join(stack, 100)
  try {
    fleet.fallSilent()
    victim.link.cut()
    const rests = () => stack.database.db.runtime.findFirst({ where: { name: 'production', lossSince: { not: null } } })
    await stack.until('automation to rest', rests, 30_000)
    await sleep(forMs)
    fleet.speak()
    victim.link.heal()
    await stack.until('automation to act again', async () => !(await rests()), 60_000)
  } finally {
    victim.link.heal()
    await fleet.leave()
  }
}

const hold = (way: Way) => void Object.assign(way, { held: true })
/** Both directions are bad in the same way. */
const bad = (how: Partial<Way>) =>
  wire((link) => {
    for (const way of [link.toHub, link.toAgent]) Object.assign(way, how)
  })

export const faults = {
  'kill agent': ({ victim, forMs }) => agentAgain(victim, () => sleep(forMs)),
  'kill unit': killOn(isServer),
  'kill hook': killOn(isHook),
  'kill gateway': hubProcess('gateway'),
  'kill worker': hubProcess('worker'),
  'kill postgres': ({ rig }) => crashPostgres(rig.cluster),
  'kill hub': async ({ rig }) => {
    await Promise.all([rig.stack.gateway.kill(), rig.stack.worker.kill()])
    await crashPostgres(rig.cluster)
    await Promise.all([rig.stack.gateway.start(), rig.stack.worker.start()])
  },
  'kill machine': ({ victim, forMs }) => powerOff(victim, () => sleep(forMs)),
  'freeze agent': async ({ victim, forMs }) => {
    victim.agent.signal('SIGSTOP')
    await sleep(forMs)
    victim.agent.signal('SIGCONT')
  },
  'cut to hub': wire(({ toHub }) => hold(toHub)),
  'cut to agent': wire(({ toAgent }) => hold(toAgent)),
  'cut both ways': wire((link) => link.cut()),
  'torn connection': async ({ victim }) => victim.link.tear(),
  delay: bad({ delayMs: 150 }),
  loss: bad({ loss: 0.1 }),
  'a hundred lost': loseFleet,
  'disk full': diskFull,
  'disk read-only': readOnly,
  'clock ahead': clockOff(10),
  'clock behind': clockOff(-10),
  'half a package': halfFetched,
  'damaged cache': damagedCache,
  'disk set back': snapshot,
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults
export const needsDisk: readonly FaultName[] = ['disk full', 'disk read-only']
