import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { arch, cpus, freemem, hostname, loadavg, networkInterfaces, release, totalmem } from 'node:os'
import { currentAgentVersion } from '@/lib/protocol/agent-version'
import { diskTrouble } from './disk-probe'
import { bootId } from './procfs'
import type { UnitContext } from './unit-context'

/** Set by whoever builds another one, else this one's. */
declare const TENGEN_AGENT_VERSION: string | undefined
export const agentVersion = typeof TENGEN_AGENT_VERSION === 'string' ? TENGEN_AGENT_VERSION : currentAgentVersion

const mib = (bytes: number) => Math.floor(bytes / 1024 / 1024)

export function outwardAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address)
}

export async function machineFacts({ home, users, groups }: Pick<UnitContext, 'home' | 'users' | 'groups'>, address: string | null) {
  const addresses = outwardAddresses()
  const disk = await diskOf(home.root)
  return {
    hostname: hostname(),
    addresses,
    address: address ?? addresses[0] ?? '127.0.0.1',
    os: systemName(),
    kernel: release(),
    architecture: arch(),
    cpuCount: cpus().length,
    memoryMib: mib(totalmem()),
    diskMib: disk.totalMib,
    diskFreeMib: disk.freeMib,
    bootId,
    nodeVersion: process.version,
    agentVersion,
    isolation: users.whyNot === undefined ? ('application_user' as const) : ('agent_user' as const),
    isolationReason: users.whyNot ?? null,
    refusesUnits: users.refuses,
    sizesBy: groups.by,
    sizesReason: groups.whyNot?.slice(0, 500) ?? null,
  }
}

export async function machineLoad(home: string) {
  return { load: loadavg(), memoryFreeMib: mib(freemem()), diskFreeMib: (await diskOf(home)).freeMib, diskTrouble: diskTrouble(home) }
}

export async function diskOf(home: string): Promise<{ totalMib: number; freeMib: number }> {
  const { bsize, blocks, bavail } = await statfs(home)
  return { totalMib: mib(blocks * bsize), freeMib: mib(bavail * bsize) }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
